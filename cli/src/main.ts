import { now } from './clock.ts';
import { environment } from './environment.ts';
import { run } from './program.ts';

/** The process: its streams, its signals, its exit code. */

const stopping = new AbortController();
const stop = () => stopping.abort(new Error('stopped'));
process.once('SIGINT', stop).once('SIGTERM', stop);

// `hydracore … | head`: who reads has enough.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
}

process.exitCode = await run(process.argv.slice(2), {
  out: process.stdout,
  err: process.stderr,
  input: process.stdin,
  env: environment(),
  cwd: process.cwd(),
  now,
  stop: stopping.signal,
});
