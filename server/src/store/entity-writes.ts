import { compareText } from '../domain/text-order.ts';
import type { CheckedData, EntityDefinition } from '../domain/entity.ts';
import { timestamp, type Transaction } from './db.ts';
import type { Place } from './entity-records.ts';
import { rowsOf } from './lists.ts';
import { datesOf, followRecords } from './relative.ts';

/** A record to be written. `id` is that of a new one; what has its external_id already keeps its own. */
export interface RecordWrite extends CheckedData {
  readonly id: string;
  readonly external_id: string | null;
  readonly customer_id: string | null;
}

/** What became of a write. `changed` is false where the record said the same before. */
export interface Written {
  readonly id: string;
  readonly created: boolean;
  readonly changed: boolean;
  /** There is one that is not the customer's for whom this was written: it stays as it is. */
  readonly foreign: boolean;
}

/**
 * Inserts records, or writes them over those with the same external_id; their dates with them. No two of them may share an
 * external_id. What is there already and says the same is left as it is: a nightly import of everything writes little.
 * @param follower the definition, where schedules go by its records: they are kept right in the same transaction
 * @param customer for whom: another's record is not written over. Null: for the tenant
 * @returns what became of each, in the order of the writes
 */
export async function upsertRecords(
  tx: Transaction,
  place: Place,
  writes: readonly RecordWrite[],
  now: number,
  follower: EntityDefinition | null,
  customer: string | null = null,
): Promise<Written[]> {
  // In the order of their keys: two imports of the same records wait for each other, never in a circle.
  const ordered = writes.toSorted((a, b) => compareText(a.external_id ?? '', b.external_id ?? ''));
  const rows = await tx.query<{ id: string; external_id: string | null }>(
    `INSERT INTO entity_records AS r
       (tenant_id, bucket, id, definition_id, external_id, customer_id, data, created_at, updated_at)
     SELECT $1, bucket_of($1), u.id, $2, u.external_id, u.customer_id, u.data, $7, $7
     FROM unnest($3::uuid[], $4::text[], $5::uuid[], $6::jsonb[]) AS u (id, external_id, customer_id, data)
     ON CONFLICT (tenant_id, definition_id, external_id, bucket) WHERE external_id IS NOT NULL
     DO UPDATE SET customer_id = EXCLUDED.customer_id, data = EXCLUDED.data, updated_at = EXCLUDED.updated_at
       WHERE (r.customer_id, r.data) IS DISTINCT FROM (EXCLUDED.customer_id, EXCLUDED.data)
         AND ($8::uuid IS NULL OR r.customer_id = $8)
     RETURNING r.id, r.external_id`,
    [
      place.tenant_id,
      place.definition_id,
      ordered.map((write) => write.id),
      ordered.map((write) => write.external_id),
      ordered.map((write) => write.customer_id),
      ordered.map((write) => write.json),
      timestamp(now),
      customer,
    ],
    'upsert_records',
  );
  const inserted = new Set(rows.map((row) => row.id));
  const changed = new Map(rows.map((row) => [row.external_id, row.id]));
  const left = ordered.flatMap(({ id, external_id }) =>
    inserted.has(id) || external_id === null || changed.has(external_id) ? [] : [external_id],
  );
  // They were found unchanged by the upsert, which locked them: they can't be gone.
  const unchanged = await idsOf(tx, place, left);
  const results = writes.map(({ id, external_id }): Written => {
    if (inserted.has(id)) return { id, created: true, changed: true, foreign: false };
    const before = changed.get(external_id);
    if (before !== undefined) return { id: before, created: false, changed: true, foreign: false };
    const same = unchanged.get(external_id ?? '');
    if (same === undefined) throw new Error(`the record ${external_id} is neither written nor there`);
    return { id: same.id, created: false, changed: false, foreign: customer !== null && same.customer_id !== customer };
  });
  const written = results.flatMap((result, i) => {
    const write = writes[i];
    return write ? [{ ...write, ...result }] : [];
  });
  await writeDates(tx, place, written, now, follower);
  return results;
}

/**
 * Writes over locked records, their dates with them.
 * @param besides schedules that this transaction is going to lock, too
 */
export async function updateRecords(
  tx: Transaction,
  place: Place,
  writes: readonly RecordWrite[],
  now: number,
  follower: EntityDefinition | null,
  besides: readonly string[] = [],
): Promise<void> {
  if (writes.length === 0) return;
  await tx.query(
    `UPDATE entity_records r SET external_id = u.external_id, customer_id = u.customer_id, data = u.data, updated_at = $2
     FROM ${rowsOf('$3::uuid[], $4::text[], $5::uuid[], $6::jsonb[]', 'id, external_id, customer_id, data')} u
     WHERE r.tenant_id = $1 AND r.id = u.id`,
    [
      place.tenant_id,
      timestamp(now),
      writes.map((write) => write.id),
      writes.map((write) => write.external_id),
      writes.map((write) => write.customer_id),
      writes.map((write) => write.json),
    ],
    'update_records',
  );
  const written = writes.map((write) => ({ ...write, created: false, changed: true, foreign: false }));
  await writeDates(tx, place, written, now, follower, besides);
}

/** Which writes would make a record, where it matters: `left` says how many may. */
export async function newAmong<W extends Pick<RecordWrite, 'external_id'>>(
  tx: Transaction,
  place: Place,
  writes: readonly W[],
  { left }: { readonly left: number },
): Promise<W[]> {
  if (left >= writes.length) return [];
  const there = await idsOf(
    tx,
    place,
    writes.flatMap(({ external_id }) => external_id ?? []),
  );
  return writes.filter(({ external_id }) => external_id === null || !there.has(external_id));
}

/** The records that have one of these external_ids. */
export async function idsOf(
  tx: Transaction,
  place: Place,
  externalIds: readonly string[],
): Promise<Map<string, { readonly id: string; readonly customer_id: string | null }>> {
  if (externalIds.length === 0) return new Map();
  const rows = await tx.query<{ id: string; external_id: string; customer_id: string | null }>(
    'SELECT id, external_id, customer_id FROM entity_records WHERE tenant_id = $1 AND definition_id = $2 AND external_id = ANY ($3)',
    [place.tenant_id, place.definition_id, externalIds],
    'find_records',
  );
  return new Map(rows.map((row) => [row.external_id, row]));
}

/** Deletes a record with its dates. False: there is none. */
export async function deleteRecord(
  tx: Transaction,
  place: Place,
  id: string,
  now: number,
  follower: EntityDefinition | null,
): Promise<boolean> {
  const before = follower ? await datesOf(tx, place.tenant_id, [id]) : new Map<string, Map<string, number>>();
  const rows = await tx.query(
    'DELETE FROM entity_records WHERE tenant_id = $1 AND definition_id = $2 AND id = $3 RETURNING id',
    [place.tenant_id, place.definition_id, id],
  );
  if (rows.length === 0) return false;
  if (follower) await followRecords(tx, follower, [{ id, before: before.get(id) ?? NO_DATES, after: null }], now);
  return true;
}

const NO_DATES: ReadonlyMap<string, number> = new Map();

/** Writes the dates of written records, and what follows from them for schedules. */
async function writeDates(
  tx: Transaction,
  place: Place,
  records: readonly (Written & RecordWrite)[],
  now: number,
  follower: EntityDefinition | null,
  besides: readonly string[] = [],
): Promise<void> {
  const changed = records.filter((record) => record.changed);
  const there = changed.filter((record) => !record.created).map((record) => record.id);
  const before = follower ? await datesOf(tx, place.tenant_id, there) : null;
  await replaceDates(tx, place, records);
  if (!follower || !before) return;
  const changes = changed.map(({ id, customer_id, data }) => ({
    id,
    before: before.get(id) ?? NO_DATES,
    after: { customer_id, data },
  }));
  await followRecords(tx, follower, changes, now, besides);
}

async function replaceDates(
  tx: Transaction,
  place: Place,
  records: readonly (Written & Pick<RecordWrite, 'dates' | 'customer_id'>)[],
): Promise<void> {
  const changed = records.filter((record) => record.changed);
  const dates = changed.flatMap(({ id, customer_id, dates }) => dates.map((date) => ({ id, customer_id, ...date })));
  const lists = [dates.map((date) => date.id), dates.map((date) => date.field)] as const;
  const before = changed.filter((record) => !record.created).map((record) => record.id);
  if (before.length > 0) {
    await tx.query(
      `DELETE FROM entity_dates d WHERE d.tenant_id = $1 AND d.record_id = ANY ($2) AND NOT EXISTS (
         SELECT FROM unnest($3::uuid[], $4::text[]) AS u (record_id, field)
         WHERE u.record_id = d.record_id AND u.field = d.field)`,
      [place.tenant_id, before, ...lists],
      'delete_entity_dates',
    );
  }
  if (dates.length === 0) return;
  await tx.query(
    `INSERT INTO entity_dates AS d (tenant_id, bucket, definition_id, field, at, record_id, customer_id)
     SELECT $1, bucket_of($1), $2, u.field, u.at, u.record_id, u.customer_id
     FROM unnest($3::uuid[], $4::text[], $5::timestamptz[], $6::uuid[]) AS u (record_id, field, at, customer_id)
     ON CONFLICT (tenant_id, record_id, field, bucket) DO UPDATE SET at = EXCLUDED.at, customer_id = EXCLUDED.customer_id
       WHERE (d.at, d.customer_id) IS DISTINCT FROM (EXCLUDED.at, EXCLUDED.customer_id)`,
    [
      place.tenant_id,
      place.definition_id,
      ...lists,
      dates.map((date) => timestamp(date.at)),
      dates.map((date) => date.customer_id),
    ],
    'upsert_entity_dates',
  );
}
