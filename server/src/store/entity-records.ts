import { type ExpressionBuilder, sql } from 'kysely';
import type { EntityRecord } from '../domain/entity.ts';
import type { Filter } from '../domain/filter.ts';
import { build, run, type Queryable, type Transaction } from './db.ts';
import type { Page } from './entity-definitions.ts';
import { filterSql } from './filter-sql.ts';
import type { Tables } from './tables.ts';

/** Where records are: a definition of a tenant. */
export interface Place {
  readonly tenant_id: string;
  readonly definition_id: string;
}

/** Which records a list shows. All given conditions hold. */
export interface RecordFilter {
  readonly customer_id?: string | undefined;
  readonly external_id?: string | undefined;
  readonly filter?: Filter | undefined;
}

/** The record, unless it is of another tenant or definition, or unknown. */
export async function getRecord(db: Queryable, place: Place, id: string): Promise<EntityRecord | undefined> {
  const [row] = await run<EntityRecord>(db, at(place).where('id', '=', id), 'get_record');
  return row;
}

/** The same, locked until the transaction ends. */
export async function lockRecord(tx: Transaction, place: Place, id: string): Promise<EntityRecord | undefined> {
  const [row] = await run<EntityRecord>(tx, at(place).where('id', '=', id).forUpdate());
  return row;
}

/** Those of several that there are, locked in the order of their external_ids, as an import of them would. */
export async function lockRecords(tx: Transaction, place: Place, ids: readonly string[]): Promise<EntityRecord[]> {
  if (ids.length === 0) return [];
  return await tx.query<EntityRecord>(
    `SELECT * FROM entity_records WHERE tenant_id = $1 AND definition_id = $2 AND id = ANY ($3::uuid[])
     ORDER BY external_id COLLATE "C" NULLS FIRST, id FOR UPDATE`,
    [place.tenant_id, place.definition_id, ids],
    'lock_records',
  );
}

/** The record with this external_id, if one exists. */
export async function findByExternalId(
  db: Queryable,
  place: Place,
  externalId: string,
): Promise<EntityRecord | undefined> {
  const [row] = await run<EntityRecord>(db, at(place).where('external_id', '=', externalId));
  return row;
}

/** The same, locked until the transaction ends. */
export async function lockByExternalId(
  tx: Transaction,
  place: Place,
  externalId: string,
): Promise<EntityRecord | undefined> {
  const [row] = await run<EntityRecord>(
    tx,
    at(place).where('external_id', '=', externalId).forUpdate(),
    'lock_record_by_external_id',
  );
  return row;
}

/** A page of a definition's records, newest first, and how many match in all. */
export async function listRecords(
  db: Queryable,
  place: Place,
  { filter, ...columns }: RecordFilter,
  page: Page,
): Promise<{ records: EntityRecord[]; total: number }> {
  const matches = (eb: ExpressionBuilder<Tables, 'entity_records'>) =>
    eb.and([
      ...(['customer_id', 'external_id'] as const).flatMap((column) => {
        const value = columns[column];
        return value === undefined ? [] : [eb(column, '=', value)];
      }),
      ...(filter === undefined ? [] : [filterSql(filter, sql.ref('data'))]),
    ]);
  const [records, [count]] = await Promise.all([
    run<EntityRecord>(db, at(place).where(matches).orderBy('id', 'desc').limit(page.limit).offset(page.offset)),
    run<{ total: number }>(
      db,
      build
        .selectFrom('entity_records')
        .select((eb) => eb.fn.countAll().as('total'))
        .where('tenant_id', '=', place.tenant_id)
        .where('definition_id', '=', place.definition_id)
        .where(matches),
    ),
  ]);
  return { records, total: count?.total ?? 0 };
}

/** Deletes up to `limit` records of a definition. Returns how many. */
export async function deleteSomeRecords(tx: Transaction, place: Place, limit: number): Promise<number> {
  const [row] = await tx.query<{ deleted: number }>(
    `WITH chosen AS (SELECT id FROM entity_records WHERE tenant_id = $1 AND definition_id = $2 ORDER BY id LIMIT $3 FOR UPDATE),
       gone AS (DELETE FROM entity_records r USING chosen WHERE r.tenant_id = $1 AND r.id = chosen.id RETURNING 1)
     SELECT count(*) AS deleted FROM gone`,
    [place.tenant_id, place.definition_id, limit],
  );
  return row?.deleted ?? 0;
}

function at(place: Place) {
  return build
    .selectFrom('entity_records')
    .selectAll()
    .where('tenant_id', '=', place.tenant_id)
    .where('definition_id', '=', place.definition_id);
}
