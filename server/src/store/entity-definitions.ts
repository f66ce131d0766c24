import type { ExpressionBuilder } from 'kysely';
import type { Demand, EntityDefinition } from '../domain/entity.ts';
import { bucketOf } from './buckets.ts';
import { build, run, timestamp, type Queryable, type Transaction } from './db.ts';
import type { Tables } from './tables.ts';

/** A part of a list. */
export interface Page {
  readonly limit: number;
  readonly offset: number;
}

/** Stores a new definition. False when its slug is taken: nothing is stored then. */
export async function insertDefinition(tx: Transaction, definition: EntityDefinition): Promise<boolean> {
  const rows = await run(
    tx,
    build
      .insertInto('entity_definitions')
      .values({
        ...definition,
        bucket: bucketOf(definition.tenant_id),
        fields: JSON.stringify(definition.fields),
        created_at: timestamp(definition.created_at),
        updated_at: timestamp(definition.updated_at),
      })
      .onConflict((conflict) => conflict.columns(['tenant_id', 'slug', 'bucket']).doNothing())
      .returning('id'),
  );
  return rows.length > 0;
}

/** The definition, unless it is another tenant's or unknown. */
export async function getDefinition(
  db: Queryable,
  tenantId: string,
  id: string,
): Promise<EntityDefinition | undefined> {
  const [row] = await run<EntityDefinition>(db, byId(tenantId, id), 'get_definition');
  return row;
}

/**
 * The same, locked until the transaction ends: `write` for a change of it, which waits for every write of a record under
 * way; `share` for writes of records, which wait for changes of it but not for each other.
 */
export async function lockDefinition(
  tx: Transaction,
  tenantId: string,
  id: string,
  mode: 'write' | 'share',
): Promise<EntityDefinition | undefined> {
  const found = byId(tenantId, id);
  const [row] = await run<EntityDefinition>(
    tx,
    mode === 'write' ? found.forUpdate() : found.forKeyShare(),
    `lock_definition_${mode}`,
  );
  return row;
}

/** A page of the tenant's definitions, newest first, and how many match in all. */
export async function listDefinitions(
  db: Queryable,
  tenantId: string,
  filter: { readonly slug?: string | undefined },
  page: Page,
): Promise<{ definitions: EntityDefinition[]; total: number }> {
  const matches = (eb: ExpressionBuilder<Tables, 'entity_definitions'>) =>
    eb.and([eb('tenant_id', '=', tenantId), ...(filter.slug === undefined ? [] : [eb('slug', '=', filter.slug)])]);
  const from = build.selectFrom('entity_definitions').where(matches);
  const [definitions, [count]] = await Promise.all([
    run<EntityDefinition>(db, from.selectAll().orderBy('id', 'desc').limit(page.limit).offset(page.offset)),
    run<{ total: number }>(
      db,
      from.select((eb) => eb.fn.countAll().as('total')),
    ),
  ]);
  return { definitions, total: count?.total ?? 0 };
}

/** Writes a locked definition's changeable columns. */
export async function updateDefinition(tx: Transaction, definition: EntityDefinition): Promise<void> {
  await run(
    tx,
    build
      .updateTable('entity_definitions')
      .set({
        name: definition.name,
        fields: JSON.stringify(definition.fields),
        version: definition.version,
        updated_at: timestamp(definition.updated_at),
      })
      .where('tenant_id', '=', definition.tenant_id)
      .where('id', '=', definition.id),
  );
}

/** Deletes a locked definition that has no records; schedules that are deleted and not yet gone no longer refer to it. */
export async function deleteDefinition(tx: Transaction, tenantId: string, id: string): Promise<void> {
  await tx.query(
    `UPDATE schedules SET relative_entity_definition_id = NULL
     WHERE tenant_id = $1 AND relative_entity_definition_id = $2 AND deleted_at IS NOT NULL`,
    [tenantId, id],
  );
  await run(tx, build.deleteFrom('entity_definitions').where('tenant_id', '=', tenantId).where('id', '=', id));
}

/** How many records do not meet each demand; those that all records meet are absent. */
export async function countAgainst(
  tx: Transaction,
  tenantId: string,
  definitionId: string,
  demands: readonly Demand[],
): Promise<(Demand & { readonly records: number })[]> {
  if (demands.length === 0) return [];
  return await tx.query<Demand & { records: number }>(
    `SELECT d.field, d.value, count(*) AS records
     FROM unnest($3::text[], $4::text[]) WITH ORDINALITY AS d (field, value, place)
     JOIN entity_records r ON r.tenant_id = $1 AND r.definition_id = $2
       AND jsonb_exists(r.data, d.field) = (d.value = 'forbidden')
     GROUP BY d.field, d.value, d.place ORDER BY d.place`,
    [tenantId, definitionId, demands.map((demand) => demand.field), demands.map((demand) => demand.value)],
  );
}

/** How many records a definition has. */
export async function countRecords(db: Queryable, tenantId: string, definitionId: string): Promise<number> {
  const [row] = await db.query<{ records: number }>(
    'SELECT count(*) AS records FROM entity_records WHERE tenant_id = $1 AND definition_id = $2',
    [tenantId, definitionId],
  );
  return row?.records ?? 0;
}

function byId(tenantId: string, id: string) {
  return build.selectFrom('entity_definitions').selectAll().where('tenant_id', '=', tenantId).where('id', '=', id);
}
