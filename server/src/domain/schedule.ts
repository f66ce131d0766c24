import type { RelativeCursor, RelativeRecurrence } from './relative.ts';

/**
 * What a schedule is, as stored. Field names are those of the API and of the columns: one name from HTTP to ledger.
 * Instants are epoch milliseconds.
 */
export const SCHEDULE_TYPES = ['CRON', 'RATE', 'ONE_TIME', 'RRULE', 'RELATIVE'] as const;
export type ScheduleType = (typeof SCHEDULE_TYPES)[number];

export const STATUSES = ['ACTIVE', 'PAUSED', 'COMPLETED'] as const;
export type ScheduleStatus = (typeof STATUSES)[number];

/** Why a schedule is PAUSED or COMPLETED. */
export type StatusReason = 'BY_USER' | 'FAILURES' | 'END_REACHED' | 'FIRED' | 'PARKED';

export const OVERLAP_POLICIES = [
  'SKIP',
  'BUFFER_ONE',
  'BUFFER_ALL',
  'CANCEL_OTHER',
  'TERMINATE_OTHER',
  'ALLOW_ALL',
] as const;
export type OverlapPolicy = (typeof OVERLAP_POLICIES)[number];

export const COMPLETION_ACTIONS = ['NONE', 'DELETE'] as const;
export type CompletionAction = (typeof COMPLETION_ACTIONS)[number];

/** The part that callers write. `start_at` and `end_at` are instants here: the zone has been applied. */
export interface ScheduleDefinition {
  name: string;
  description: string | null;
  external_id: string | null;
  customer_id: string | null;
  deduplication_key: string | null;
  schedule_type: ScheduleType;
  /** '' for a RELATIVE schedule without a time of day. */
  schedule_expression: string;
  timezone: string;
  start_at: number | null;
  end_at: number | null;
  action_type: string;
  action_config: Record<string, unknown>;
  /** Where the action goes (host and port), derived from its config; '' where that is nowhere, or known only once rendered. */
  destination: string;
  action_after_completion: CompletionAction;
  overlap_policy: OverlapPolicy;
  catchup_window_minutes: number;
  flexible_window_minutes: number;
  max_retries: number;
  retry_backoff_seconds: number;
  pause_on_failure_count: number;
  rate_limit_per_minute: number | null;
  /** RELATIVE schedules only, as the rest: whose records it goes by. */
  relative_entity_definition_id: string | null;
  relative_field_name: string | null;
  relative_filter: Record<string, unknown> | null;
  relative_offset_days: number | null;
  relative_recurrence: RelativeRecurrence | null;
}

/** Where a schedule stands. ACTIVE exactly when there is a next occurrence, or (RELATIVE) a record may come that has one. */
export interface ScheduleState {
  status: ScheduleStatus;
  status_reason: StatusReason | null;
  /** A sentence for people where the reason alone does not say enough (PARKED). */
  status_detail: string | null;
  /** Nominal instant of the next occurrence: the cursor. */
  next_run_at: number | null;
  /** When the next occurrence is planned: `next_run_at` plus its flexible-window offset. */
  due_at: number | null;
  /** The first occurrence that a pause left unplanned. */
  paused_from: number | null;
  /** How far a RELATIVE schedule is planned; null for the others. */
  relative_cursor: RelativeCursor | null;
  /** When the planner is to look at a RELATIVE schedule; it has no `due_at`. */
  relative_look_at: number | null;
}

/** A stored schedule. */
export interface Schedule extends ScheduleDefinition, ScheduleState {
  tenant_id: string;
  id: string;
  version: number;
  /** Under a rate limit: the earliest instant of the next start. */
  rate_free_at: number | null;
  /** When its held runs are to be looked at; null: when an open run ends, or none is held. */
  release_at: number | null;
  last_run_at: number | null;
  last_run_status: string | null;
  run_count: number;
  consecutive_failures: number;
  created_at: number;
  updated_at: number;
}

/** The fields that say *when*: a change of one re-plans from now (docs/semantics.md). */
export const WHEN_FIELDS = [
  'schedule_expression',
  'timezone',
  'start_at',
  'end_at',
  'flexible_window_minutes',
  'relative_field_name',
  'relative_filter',
  'relative_offset_days',
  'relative_recurrence',
] as const satisfies readonly (keyof ScheduleDefinition)[];

/** What says when a schedule fires. What only RELATIVE ones have may be absent. */
export type SaysWhen = Pick<ScheduleDefinition, 'schedule_type' | 'customer_id' | Exclude<WhenField, RelativeField>> &
  Partial<Pick<ScheduleDefinition, RelativeField>>;
type WhenField = (typeof WHEN_FIELDS)[number];
type RelativeField = Extract<WhenField, `relative_${string}`>;
