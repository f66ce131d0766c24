import type { EntityRecord } from '../domain/entity.ts';
import { applyUpdate, type EntityUpdate } from '../domain/entity-update.ts';
import type { Transaction } from './db.ts';
import { lockDefinition } from './entity-definitions.ts';
import { findByExternalId, lockRecord } from './entity-records.ts';
import { updateRecord } from './entity-writes.ts';
import { hasRelative, lockDates } from './relative.ts';

/** What came of an update: what the ledger keeps of it, or why nothing was written. */
export type UpdateVerdict =
  | { readonly response: Readonly<Record<string, unknown>> }
  | { readonly error: { readonly code: string; readonly message: string } };

/** Which run asks, and the token that it still has to hold. */
interface Asking {
  readonly tenant_id: string;
  readonly id: string;
  readonly schedule_id: string;
  readonly lease_token: string;
}

/**
 * Sets fields of a record for a run, in the transaction that is about to write its outcome: both or none.
 * @returns null where the run's lease was lost: nothing is written
 */
export async function updateForRun(
  tx: Transaction,
  run: Asking,
  update: EntityUpdate,
  now: number,
): Promise<UpdateVerdict | null> {
  const held = await tx.query(
    'SELECT 1 FROM runs WHERE tenant_id = $1 AND id = $2 AND lease_token = $3 FOR UPDATE',
    [run.tenant_id, run.id, run.lease_token],
    'hold_run',
  );
  if (held.length === 0) return null;
  const place = { tenant_id: run.tenant_id, definition_id: update.definition_id };
  await lockDates(tx, place.definition_id, 'share');
  const definition = await lockDefinition(tx, place.tenant_id, place.definition_id, 'share');
  if (!definition) return gone('There is no such entity definition.');
  const { record: which } = update;
  const id = 'id' in which ? which.id : (await findByExternalId(tx, place, which.external_id))?.id;
  const record = id === undefined ? undefined : await lockRecord(tx, place, id);
  if (!record || !(await mayTouch(tx, run, record))) return gone('There is no such record (any more).');
  const checked = applyUpdate(definition.fields, record.data, update, now);
  if ('wrong' in checked) return { error: { code: 'update_invalid', message: checked.wrong } };
  const follower = (await hasRelative(tx, place)) ? definition : null;
  const { external_id, customer_id } = record;
  // The run's own schedule is locked with the others, in their order: its health is written next.
  await updateRecord(tx, place, { ...checked, id: record.id, external_id, customer_id }, now, follower, [
    run.schedule_id,
  ]);
  const fields = update.changes.map(({ field }) => field);
  const pick = (data: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(fields.map((field) => [field, (Object.hasOwn(data, field) ? data[field] : null) ?? null]));
  return { response: { record_id: record.id, before: pick(record.data), after: pick(checked.data) } };
}

/** What a schedule of a customer does, it does to that customer's records alone. */
async function mayTouch(tx: Transaction, run: Asking, record: EntityRecord): Promise<boolean> {
  const [schedule] = await tx.query<{ customer_id: string | null }>(
    'SELECT customer_id FROM schedules WHERE tenant_id = $1 AND id = $2',
    [run.tenant_id, run.schedule_id],
    'customer_of_schedule',
  );
  const customer = schedule?.customer_id ?? null;
  return customer === null || record.customer_id === customer;
}

function gone(message: string): UpdateVerdict {
  return { error: { code: 'record_not_found', message } };
}
