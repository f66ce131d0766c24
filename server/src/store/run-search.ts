import type { Run, RunStatus, RunTrigger } from '../domain/run.ts';
import { timestamp, type Queryable } from './db.ts';
import { firstIdOf } from './ids.ts';
import { RUN_COLUMNS } from './runs.ts';

const DAY = 86_400_000;

/** Where counting stops: beyond it a page count says nothing to people, and costs seconds. */
const COUNT_LIMIT = 1_000_000;

/** Which runs a list shows. All given conditions hold. */
export interface RunFilter {
  readonly status?: RunStatus | undefined;
  readonly trigger?: RunTrigger | undefined;
  readonly schedule_id?: string | undefined;
  readonly customer_id?: string | undefined;
  readonly backfill_id?: string | undefined;
  /** `scheduled_for`: inclusive, in epoch milliseconds. */
  readonly from?: number | undefined;
  /** `scheduled_for`: exclusive. */
  readonly to?: number | undefined;
}

/**
 * A page of the tenant's runs, newest first, and how many match (counted up to a million). The page is found in indexes
 * by ids alone, and only its rows are read: an offset passes over entries, not over rows with all their attempts.
 */
export async function searchRuns(
  db: Queryable,
  tenantId: string,
  filter: RunFilter,
  page: { readonly limit: number; readonly offset: number },
): Promise<{ runs: Run[]; total: number }> {
  const { where, values } = conditions(tenantId, filter);
  const n = values.length;
  const [runs, [count]] = await Promise.all([
    db.query<Run>(
      `WITH page AS MATERIALIZED (
         SELECT r.id FROM runs r WHERE ${where} ORDER BY r.id DESC LIMIT $${n + 1} OFFSET $${n + 2})
       SELECT ${RUN_COLUMNS} FROM runs WHERE tenant_id = $1 AND id = ANY (ARRAY(SELECT id FROM page)) ORDER BY id DESC`,
      [...values, page.limit, page.offset],
    ),
    db.query<{ total: number }>(
      `SELECT count(*) AS total FROM (SELECT 1 FROM runs r WHERE ${where} LIMIT ${COUNT_LIMIT}) counted`,
      values,
    ),
  ]);
  return { runs, total: count?.total ?? 0 };
}

function conditions(tenantId: string, filter: RunFilter): { where: string; values: unknown[] } {
  const values: unknown[] = [tenantId];
  const parts = ['r.tenant_id = $1'];
  const add = (value: unknown, text: (parameter: string) => string) => {
    if (value === undefined) return;
    values.push(value);
    parts.push(text(`$${values.length}`));
  };
  const { status, from, to } = filter;
  add(status, (p) => `r.status = ${p}`);
  // Few are open: with this the small index of those serves.
  if (status === 'PENDING' || status === 'RUNNING') parts.push('r.wake_at IS NOT NULL');
  add(filter.trigger, (p) => `r.trigger = ${p}`);
  add(filter.schedule_id, (p) => `r.schedule_id = ${p}`);
  add(filter.backfill_id, (p) => `r.backfill_id = ${p}`);
  add(
    filter.customer_id,
    (p) => `r.schedule_id IN (SELECT s.id FROM schedules s WHERE s.tenant_id = $1 AND s.customer_id = ${p})`,
  );
  if (from !== undefined) {
    add(timestamp(from), (p) => `r.scheduled_for >= ${p}`);
    // No row is made before its occurrence, and ids begin with their instant: older partitions need no look. A day for
    // clocks that were set.
    add(firstIdOf(Math.max(0, from - DAY)), (p) => `r.id >= ${p}`);
  }
  if (to !== undefined) add(timestamp(to), (p) => `r.scheduled_for < ${p}`);
  return { where: parts.join(' AND '), values };
}

/** What trying a run again needs of it. */
export interface RepeatableRun {
  readonly id: string;
  readonly schedule_id: string;
  readonly status: RunStatus;
  readonly scheduled_for: number;
  readonly action_overlay: Record<string, unknown> | null;
  readonly destination: string;
}

/** A run of the tenant as far as trying it again needs it. */
export async function findRepeatable(db: Queryable, tenantId: string, id: string): Promise<RepeatableRun | undefined> {
  const [row] = await db.query<RepeatableRun>(
    'SELECT id, schedule_id, status, scheduled_for, action_overlay, destination FROM runs WHERE tenant_id = $1 AND id = $2',
    [tenantId, id],
  );
  return row;
}
