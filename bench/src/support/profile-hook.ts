import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';

/*
 * Loaded into a server by --import: a signal starts a CPU profile, the next ends it and writes it to BENCH_PROFILE. So a
 * profile holds the measured part alone, neither start nor set-up, as --cpu-prof would.
 */

const file = process.env.BENCH_PROFILE ?? '';
let session: Session | undefined;

async function toggle(): Promise<void> {
  if (!session) {
    session = new Session();
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: 250 });
    await session.post('Profiler.start');
    return;
  }
  const ending = session;
  session = undefined;
  const { profile } = await ending.post('Profiler.stop');
  ending.disconnect();
  writeFileSync(file, JSON.stringify(profile));
}

process.on('SIGUSR2', () => void toggle());
