import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ServerProcess, temporaryFolder } from '../../server/test/process/server.ts';
import type { ReceiverMessage } from './lateness-receiver.ts';

/** Linux counts a process's time in ticks of a hundredth of a second. */
const TICK_MS = 10;
const SECOND = 1_000;

/** How late the webhooks of a schedule that fires each second are, on a server of its own. */
export async function lateness(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { seconds: { type: 'string', default: '60' } } });
  const seconds = Number(values.seconds);
  if (!Number.isInteger(seconds) || seconds < 1) throw new Error('--seconds takes a whole number of at least 1');
  const folder = await temporaryFolder();
  const receiver = fork(fileURLToPath(new URL('lateness-receiver.ts', import.meta.url)));
  const server = new ServerProcess({ cwd: folder, env: { HYDRACORE_LOG_LEVEL: 'warn' } });
  try {
    await measure(server, receiver, seconds);
  } finally {
    await server.stop();
    receiver.disconnect();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(server: ServerProcess, receiver: ChildProcess, seconds: number): Promise<void> {
  const [{ port }] = (await once(receiver, 'message')) as [{ port: number }];
  await server.ready();
  const late: number[] = [];
  const seen = new Set<number>();
  receiver.on('message', (message: ReceiverMessage) => {
    if (!('scheduledFor' in message)) return;
    late.push(message.arrivedAt - message.scheduledFor);
    seen.add(message.scheduledFor);
  });
  await server.schedule(`http://127.0.0.1:${port}/`, { schedule_type: 'RATE', schedule_expression: 'rate(1 seconds)' });
  const before = await cpuTime(server.pid);
  const started = performance.now();
  const enough = AbortSignal.timeout((seconds + 5) * SECOND);
  while (late.length < seconds && !enough.aborted) {
    await once(receiver, 'message', { signal: enough }).catch(() => undefined);
  }
  const elapsed = performance.now() - started;
  const after = await cpuTime(server.pid);

  late.sort((a, b) => a - b);
  console.table({
    deliveries: late.length,
    'occurrences seen': seen.size,
    'median ms': round(percentile(late, 50)),
    'p90 ms': round(percentile(late, 90)),
    'p99 ms': round(percentile(late, 99)),
    'max ms': round(percentile(late, 100)),
    'CPU of the server, % of one core':
      before === null || after === null ? 'not measured here' : round((100 * (after - before)) / elapsed),
    machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
  });
}

/** User and system time of a process in ms, or null where the system has no /proc. */
async function cpuTime(pid: number): Promise<number | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (text === null) return null;
  // After the name, which is in parentheses and may hold spaces: state is field 3, utime 14, stime 15.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

function percentile(sorted: readonly number[], percent: number): number {
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? Number.NaN;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
