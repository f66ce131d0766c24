import { afterAll, expect, it } from 'vitest';
import { connectToEmbedded } from './database.ts';
import { Receiver } from './receiver.ts';
import { madeFolder } from './made.ts';
import { Cleanup, isAlive } from './server.ts';
import { eventually } from './waiting.ts';

/* HYDRACORE_WORKERS: a process beside the first, on the same embedded database, that plans and delivers. */

const BURST = 60;
const cleanup = new Cleanup();
afterAll(() => cleanup.run());

it('both processes deliver, a worker that dies is replaced, and all end with the server', async () => {
  const receiver = await new Receiver().start();
  cleanup.add(() => receiver.stop());
  receiver.reply = () => ({ status: 200, afterMs: 20 });
  const server = cleanup.start({
    cwd: await madeFolder(cleanup),
    env: { HYDRACORE_WORKERS: '2', HYDRACORE_CONCURRENCY: '4' },
  });
  await server.ready();

  const workers = () => pidsOf(server.stdout, 'a worker is ready');
  /** Delivers a burst, and tells which processes made the attempts. */
  const deliver = async (): Promise<number[]> => {
    const before = receiver.deliveries.length;
    const due = new Date(Math.ceil((Date.now() + 2_000) / 1_000) * 1_000).toISOString();
    const made = await server.burst(receiver.url, BURST, { schedule_type: 'ONE_TIME', schedule_expression: due });
    await eventually('all are delivered', () => receiver.deliveries.length >= before + BURST);
    const ids = new Set(made.map((schedule) => schedule.id));
    return await eventually('all are in the ledger', async () => {
      const { body } = await server.call('GET', `/v1/runs?status=SUCCEEDED&limit=${BURST}`);
      const runs = body.runs.filter((run: { schedule_id: string }) => ids.has(run.schedule_id));
      if (runs.length < BURST) return undefined;
      return runs.map(({ attempts }: { attempts: { node: string }[] }) => Number(attempts[0]?.node.split(':').at(-1)));
    });
  };

  const [first] = await eventually('the worker is ready', () => (workers().length === 1 ? workers() : undefined));
  expect(new Set(await deliver())).toEqual(new Set([server.pid, first]));

  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  expect(metrics).toMatch(/^hydracore_runs_in_flight_limit 4$/m);
  expect(metrics).toMatch(new RegExp(`^hydracore_attempts_started_total ${BURST}$`, 'm'));
  expect(metrics).toMatch(/^hydracore_database_up 1$/m);

  process.kill(first ?? 0, 'SIGKILL');
  const [, second] = await eventually('another is ready', () => (workers().length === 2 ? workers() : undefined));
  expect(pidsOf(server.stdout, 'a worker ended by itself; starting another')).toEqual([first]);
  expect(new Set(await deliver())).toEqual(new Set([server.pid, second]));

  expect(await server.stop()).toMatchObject({ code: 0 });
  expect(isAlive(second ?? 0)).toBe(false);
});

it('the embedded database takes the connections of all of them; a worker ends when its server is killed', async () => {
  const env = { HYDRACORE_WORKERS: '2', HYDRACORE_DATABASE_POOL: '90' };
  const server = cleanup.start({ cwd: await madeFolder(cleanup), env });
  await server.ready();
  const client = await connectToEmbedded(server.dataDir);
  const { rows } = await client.query<{ free: number }>(
    `SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int AS free`,
  );
  await client.end();
  expect(rows[0]?.free).toBeGreaterThan(180);
  const [worker] = await eventually('the worker is ready', () => {
    const pids = pidsOf(server.stdout, 'a worker is ready');
    return pids.length === 1 ? pids : undefined;
  });
  server.child.kill('SIGKILL');
  await eventually('the worker ends', () => !isAlive(worker ?? 0));
});

/** The processes that the log has told this of, in order. */
function pidsOf(log: string, message: string): number[] {
  return log
    .split('\n')
    .filter((line) => line.startsWith('{') && line.includes(message))
    .map((line) => (JSON.parse(line) as { pid: number }).pid);
}
