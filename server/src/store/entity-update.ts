import type { EntityData, EntityRecord } from '../domain/entity.ts';
import { applyUpdate, type EntityUpdate } from '../domain/entity-update.ts';
import { compareText } from '../domain/text-order.ts';
import { withinBucketOf } from './buckets.ts';
import type { Transaction } from './db.ts';
import { lockDefinition } from './entity-definitions.ts';
import { lockRecords, type Place } from './entity-records.ts';
import { idsOf, updateRecords, type RecordWrite } from './entity-writes.ts';
import { rowsOf } from './lists.ts';
import { hasRelative, lockDates } from './relative.ts';

/** What came of an update: what the ledger keeps of it, or why nothing was written. */
export type UpdateVerdict =
  | { readonly response: Readonly<Record<string, unknown>> }
  | { readonly error: { readonly code: string; readonly message: string } };

/** Which run asks for what, and the token that it still has to hold. */
export interface UpdatingRun {
  readonly tenant_id: string;
  readonly id: string;
  readonly schedule_id: string;
  readonly lease_token: string;
  readonly update: EntityUpdate;
}

/**
 * Sets fields of records for runs, in the transaction that is about to write their outcomes: both or none. What several set of one
 * record is set in the order of the runs.
 * @returns a verdict by the run's id; none for a run whose lease was lost: nothing is written for it
 */
export async function updateForRuns(
  tx: Transaction,
  runs: readonly UpdatingRun[],
  now: number,
): Promise<Map<string, UpdateVerdict>> {
  const verdicts = new Map<string, UpdateVerdict>();
  const held = await holdRuns(tx, runs);
  const byPlace = Map.groupBy(
    runs.filter((run) => held.has(run.id)),
    (run) => `${run.tenant_id} ${run.update.definition_id}`,
  );
  for (const [, some] of [...byPlace].toSorted(([a], [b]) => compareText(a, b))) {
    for (const [id, verdict] of await updateIn(tx, some, now)) verdicts.set(id, verdict);
  }
  return verdicts;
}

/** Locks those of these runs that still hold their token, in the order that everybody keeps to. */
async function holdRuns(tx: Transaction, runs: readonly UpdatingRun[]): Promise<Set<string>> {
  const { sql, values, mark } = withinBucketOf(tx, 'r', runs, 4);
  const held = await tx.query<{ id: string }>(
    `SELECT r.id FROM ${rowsOf('$1::uuid[], $2::uuid[], $3::uuid[]', 'tenant_id, id, token')} u
     JOIN runs r ON r.tenant_id = u.tenant_id AND r.id = u.id AND r.lease_token = u.token${sql}
     ORDER BY r.tenant_id, r.id FOR UPDATE OF r`,
    [runs.map((r) => r.tenant_id), runs.map((r) => r.id), runs.map((r) => r.lease_token), ...values],
    `hold_runs${mark}`,
  );
  return new Set(held.map((run) => run.id));
}

/** The same for runs whose records are all of one definition. */
async function updateIn(
  tx: Transaction,
  runs: readonly UpdatingRun[],
  now: number,
): Promise<Map<string, UpdateVerdict>> {
  const place = { tenant_id: runs[0]?.tenant_id ?? '', definition_id: runs[0]?.update.definition_id ?? '' };
  await lockDates(tx, place.definition_id, 'share');
  const definition = await lockDefinition(tx, place.tenant_id, place.definition_id, 'share');
  if (!definition) return new Map(runs.map((run) => [run.id, gone('There is no such entity definition.')]));
  const records = await lockWanted(
    tx,
    place,
    runs.map((run) => run.update.record),
  );
  const mayTouch = await customersOf(tx, runs);
  const writes = new Map<string, RecordWrite>();
  const verdicts = new Map<string, UpdateVerdict>();
  for (const run of runs) {
    const record = records.of(run.update.record);
    if (record === undefined || !mayTouch(run, record)) {
      verdicts.set(run.id, gone('There is no such record (any more).'));
      continue;
    }
    const before = writes.get(record.id)?.data ?? record.data;
    const checked = applyUpdate(definition.fields, before, run.update, now);
    if ('wrong' in checked) {
      verdicts.set(run.id, { error: { code: 'update_invalid', message: checked.wrong } });
      continue;
    }
    const { id, external_id, customer_id } = record;
    writes.set(id, { ...checked, id, external_id, customer_id });
    verdicts.set(run.id, responseOf(run.update, id, before, checked.data));
  }
  const follower = (await hasRelative(tx, place)) ? definition : null;
  // The runs' own schedules are locked with the others, in their order: their health is written next.
  const besides = [...new Set(runs.map((run) => run.schedule_id))];
  await updateRecords(tx, place, [...writes.values()], now, follower, besides);
  return verdicts;
}

function responseOf(
  { changes }: EntityUpdate,
  record_id: string,
  before: EntityData,
  after: EntityData,
): UpdateVerdict {
  const pick = (data: EntityData) =>
    Object.fromEntries(changes.map(({ field }) => [field, (Object.hasOwn(data, field) ? data[field] : null) ?? null]));
  return { response: { record_id, before: pick(before), after: pick(after) } };
}

/** Locks the records that are named, by id or by external_id, in the order in which an import of them would. */
async function lockWanted(tx: Transaction, place: Place, wanted: readonly EntityUpdate['record'][]) {
  const named = await idsOf(
    tx,
    place,
    wanted.flatMap((which) => ('id' in which ? [] : [which.external_id])),
  );
  const idOf = (which: EntityUpdate['record']) => ('id' in which ? which.id : named.get(which.external_id)?.id);
  const records = await lockRecords(tx, place, [...new Set(wanted.flatMap((which) => idOf(which) ?? []))]);
  const byId = new Map(records.map((record) => [record.id, record]));
  return { of: (which: EntityUpdate['record']) => byId.get(idOf(which) ?? '') };
}

/** What a schedule of a customer does, it does to that customer's records alone. */
async function customersOf(tx: Transaction, runs: readonly UpdatingRun[]) {
  const rows = await tx.query<{ id: string; customer_id: string | null }>(
    'SELECT id, customer_id FROM schedules WHERE tenant_id = $1 AND id = ANY ($2::uuid[])',
    [runs[0]?.tenant_id, [...new Set(runs.map((run) => run.schedule_id))]],
    'customers_of_schedules',
  );
  const customers = new Map(rows.map((row) => [row.id, row.customer_id]));
  return (run: UpdatingRun, record: EntityRecord): boolean => {
    const customer = customers.get(run.schedule_id) ?? null;
    return customer === null || record.customer_id === customer;
  };
}

function gone(message: string): UpdateVerdict {
  return { error: { code: 'record_not_found', message } };
}
