/** What a run is, as stored: the recorded fate of one occurrence, manual trigger or backfill (docs/semantics.md). */
export type RunStatus = 'PENDING' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'SKIPPED' | 'MISSED' | 'CANCELLED';
export type RunTrigger = 'SCHEDULE' | 'MANUAL' | 'BACKFILL';

/** Why a run ended as it did; the sentence for each is in docs/semantics.md. */
export type RunReason =
  | 'OVERLAP'
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
  readonly outcome: 'SUCCEEDED' | 'FAILED' | 'INTERRUPTED';
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly request: Readonly<Record<string, unknown>> | null;
  readonly response: Readonly<Record<string, unknown>> | null;
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
  readonly missed_count: number | null;
  readonly missed_until: number | null;
  readonly attempts: readonly Attempt[];
  readonly created_at: number;
}
