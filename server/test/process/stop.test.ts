import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startDatabase, type SharedDatabase } from './database.ts';
import { Receiver } from './receiver.ts';
import { madeFolder } from './made.ts';
import { Cleanup, isAlive, type ServerProcess } from './server.ts';
import { eventually, inParallel } from './waiting.ts';

const KEY = `hc_live_${'k'.repeat(32)}`;
const cleanup = new Cleanup();

afterAll(() => cleanup.run());

async function startReceiver(): Promise<Receiver> {
  const receiver = await new Receiver().start();
  cleanup.add(() => receiver.stop());
  return receiver;
}

/** One-time schedules that are all due at once, soon. */
async function burst(server: ServerProcess, receiver: Receiver, count: number): Promise<string[]> {
  const due = new Date(Date.now() + 1_500).toISOString();
  return await inParallel(Array.from({ length: count }), 8, async () => {
    const schedule = { schedule_type: 'ONE_TIME', schedule_expression: due, max_retries: 0 };
    return (await server.schedule(receiver.url, schedule)).id;
  });
}

describe('SIGTERM, on the embedded PostgreSQL', () => {
  it('finishes what is in flight, claims no more, leaves no PostgreSQL behind, and the next start does the rest', async () => {
    const receiver = await startReceiver();
    receiver.reply = () => ({ status: 200, afterMs: 2_000 });
    const cwd = await madeFolder(cleanup);
    const env = { HYDRACORE_CONCURRENCY: '4' };
    const first = await cleanup.start({ cwd, env }).ready();
    const postgres = await first.postgresPid();
    const schedules = await burst(first, receiver, 12);
    await eventually('four are in flight', () => receiver.deliveries.length >= 4);

    const exit = await first.stop('SIGTERM');
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(exit.after, 'it waits for what is in flight, and for no more').toBeLessThan(6_000);
    expect(isAlive(postgres)).toBe(false);
    expect(receiver.deliveries).toHaveLength(4);
    expect(receiver.answered).toBe(4);

    receiver.reply = () => ({ status: 200 });
    const second = await cleanup.start({ cwd, env }).ready();
    const runs = await eventually('the rest is done', async () => {
      const answers = await Promise.all(schedules.map((id) => second.call('GET', `/v1/schedules/${id}/runs`)));
      const all = answers.flatMap((answer) => answer.body.runs as { id: string; status: string; attempt: number }[]);
      return all.every((run) => run.status === 'SUCCEEDED') && all.length >= 12 && all;
    });
    expect(runs.map((run) => run.attempt)).toEqual(Array.from({ length: 12 }, () => 1));
    expect(receiver.deliveries.map((delivery) => delivery.run).sort()).toEqual(runs.map((run) => run.id).sort());
    expect(await second.stop('SIGINT')).toMatchObject({ code: 0 });
  });

  it('ends in order while it is still starting', async () => {
    const server = cleanup.start({ cwd: await cleanup.folder() });
    await eventually('it makes its database', () => server.stdout.includes('making the database'));
    expect(await server.stop('SIGTERM')).toMatchObject({ code: 0 });
    expect(server.stderr).toBe('');
    const left = (await readdir(server.dataDir)).filter((name) => name.includes('initdb'));
    expect(left, 'no half-made database is left').toEqual([]);
    expect(await server.postgresPid().catch(() => null), 'no PostgreSQL is left').toBeNull();
    expect(server.stdout).not.toContain('is ready');
  });
});

describe('SIGTERM, on a database that others use too', () => {
  let database: SharedDatabase;
  let env: Record<string, string>;
  const start = async () => await cleanup.start({ cwd: await cleanup.folder(), env }).ready();

  beforeAll(async () => {
    database = await startDatabase(inject('madeDataDir'));
    cleanup.add(() => database.stop());
    env = { ...database.environment, HYDRACORE_BOOTSTRAP_API_KEY: KEY };
  });

  it('hands back what does not finish in time, and another server goes on with the same run', async () => {
    const receiver = await startReceiver();
    receiver.reply = ({ attempt }) => (attempt === 1 ? 'never' : { status: 200 });
    const leaving = await start();
    const [schedule] = await burst(leaving, receiver, 1);
    await eventually('the first attempt is in flight', () => receiver.deliveries.length === 1);
    const staying = await start();

    const exit = await leaving.stop('SIGTERM');
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(exit.after).toBeGreaterThan(4_000);
    expect(exit.after).toBeLessThan(10_000);
    const run = await eventually('the other server ends the run', async () => {
      const { body } = await staying.call('GET', `/v1/schedules/${schedule}/runs`);
      return body.runs[0].status === 'SUCCEEDED' && body.runs[0];
    });
    expect(run).toMatchObject({ attempt: 2, reason: null, id: receiver.deliveries[0]?.run });
    expect(run.attempts).toMatchObject([
      { attempt: 1, outcome: 'INTERRUPTED', node: expect.stringMatching(`:${leaving.pid}$`) },
      { attempt: 2, outcome: 'SUCCEEDED', node: expect.stringMatching(`:${staying.pid}$`) },
    ]);
    expect(receiver.deliveries.map(({ run, attempt }) => ({ run, attempt }))).toEqual([
      { run: run.id, attempt: 1 },
      { run: run.id, attempt: 2 },
    ]);
    await staying.stop();
  });

  it('tells others of the end of a run that one is held behind, when it looks at nothing any more itself', async () => {
    const receiver = await startReceiver();
    receiver.reply = () => ({ status: 200, afterMs: 3_000 });
    const server = await start();
    const often = { schedule_type: 'RATE', schedule_expression: '1s', overlap_policy: 'BUFFER_ALL' };
    const { id } = await server.schedule(receiver.url, often);
    const runs = async () =>
      (
        await database.query<{ status: string }>('SELECT status FROM runs WHERE schedule_id = $1 ORDER BY id', [id])
      ).map((run) => run.status);
    await eventually('one is in flight, one held behind it', async () => (await runs()).length >= 2);
    expect(await server.stop('SIGTERM')).toMatchObject({ code: 0 });
    expect((await runs()).slice(0, 2)).toEqual(['SUCCEEDED', 'PENDING']);
    const look = await database.query('SELECT release_at <= now() AS asked FROM schedules WHERE id = $1', [id]);
    expect(look).toEqual([{ asked: true }]);
  });

  it('takes two signals in quick succession for one: npm passes on what the terminal has sent already', async () => {
    const receiver = await startReceiver();
    receiver.reply = () => ({ status: 200, afterMs: 1_500 });
    const server = await start();
    await burst(server, receiver, 1);
    await eventually('one is in flight', () => receiver.deliveries.length === 1);
    server.child.kill('SIGINT');
    server.child.kill('SIGINT');
    expect(await server.exit()).toMatchObject({ code: 0, signal: null });
    expect(receiver.answered).toBe(1);
  });

  it('ends at once on a second signal', async () => {
    const receiver = await startReceiver();
    receiver.reply = () => 'never';
    const server = await start();
    const [schedule] = await burst(server, receiver, 1);
    await eventually('one is in flight', () => receiver.deliveries.length === 1);
    server.child.kill('SIGTERM');
    await eventually('it says that it stops', () => server.stdout.includes('"msg":"stopping'));
    const between = performance.now() + 700;
    await eventually('the second signal is not taken for the first', () => performance.now() > between);
    const exit = await server.stop('SIGTERM');
    expect(exit).toMatchObject({ code: 1, signal: null });
    expect(exit.after).toBeLessThan(1_000);
    const held = await database.query('SELECT status, attempt FROM runs WHERE schedule_id = $1', [schedule]);
    expect(held, 'the lease brings it back later').toEqual([{ status: 'RUNNING', attempt: 1 }]);
  });
});
