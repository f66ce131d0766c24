import { expect } from 'vitest';
import type { Reply, World } from './world.ts';

export const DEFINITIONS = '/v1/entity-definitions';
export const FIELDS = [
  { name: 'status', type: 'STRING', required: true },
  { name: 'amount', type: 'NUMBER', required: false },
  { name: 'due_on', type: 'DATE', required: false },
  { name: 'seen_at', type: 'DATETIME', required: false },
  { name: 'extra', type: 'JSON', required: false },
];

let made = 0;

/** Makes a definition with all types but BOOLEAN and returns its path: each test has its own. */
export async function define(world: World): Promise<string> {
  made += 1;
  const named = { slug: `invoices-${made}`, name: 'Invoices', fields: FIELDS };
  const { status, body } = await world.call('POST', DEFINITIONS, named);
  if (status !== 201) throw new Error(JSON.stringify(body));
  return `${DEFINITIONS}/${body.id}`;
}

/** Writes a record; anything but `status` fails. */
export async function put(world: World, definition: string, body: unknown, status = 201): Promise<Reply['body']> {
  const reply = await world.call('POST', `${definition}/records`, body);
  expect(reply).toMatchObject({ status });
  return reply.body;
}

/** The problems of a 422 as short lines: `data.due_on date`. */
export function told(reply: Reply): string[] {
  expect(reply.status).toBe(422);
  return reply.body.detail
    .map(({ loc, type }: { loc: string[]; type: string }) => `${loc.slice(1).join('.')} ${type}`)
    .sort();
}

/** The dates that are stored for a record. */
export async function dates(world: World, recordId: string): Promise<unknown[]> {
  return await world.db.query(
    "SELECT field, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') AS at FROM entity_dates WHERE record_id = $1 ORDER BY field",
    [recordId],
  );
}
