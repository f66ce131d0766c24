import type { Queryable } from './db.ts';

/** What belongs to a customer: its own `customer_id`, or that of its schedule. */
export type OwnedKind = 'schedule' | 'run' | 'backfill' | 'record';

/** Deleted schedules, too: their runs are there to be seen. */
const OWNED: Readonly<Record<OwnedKind, string>> = {
  schedule: 'SELECT 1 FROM schedules WHERE tenant_id = $1 AND id = $2 AND customer_id = $3',
  run: `SELECT 1 FROM runs r JOIN schedules s ON s.tenant_id = r.tenant_id AND s.id = r.schedule_id
    WHERE r.tenant_id = $1 AND r.id = $2 AND s.customer_id = $3`,
  backfill: `SELECT 1 FROM backfills b JOIN schedules s ON s.tenant_id = b.tenant_id AND s.id = b.schedule_id
    WHERE b.tenant_id = $1 AND b.id = $2 AND s.customer_id = $3`,
  record: 'SELECT 1 FROM entity_records WHERE tenant_id = $1 AND id = $2 AND customer_id = $3',
};

/** Whether there is such a row, and it is this customer's. */
export async function isOfCustomer(
  db: Queryable,
  owner: { readonly tenant_id: string; readonly customer_id: string },
  kind: OwnedKind,
  id: string,
): Promise<boolean> {
  const rows = await db.query(OWNED[kind], [owner.tenant_id, id, owner.customer_id], `owned_${kind}`);
  return rows.length > 0;
}
