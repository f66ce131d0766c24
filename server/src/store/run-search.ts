import type { RecordSnapshot } from '../domain/entity.ts';
import type { Run, RunStatus, RunTrigger } from '../domain/run.ts';
import { timestamp, type Queryable } from './db.ts';
import { firstIdOf } from './ids.ts';
import { RUN_COLUMNS, runFrom, type RunRow } from './runs.ts';

/** Where counting stops: beyond it the number says little to people, and costs more than the page. */
const COUNT_LIMIT = 10_000;

/** An id begins with the instant of its occurrence to the millisecond; the rest is for clocks that were set. */
const MARGIN = 60_000;

/** Which runs a list shows. All given conditions hold. */
export interface RunFilter {
  readonly status?: RunStatus | undefined;
  readonly trigger?: RunTrigger | undefined;
  readonly schedule_id?: string | undefined;
  readonly customer_id?: string | undefined;
  readonly backfill_id?: string | undefined;
  readonly record_id?: string | undefined;
  /** `scheduled_for`: inclusive, in epoch milliseconds. */
  readonly from?: number | undefined;
  /** `scheduled_for`: exclusive. */
  readonly to?: number | undefined;
}

/**
 * A page of the tenant's runs, newest first, and how many match (counted up to 10,000). The page is found in indexes by
 * ids alone, and only its rows are read: an offset passes over entries, not over rows with all their attempts. What is counted
 * is found in the order of the list, so that one search does for both.
 */
export async function searchRuns(
  db: Queryable,
  tenantId: string,
  filter: RunFilter,
  page: { readonly limit: number; readonly offset: number },
): Promise<{ runs: Run[]; total: number }> {
  const { branches, values } = conditions(tenantId, filter);
  const n = values.length;
  const most = Math.max(COUNT_LIMIT, page.offset + page.limit);
  const found = branches.map((where) => `(SELECT r.id FROM runs r WHERE ${where} ORDER BY r.id DESC LIMIT $${n + 1})`);
  const rows = await db.query<{ total: number } & (RunRow | { id: null })>(
    `WITH found AS MATERIALIZED (SELECT id FROM (${found.join(' UNION ALL ')}) f ORDER BY id DESC LIMIT $${n + 1}),
       page AS MATERIALIZED (SELECT id FROM found ORDER BY id DESC LIMIT $${n + 2} OFFSET $${n + 3})
     SELECT r.*, t.total FROM (SELECT count(*) AS total FROM found) t LEFT JOIN (SELECT ${RUN_COLUMNS} FROM runs
       WHERE tenant_id = $1 AND id = ANY (ARRAY(SELECT id FROM page))) r ON true ORDER BY r.id DESC`,
    [...values, most, page.limit, page.offset],
  );
  const total = Math.min(COUNT_LIMIT, rows[0]?.total ?? 0);
  return { runs: rows.flatMap((row) => (row.id === null ? [] : [runFrom(row)])), total };
}

/** Runs whose ids say nothing of their occurrence; as the index of them has it. */
const DISPLACED = `(r.trigger = 'BACKFILL' OR r.retry_of IS NOT NULL OR r.missed_count IS NOT NULL)`;

/** The conditions as one or two sets of runs that have none in common. */
function conditions(tenantId: string, filter: RunFilter): { branches: string[]; values: unknown[] } {
  const values: unknown[] = [tenantId];
  const parts = ['r.tenant_id = $1'];
  const parameter = (value: unknown) => `$${values.push(value)}`;
  const { status, customer_id, from, to } = filter;
  if (status !== undefined) parts.push(`r.status = ${parameter(status)}`);
  // Few are open: with this the small index of those serves.
  if (status === 'PENDING' || status === 'RUNNING') parts.push('r.wake_at IS NOT NULL');
  for (const field of ['trigger', 'schedule_id', 'backfill_id', 'record_id'] as const) {
    if (filter[field] !== undefined) parts.push(`r.${field} = ${parameter(filter[field])}`);
  }
  if (customer_id !== undefined) {
    const theirs = `SELECT s.id FROM schedules s WHERE s.tenant_id = $1 AND s.customer_id = ${parameter(customer_id)}`;
    parts.push(`r.schedule_id IN (${theirs})`);
  }
  if (from === undefined && to === undefined) return { branches: [parts.join(' AND ')], values };
  const near: string[] = [];
  if (from !== undefined) {
    parts.push(`r.scheduled_for >= ${parameter(timestamp(from))}`);
    near.push(`r.id >= ${parameter(firstIdOf(Math.max(0, from - MARGIN)))}`);
  }
  if (to !== undefined) {
    parts.push(`r.scheduled_for < ${parameter(timestamp(to))}`);
    near.push(`r.id < ${parameter(firstIdOf(to + MARGIN))}`);
  }
  return {
    branches: [[...parts, ...near, `NOT ${DISPLACED}`].join(' AND '), [...parts, DISPLACED].join(' AND ')],
    values,
  };
}

/** What trying a run again needs of it. */
export interface RepeatableRun {
  readonly id: string;
  readonly schedule_id: string;
  readonly status: RunStatus;
  readonly scheduled_for: number;
  readonly action_overlay: Record<string, unknown> | null;
  readonly destination: string;
  /** RELATIVE: the record as the run had it. */
  readonly record: RecordSnapshot | null;
}

/** A run of the tenant as far as trying it again needs it. */
export async function findRepeatable(db: Queryable, tenantId: string, id: string): Promise<RepeatableRun | undefined> {
  const [row] = await db.query<RepeatableRun>(
    'SELECT id, schedule_id, status, scheduled_for, action_overlay, destination, record FROM runs WHERE tenant_id = $1 AND id = $2',
    [tenantId, id],
  );
  return row;
}
