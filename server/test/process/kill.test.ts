import { afterAll, expect, it } from 'vitest';
import { connectToEmbedded } from './database.ts';
import { Receiver } from './receiver.ts';
import { madeFolder } from './made.ts';
import { Cleanup, isAlive } from './server.ts';
import { eventually, inParallel } from './waiting.ts';

const SCHEDULES = 200;
const cleanup = new Cleanup();

interface Row {
  readonly id: string;
  readonly schedule_id: string;
  readonly status: string;
}

afterAll(() => cleanup.run());

it('loses, repeats and forgets no occurrence when the server is killed in the middle of a burst', async () => {
  const receiver = await new Receiver().start();
  cleanup.add(() => receiver.stop());
  const cwd = await madeFolder(cleanup);
  // Fifty at a time, so that the kill finds some delivered, some in flight and some that have not started.
  const env = { HYDRACORE_CONCURRENCY: '50' };
  receiver.reply = () => ({ status: 200, afterMs: 150 });

  const first = await cleanup.start({ cwd, env }).ready();
  const due = new Date(Date.now() + 5_000).toISOString();
  const acknowledged = await first.burst(receiver.url, SCHEDULES, {
    schedule_type: 'ONE_TIME',
    schedule_expression: due,
    // Without a retry, only the interrupted attempt explains a second one.
    max_retries: 0,
  });
  // Not between two waves, when all that was sent is answered: some have to be under way.
  await eventually(
    'the burst is half-way',
    () => receiver.answered >= SCHEDULES / 2 && receiver.deliveries.length > receiver.answered + 5,
  );
  expect(await first.stop('SIGKILL')).toMatchObject({ code: null, signal: 'SIGKILL' });
  const deliveredBefore = new Set(receiver.deliveries.map((delivery) => delivery.run));

  const database = await connectToEmbedded(first.dataDir);
  cleanup.add(() => database.end());
  const read = async () => (await database.query<Row>('SELECT id, schedule_id, status FROM runs')).rows;
  const before = await read();
  const succeeded = before.filter((run) => run.status === 'SUCCEEDED');
  expect(succeeded.length, 'some were done when it was killed').toBeGreaterThan(0);
  expect(
    before.filter((run) => run.status === 'RUNNING').length,
    'some were in flight when it was killed',
  ).toBeGreaterThan(0);
  await database.end();

  const second = await cleanup.start({ cwd, env }).ready();
  // What was in flight is its old server's until the lease of 30 s runs out.
  const runs = await eventually(
    'every schedule has its final run',
    async () => {
      const answers = await inParallel(acknowledged, 8, ({ id }) => second.call('GET', `/v1/schedules/${id}/runs`));
      const all = answers.flatMap((answer) => answer.body.runs as (Row & { attempt: number; trigger: string })[]);
      const open = all.some((run) => run.status === 'PENDING' || run.status === 'RUNNING');
      return all.length >= SCHEDULES && !open && all;
    },
    50_000,
  );

  expect(runs.map((run) => run.schedule_id).sort(), 'one run for each schedule').toEqual(
    acknowledged.map((schedule) => schedule.id).sort(),
  );
  expect(new Set(runs.map((run) => `${run.trigger} ${run.status}`))).toEqual(new Set(['SCHEDULE SUCCEEDED']));
  const delivered = receiver.byRun();
  expect([...delivered.keys()].sort(), 'each run was delivered, and nothing else').toEqual(
    runs.map((run) => run.id).sort(),
  );
  const attempts = new Map(runs.map((run) => [run.id, run.attempt]));
  for (const { id } of succeeded) {
    expect(delivered.get(id), 'what was acknowledged as done is not done again').toHaveLength(1);
    expect(attempts.get(id)).toBe(1);
  }
  for (const [run, deliveries] of delivered) {
    const numbers = deliveries.map((delivery) => delivery.attempt);
    // The attempt that was cut short may or may not have reached the receiver; the next one did.
    expect([[1], [2], [1, 2]], `the attempts of ${run}`).toContainEqual(numbers);
    if (numbers.length === 2) expect(deliveredBefore).toContain(run);
    expect(attempts.get(run)).toBe(Math.max(...numbers));
  }

  const again = await connectToEmbedded(second.dataDir);
  cleanup.add(() => again.end());
  const { rows } = await again.query<{ runs: number; schedules: number; counted: number }>(
    `SELECT (SELECT count(*)::int FROM runs) AS runs, (SELECT count(DISTINCT schedule_id)::int FROM runs) AS schedules,
       (SELECT sum(run_count)::int FROM schedules) AS counted`,
  );
  expect(rows).toEqual([{ runs: SCHEDULES, schedules: SCHEDULES, counted: SCHEDULES }]);
  await again.end();
  const postgres = await second.postgresPid();
  expect(await second.stop()).toMatchObject({ code: 0 });
  await eventually('the adopted PostgreSQL is gone too', () => !isAlive(postgres));
}, 90_000);
