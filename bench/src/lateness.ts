import { rm } from 'node:fs/promises';
import { cpus } from 'node:os';
import { ServerProcess, temporaryFolder } from '../../server/test/process/server.ts';
import { readFlags } from './support/flags.ts';
import { latenessOf } from './support/lateness.ts';
import { cpuOf, ownCpuOf } from './support/proc.ts';
import { Receiver } from './support/receiver.ts';
import { round } from './support/stats.ts';

const SECOND = 1_000;

/** How late the webhooks of a schedule that fires each second are, on a server with its own embedded PostgreSQL. */
export async function lateness(args: readonly string[]): Promise<void> {
  const { seconds } = readFlags(args, { seconds: 60 });
  if (seconds < 1) throw new Error('--seconds takes a whole number of at least 1');
  const folder = await temporaryFolder();
  const receiver = await Receiver.start();
  const server = new ServerProcess({ cwd: folder, env: { HYDRACORE_LOG_LEVEL: 'warn' } });
  try {
    await measure(server, receiver, seconds);
  } finally {
    await server.stop();
    receiver.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(server: ServerProcess, receiver: Receiver, seconds: number): Promise<void> {
  await server.ready();
  await server.schedule(`${receiver.url}0`, { schedule_type: 'RATE', schedule_expression: 'rate(1 seconds)' });
  const postgres = await server.postgresPid();
  const cpu = async () => [await ownCpuOf(server.pid), await cpuOf(postgres)] as const;
  const [before, postgresBefore] = await cpu();
  const began = performance.now();
  await receiver.waitFor(seconds, (seconds + 5) * SECOND);
  const elapsed = performance.now() - began;
  const [after, postgresAfter] = await cpu();
  const percent = (from: number | null, to: number | null) =>
    from === null || to === null ? 'not measured here' : round((100 * (to - from)) / elapsed);

  const late = latenessOf(await receiver.take());
  console.table({
    deliveries: late.occurrences + late.twice,
    'occurrences seen': late.occurrences,
    'median ms': round(late.p50),
    'p90 ms': round(late.p90),
    'p99 ms': round(late.p99),
    'max ms': round(late.max),
    'CPU of the server, % of one core': percent(before, after),
    'CPU of PostgreSQL, % of one core': percent(postgresBefore, postgresAfter),
    machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
  });
}
