import { afterAll, expect, inject, it } from 'vitest';
import { startDatabase } from './database.ts';
import { Receiver } from './receiver.ts';
import { Cleanup } from './server.ts';
import { eventually } from './waiting.ts';

const SCHEDULES = 500;
const cleanup = new Cleanup();

afterAll(() => cleanup.run());

it('plans each of 500 occurrences of one second once, and shares the work', async () => {
  const database = await startDatabase(inject('madeDataDir'));
  cleanup.add(() => database.stop());
  const receiver = await new Receiver().start();
  cleanup.add(() => receiver.stop());
  receiver.reply = () => ({ status: 200, afterMs: 50 });
  const env = {
    ...database.environment,
    HYDRACORE_BOOTSTRAP_API_KEY: `hc_live_${'k'.repeat(32)}`,
    // They are one tenant's, so one node plans them first. It has room for 100 (ten ahead for each of ten); the other helps with the rest.
    HYDRACORE_CONCURRENCY: '20',
  };
  const starting = [
    cleanup.start({ cwd: await cleanup.folder(), env }),
    cleanup.start({ cwd: await cleanup.folder(), env }),
  ];
  const servers = await Promise.all(starting.map((server) => server.ready()));

  const due = new Date(Math.ceil((Date.now() + 9_000) / 1_000) * 1_000).toISOString();
  const fields = { schedule_type: 'ONE_TIME', schedule_expression: due };
  const made = (
    await Promise.all(servers.map((server) => server.burst(receiver.url, SCHEDULES / servers.length, fields)))
  ).flat();
  await eventually(
    'every occurrence is done',
    async () => {
      const [row] = await database.query<{ done: number }>(
        "SELECT count(*)::int AS done FROM runs WHERE status = 'SUCCEEDED'",
      );
      return (row?.done ?? 0) >= SCHEDULES;
    },
    30_000,
  );

  const runs = await database.query<{ id: string; schedule_id: string; attempt: number; nodes: string[] }>(
    `SELECT id, schedule_id, attempt, ARRAY(SELECT a::jsonb ->> 'node' FROM unnest(attempts) a) AS nodes FROM runs`,
  );
  expect(runs.map((run) => run.schedule_id).sort(), 'one run for each schedule').toEqual(
    made.map((schedule) => schedule.id).sort(),
  );
  expect(new Set(runs.map((run) => run.attempt))).toEqual(new Set([1]));
  expect(receiver.deliveries.map((delivery) => delivery.run).sort(), 'each delivered once').toEqual(
    runs.map((run) => run.id).sort(),
  );
  const byNode = Map.groupBy(runs, (run) => run.nodes.join());
  const pids = [...byNode.keys()].map((node) => node.split(':').at(-1));
  expect(new Set(pids), 'both servers worked').toEqual(new Set(servers.map((server) => String(server.pid))));
  for (const server of servers) expect(await server.stop()).toMatchObject({ code: 0 });
});
