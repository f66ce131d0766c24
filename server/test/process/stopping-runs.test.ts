import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { startDatabase } from './database.ts';
import { Receiver } from './receiver.ts';
import { Cleanup, type ServerProcess } from './server.ts';
import { eventually } from './waiting.ts';

/** Two servers on one database: what is asked of one ends an HTTP request that the other has in flight. */

const cleanup = new Cleanup();
let servers: ServerProcess[] = [];
let receiver: Receiver;

beforeAll(async () => {
  const database = await startDatabase(inject('madeDataDir'));
  cleanup.add(() => database.stop());
  receiver = await new Receiver().start();
  cleanup.add(() => receiver.stop());
  const env = { ...database.environment, HYDRACORE_BOOTSTRAP_API_KEY: `hc_live_${'k'.repeat(32)}` };
  servers = await Promise.all(
    [1, 2].map(async () => await cleanup.start({ cwd: await cleanup.folder(), env }).ready()),
  );
});
afterAll(() => cleanup.run());

async function run(id: string) {
  const { body } = await (servers[0] as ServerProcess).call('GET', `/v1/schedules/${id}/runs`);
  return body.runs.at(-1);
}

/** A run whose receiver never answers. */
async function hanging(fields: Record<string, unknown>) {
  receiver.reply = () => 'never';
  const { id } = await (servers[0] as ServerProcess).schedule(receiver.url, {
    schedule_type: 'CRON',
    schedule_expression: '0 0 1 1 *',
    action_config: { timeout_seconds: 120 },
    ...fields,
  });
  const before = receiver.deliveries.length;
  await (servers[0] as ServerProcess).call('POST', `/v1/schedules/${id}/trigger`);
  await eventually('the delivery is in flight', () => receiver.deliveries.length > before);
  return id;
}

it('cancel ends the request in flight, from whichever server it is asked', async () => {
  for (const asked of servers) {
    const id = await hanging({});
    const { status } = await asked.call('POST', `/v1/runs/${(await run(id)).id}/cancel`);
    expect(status).toBe(202);
    // Far sooner than the request's own time-out, and than the heartbeat.
    await eventually('the run is cancelled', async () => (await run(id)).status === 'CANCELLED', 5_000);
    await eventually('the connection is closed', () => receiver.open() === 0, 5_000);
    expect(await run(id)).toMatchObject({ reason: 'BY_USER', attempts: [{ outcome: 'CANCELLED' }] });
  }
});

it('CANCEL_OTHER ends it when the next occurrence is due, which then starts', async () => {
  const id = await hanging({ schedule_type: 'RATE', schedule_expression: '2s', overlap_policy: 'CANCEL_OTHER' });
  receiver.reply = () => ({ status: 200 });
  await eventually('the first is cancelled', async () => (await run(id)).status === 'CANCELLED', 10_000);
  const next = await eventually('the next has run', async () => {
    const { body } = await (servers[1] as ServerProcess).call('GET', `/v1/schedules/${id}/runs`);
    return body.runs.find((other: { status: string }) => other.status === 'SUCCEEDED');
  });
  const first = await run(id);
  expect(first.reason).toBe('SUPERSEDED');
  expect(Date.parse(next.started_at)).toBeGreaterThanOrEqual(Date.parse(first.finished_at));
  await (servers[0] as ServerProcess).call('DELETE', `/v1/schedules/${id}`);
});

it('an ASYNC receiver completes its run with the token that it was sent, at either server', async () => {
  receiver.reply = () => ({ status: 202 });
  const [one, other] = servers as [ServerProcess, ServerProcess];
  const { id } = await one.schedule(receiver.url, {
    schedule_type: 'CRON',
    schedule_expression: '0 0 1 1 *',
    action_config: { completion: 'ASYNC' },
  });
  const { body: triggered } = await one.call('POST', `/v1/schedules/${id}/trigger`);
  await eventually('it is accepted', async () => (await run(id)).completion_due_at !== null);
  const token = receiver.byRun().get(triggered.id)?.[0]?.headers['x-hydracore-completion-token'];
  expect(JSON.stringify(await run(id)), 'the token is nowhere in the ledger').not.toContain(token);
  const response = await fetch(`${other.url}/v1/runs/${triggered.id}/complete`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token as string}` },
    body: JSON.stringify({ status: 'SUCCEEDED', result: { sent: 12 } }),
  });
  expect(response.status).toBe(200);
  expect(await run(id)).toMatchObject({ status: 'SUCCEEDED', attempts: [{ completion: { result: { sent: 12 } } }] });
});
