import { expect } from 'vitest';
import { RECORD_FIELDS } from './bodies.ts';
import { DELIVERED, type World } from './world.ts';

/** What stands in the paths of operations: rows of one owner. */
export interface Rows {
  readonly schedule_id: string;
  readonly run_id: string;
  readonly backfill_id: string;
  readonly record_id: string;
  readonly definition_id: string;
}

/** Whose rows they are. */
export interface Owner {
  /** The key that they are made with; the world's own when absent. */
  readonly key?: string;
  readonly definition_id: string;
  readonly customer_id: string | null;
  /** Stands in all of them. */
  readonly mark: string;
}

const REFUSED = { code: 'http_status', message: 'The receiver answered 400.' } as const;
const DAY = 86_400_000;

/** Makes an entity definition. @returns its id */
export async function makeDefinition(world: World, slug: string, key = world.key): Promise<string> {
  const body = { slug, name: slug, fields: RECORD_FIELDS };
  const { status, body: made } = await world.call('POST', '/v1/entity-definitions', body, { 'X-Api-Key': key });
  expect(status).toBe(201);
  return made.id;
}

/** A schedule with a FAILED run and a backfill that is not done, and a record. */
export async function makeRows(world: World, owner: Owner): Promise<Rows> {
  const { key = world.key, definition_id, customer_id, mark } = owner;
  const post = async (path: string, body?: unknown, status = 201) => {
    const reply = await world.call('POST', path, body, { 'X-Api-Key': key });
    expect([path, reply.status, reply.body]).toEqual([path, status, expect.anything()]);
    return reply.body;
  };
  const schedule = await post('/v1/schedules', {
    name: mark,
    customer_id,
    deduplication_key: mark,
    external_id: mark,
    schedule_type: 'CRON',
    schedule_expression: '* * * * *',
    action_type: 'LOG_EVENT',
    action_config: { message: mark },
    max_retries: 0,
    pause_on_failure_count: 100,
  });
  const run = await post(`/v1/schedules/${schedule.id}/trigger`, undefined, 202);
  world.script = () => ({ kind: 'rejected', error: REFUSED, request: null, response: null });
  await world.settle();
  world.script = () => DELIVERED;
  const now = world.clock.now();
  const range = { start_at: new Date(now - DAY).toISOString(), end_at: new Date(now - DAY + 300_000).toISOString() };
  const backfill = await post(`/v1/schedules/${schedule.id}/backfill`, range, 202);
  await post(`/v1/backfills/${backfill.id}/pause`, undefined, 200);
  const data = { name: mark, due_on: '2027-06-01' };
  const record = await post(`/v1/entity-definitions/${definition_id}/records`, {
    external_id: mark,
    customer_id,
    data,
  });
  return { definition_id, schedule_id: schedule.id, run_id: run.id, backfill_id: backfill.id, record_id: record.id };
}
