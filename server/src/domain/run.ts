/** What a run is, as stored: the recorded fate of one occurrence, manual trigger or backfill (docs/semantics.md). */
export const RUN_STATUSES = ['PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'SKIPPED', 'MISSED', 'CANCELLED'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

export const RUN_TRIGGERS = ['SCHEDULE', 'MANUAL', 'BACKFILL'] as const;
export type RunTrigger = (typeof RUN_TRIGGERS)[number];

/** Why a run ended as it did; the sentence for each is in docs/semantics.md. */
export type RunReason =
  | 'OVERLAP'
  | 'FILTER'
  | 'RECORD_GONE'
  | 'DATE_CHANGED'
  | 'BUFFER_FULL'
  | 'SUPERSEDED'
  | 'TERMINATED'
  | 'RATE_LIMIT'
  | 'BY_USER'
  | 'BACKFILL_CANCELLED'
  | 'COMPLETED_AS_FAILED'
  | 'CATCHUP_WINDOW'
  | 'PAUSED'
  | 'SCHEDULE_PAUSED'
  | 'SCHEDULE_DELETED'
  | 'REPLANNED'
  | 'RETRIES_EXHAUSTED'
  | 'REJECTED'
  | 'LEASE_LOST';

/** One try at the action, as the ledger keeps it. Instants are RFC 3339 UTC: it is stored as JSON. */
export interface Attempt {
  readonly attempt: number;
  readonly started_at: string;
  readonly finished_at: string;
  readonly node: string;
  /** ACCEPTED: the receiver took it and is to report its completion. CANCELLED: stopped, its end is not known. */
  readonly outcome: 'SUCCEEDED' | 'FAILED' | 'INTERRUPTED' | 'ACCEPTED' | 'CANCELLED';
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly request: Readonly<Record<string, unknown>> | null;
  readonly response: Readonly<Record<string, unknown>> | null;
  /** What the receiver reported about an accepted one. */
  readonly completion?: Completion;
}

/** What the receiver of an ASYNC action reports once the work is done. */
export interface Completion {
  readonly status: 'SUCCEEDED' | 'FAILED';
  readonly result: unknown;
  readonly error: string | null;
  /** RFC 3339. */
  readonly at: string;
}

/** A stored run. Instants are epoch milliseconds. */
export interface Run {
  readonly tenant_id: string;
  readonly id: string;
  readonly schedule_id: string;
  readonly trigger: RunTrigger;
  readonly scheduled_for: number;
  readonly fire_at: number;
  readonly status: RunStatus;
  readonly reason: RunReason | null;
  readonly attempt: number;
  /** Attempts cut short by a lost lease or a stopping server: they use up no retry. */
  readonly interrupted: number;
  readonly started_at: number | null;
  readonly finished_at: number | null;
  /** Asked to stop: what it will be CANCELLED for, unless it ends otherwise first. */
  readonly cancel_reason: RunReason | null;
  /** RELATIVE: the record that it is about. */
  readonly record_id: string | null;
  /** The FAILED run that this one tries again. */
  readonly retry_of: string | null;
  /** The run that was in its way: it was SKIPPED for it, or had to wait for it. */
  readonly blocked_by: string | null;
  /** The backfill that it belongs to. */
  readonly backfill_id: string | null;
  /** Whether the receiver has accepted it and its completion is awaited. */
  readonly completes_within_seconds: number | null;
  readonly wake_at: number | null;
  readonly missed_count: number | null;
  readonly missed_until: number | null;
  readonly attempts: readonly Attempt[];
  readonly created_at: number;
}
