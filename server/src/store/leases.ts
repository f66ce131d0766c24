import type { RecordSnapshot } from '../domain/entity.ts';
import type { AttemptedRun } from '../domain/retry.ts';
import type { RunReason, RunTrigger } from '../domain/run.ts';
import type { Schedule, SaysWhen } from '../domain/schedule.ts';
import { WHOLE, withinBucketOf, withinSlice, type Slice } from './buckets.ts';
import { timestamp, type Queryable, type Transaction } from './db.ts';
import { inOrder, rowsOf } from './lists.ts';
import { EGRESS_VERSION, type PolicyMark } from './egress-policies.ts';
import { readSigning, type StoredSigningSecrets } from './signing.ts';

/** What of its tenant an attempt needs: the sealed secrets that sign, newest first, and which of its other secrets hold. */
export interface Signing {
  readonly webhook_secrets: StoredSigningSecrets;
  readonly secrets_version: number;
}

/** The columns of a `Signing`, of the tenant `t`. */
export const SIGNING = 't.webhook_secrets, t.secrets_version';

/** The same, to be read by `readSigning`. */
export const SIGNING_TEXT = 't.webhook_secrets::text AS webhook_secrets, t.secrets_version';

/** What of a schedule an attempt needs; read when the attempt starts, so that an update holds from then on. */
export type LeasedSchedule = SaysWhen &
  Pick<Schedule, 'name' | 'external_id' | 'action_type' | 'action_config' | 'overlap_policy' | 'rate_limit_per_minute'>;

/** A run that this node holds, with all that its attempt needs. Instants are epoch milliseconds. */
export interface LeasedRun extends AttemptedRun, LeasedSchedule, Signing, PolicyMark {
  readonly tenant_id: string;
  readonly schedule_id: string;
  /** Where it was to go when it was planned: with the tenant, the lane that it waited in. */
  readonly destination: string;
  readonly trigger: RunTrigger;
  readonly scheduled_for: number;
  readonly fire_at: number;
  /** Its secrets, as those of `action_config`, are sealed. */
  readonly action_overlay: Record<string, unknown> | null;
  /** The record of a RELATIVE schedule that it is about, as it was when the run started. */
  readonly record_id: string | null;
  readonly record: RecordSnapshot | null;
  /** Whether the record was read as the run started: in the transaction that planned it. */
  readonly fresh?: boolean;
  readonly lease_token: string;
  /** The `traceparent` of the request that triggered it, where that was traced. */
  readonly traceparent?: string | null;
}

/** The columns of a `LeasedRun`, to be read by `readSigning`: of the run `r`, its schedule `s` and its tenant `t`. */
export const LEASED = `r.tenant_id, r.id, r.schedule_id, r.destination, r.trigger, r.scheduled_for, r.fire_at, r.attempt, r.interrupted,
  r.action_overlay, r.record_id, r.record, r.lease_token, r.traceparent, s.name, s.external_id, s.customer_id, s.schedule_type, s.schedule_expression,
  s.timezone, s.start_at, s.end_at, s.flexible_window_minutes, s.relative_field_name, s.relative_filter, s.relative_offset_days,
  s.relative_recurrence, s.action_type, s.action_config, s.overlap_policy, s.rate_limit_per_minute, s.max_retries, s.retry_backoff_seconds, ${SIGNING_TEXT}, ${EGRESS_VERSION}`;

/** The schedule `s` and the tenant `t` of each run `r`: looked up for it, whatever the planner thinks of how many there are. */
export const OF_RUN = `CROSS JOIN LATERAL (SELECT * FROM schedules WHERE tenant_id = r.tenant_id AND id = r.schedule_id AND bucket = r.bucket LIMIT 1) s
  JOIN tenants t ON t.id = r.tenant_id`;

/**
 * When the attempt under way of the run `r` began, as well as it is known without its node: a later one was claimed then, and its token says
 * when (`leaseToken`; an older server gave random ones). `started_at` is the first one's.
 */
export const ATTEMPT_BEGAN = `CASE WHEN r.attempt > 1 AND substr(r.lease_token::text, 15, 1) = '7'
  THEN to_timestamp(('x' || left(replace(r.lease_token::text, '-', ''), 12))::bit(48)::bigint / 1000.0) ELSE r.started_at END`;

/** A lease that still holds, and whether the run was asked to stop meanwhile. */
export interface KeptLease {
  readonly id: string;
  readonly cancel_reason: RunReason | null;
}

/** Extends the leases that are still this node's. Returns those: the others are lost. */
export async function renewLeases(
  db: Queryable,
  leased: readonly Pick<LeasedRun, 'tenant_id' | 'id' | 'lease_token'>[],
  expiresAt: number,
): Promise<KeptLease[]> {
  if (leased.length === 0) return [];
  // Of some the outcome is being written just now, in the same order.
  const held = inOrder(leased);
  const { sql, values, mark } = withinBucketOf(db, 'r', held, 5);
  return await db.query<KeptLease>(
    `UPDATE runs r SET wake_at = $4 FROM ${rowsOf('$1::uuid[], $2::uuid[], $3::uuid[]', 'tenant_id, id, token')} u
     WHERE r.tenant_id = u.tenant_id AND r.id = u.id AND r.lease_token = u.token AND r.completes_within_seconds IS NULL${sql}
     RETURNING r.id, r.cancel_reason`,
    [
      held.map((r) => r.tenant_id),
      held.map((r) => r.id),
      held.map((r) => r.lease_token),
      timestamp(expiresAt),
      ...values,
    ],
    `renew_leases${mark}`,
  );
}

/** A run that waits on its node, as it is now. */
export interface WaitingRun extends LeasedRun {
  /** Why it has no turn any more, should it not have started before: its schedule was paused or deleted. */
  readonly gone: Extract<RunReason, 'SCHEDULE_PAUSED' | 'SCHEDULE_DELETED'> | null;
}

/** A run that this node still holds, with what its attempt needs as it is now; undefined: its lease is lost. */
export async function readLeased(
  db: Queryable,
  run: Pick<LeasedRun, 'tenant_id' | 'id' | 'lease_token'>,
): Promise<WaitingRun | undefined> {
  const { sql, values, mark } = withinBucketOf(db, 'r', [run], 4);
  const rows = await db.query<WaitingRun>(
    `SELECT ${LEASED}, CASE WHEN s.deleted_at IS NOT NULL THEN 'SCHEDULE_DELETED'
       WHEN s.status = 'PAUSED' AND r.trigger = 'SCHEDULE' THEN 'SCHEDULE_PAUSED' END AS gone
     FROM (SELECT * FROM runs r WHERE r.tenant_id = $1 AND r.id = $2 AND r.lease_token = $3${sql}) r ${OF_RUN}`,
    [run.tenant_id, run.id, run.lease_token, ...values],
    `read_leased${mark}`,
  );
  return readSigning<WaitingRun>(rows)[0];
}

/** A run whose lease ran out, or that was not completed in time. */
export interface ExpiredRun extends LeasedRun {
  /** When its attempt began: see `ATTEMPT_BEGAN`. */
  readonly began: number;
  readonly lease_node: string;
  /** Not null: it was accepted, and no completion came. */
  readonly completes_within_seconds: number | null;
}

/** Locks runs whose time has run out: their node died or lost the database, or no completion came. */
export async function lockExpired(
  tx: Transaction,
  now: number,
  limit: number,
  slice: Slice = WHOLE,
): Promise<ExpiredRun[]> {
  const { sql, values, mark } = withinSlice('r', slice, 3);
  const rows = await tx.query<ExpiredRun & { webhook_secrets: string }>(
    `SELECT ${LEASED}, ${ATTEMPT_BEGAN} AS began, r.lease_node, r.completes_within_seconds
     FROM (SELECT * FROM runs r WHERE r.wake_at <= $1 AND r.status = 'RUNNING'${sql} ORDER BY r.wake_at LIMIT $2 FOR UPDATE SKIP LOCKED) r
     ${OF_RUN}`,
    [timestamp(now), limit, ...values],
    `lock_expired${mark}`,
  );
  return readSigning<ExpiredRun>(rows);
}
