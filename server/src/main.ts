import { startServer } from './server.ts';
import { ConfigError, readConfig } from './config.ts';
import { createLog } from './log.ts';

/** Composition root: configuration, the server, and an orderly end. */

/** Under npm, Ctrl-C arrives twice: from the terminal and passed on by npm. What comes so soon is the same one. */
const SAME_SIGNAL_MS = 500;

/** However stuck the rest is, the process ends by then. */
const STOP_WITHIN_MS = 9_500;

try {
  const config = readConfig();
  const log = createLog(config.logLevel);
  const stopping = new AbortController();
  let firstSignal = 0;
  const onSignal = (signal: NodeJS.Signals) => {
    if (!stopping.signal.aborted) {
      firstSignal = performance.now();
      log.info({ signal }, 'stopping: what is in flight may finish');
      stopping.abort();
      setTimeout(() => {
        log.error('it took too long to stop; ending now');
        process.exit(1);
      }, STOP_WITHIN_MS).unref();
    } else if (performance.now() - firstSignal > SAME_SIGNAL_MS) {
      log.warn({ signal }, 'second signal: ending at once');
      process.exit(1);
    }
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  await startServer(config, log, stopping.signal);
  process.exit(0);
} catch (error) {
  const known = error instanceof ConfigError || (error instanceof Error && error.name === 'EmbeddedPostgresError');
  process.stderr.write(
    `HydraCore can't start.\n${known ? error.message : error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exit(1);
}
