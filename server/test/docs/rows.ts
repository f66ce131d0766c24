import { expect } from 'vitest';
import type { Receiver } from '../process/receiver.ts';
import type { Answer, ServerProcess } from '../process/server.ts';
import { eventually } from '../process/waiting.ts';

/** What a POST answers; fails where it is refused. */
export async function post(server: ServerProcess, path: string, body?: unknown): Promise<Answer['body']> {
  const answer = await server.call('POST', path, body);
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body;
}

const FIELDS = Object.entries({
  status: 'STRING',
  amount: 'NUMBER',
  due_on: 'DATE',
  renews_on: 'DATE',
  reminded_at: 'DATETIME',
  reminders: 'NUMBER',
  note: 'STRING',
  snoozed_until: 'DATE',
}).map(([name, type]) => ({ name, type, required: name === 'status' }));

/** What pages call by a name: a schedule, runs in each state, a definition. */
export async function makeRows(server: ServerProcess, receiver: Receiver): Promise<Record<string, string>> {
  const stock = { slug: 'stock', name: 'What the pages speak of', fields: FIELDS };
  const definition = await post(server, '/v1/entity-definitions', stock);
  const daily = { schedule_type: 'CRON', schedule_expression: '0 2 * * *', overlap_policy: 'ALLOW_ALL' };
  const failing = await server.schedule(receiver.url, daily);
  receiver.reply = ({ schedule }) => ({ status: schedule === failing.id ? 404 : 202 });
  const { id } = await server.schedule(receiver.url, { ...daily, action_config: { completion: 'ASYNC' } });
  const trigger = async (schedule: string): Promise<string> =>
    (await post(server, `/v1/schedules/${schedule}/trigger`)).id;
  const [run, open, failed] = [await trigger(id), await trigger(id), await trigger(failing.id)];
  const delivery = await eventually('all are delivered', () =>
    [run, open, failed].every((one) => receiver.byRun().has(one)) ? receiver.byRun().get(run)?.[0] : undefined,
  );
  const fate = async () => (await server.call('GET', `/v1/runs/${failed}`)).body.status;
  await eventually('it has failed', async () => (await fate()) === 'FAILED');
  const past = { start_at: '2026-01-01', end_at: '2026-01-01' };
  const backfill = await post(server, `/v1/schedules/${failing.id}/backfill`, past);
  const TOKEN = String(delivery.headers['x-hydracore-completion-token']);
  const runs = { RUN: run, OPEN_RUN: open, FAILED_RUN: failed, TOKEN };
  return { ID: id, ...runs, DEFINITION: definition.id, BACKFILL: backfill.id };
}
