/**
 * What a run of the rig leaves behind for the checker: what was asked of the servers, what the ledger says, what the
 * receivers saw, and which faults there were. Plain data, so that a test can bend it. Instants are epoch milliseconds.
 */

/** One tenant: its marker goes into every request of its schedules. */
export interface TenantFact {
  readonly id: string;
  readonly marker: string;
}

/** A state of a schedule as it was committed: one row for each change of what decides its occurrences. */
export interface HistoryFact {
  readonly schedule: string;
  readonly tenant: string;
  /** When the row was written, by the database's clock: the commit came soon after. */
  readonly at: number;
  readonly description: string | null;
  readonly type: string;
  readonly expression: string;
  readonly startAt: number | null;
  readonly endAt: number | null;
  readonly flexibleMinutes: number;
  readonly catchupMinutes: number;
  readonly policy: string;
  readonly actionType: string;
  readonly status: string;
  readonly statusReason: string | null;
  readonly nextRunAt: number | null;
  readonly pausedFrom: number | null;
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly deletedAt: number | null;
}

/** What a schedule counts, as its row says at the end. */
export interface ScheduleFact {
  readonly id: string;
  readonly tenant: string;
  readonly status: string;
  readonly nextRunAt: number | null;
  readonly runCount: number;
  readonly consecutiveFailures: number;
  readonly lastRunStatus: string | null;
  readonly deletedAt: number | null;
  readonly version: number;
  readonly rateLimited: boolean;
}

export interface AttemptFact {
  readonly attempt: number;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly node: string;
  readonly outcome: string;
  readonly errorCode: string | null;
  /** The status of the answer, where there was one. */
  readonly status: number | null;
}

/** A row of the ledger. */
export interface RunFact {
  readonly id: string;
  readonly tenant: string;
  readonly schedule: string;
  readonly trigger: string;
  readonly scheduledFor: number;
  readonly fireAt: number;
  readonly status: string;
  readonly reason: string | null;
  readonly attempt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly missedCount: number | null;
  readonly missedUntil: number | null;
  readonly createdAt: number;
  readonly attempts: readonly AttemptFact[];
  /** A digest of the whole row. */
  readonly digest: string;
}

/** One request as a receiver got it. */
export interface DeliveryFact {
  /** Whose receiver it came to. */
  readonly tenant: string;
  readonly run: string;
  readonly schedule: string;
  readonly scheduledFor: number;
  readonly attempt: number;
  /** The markers in the header and in the body; empty where absent. */
  readonly headerMarker: string;
  readonly bodyMarker: string;
  readonly arrivedAt: number;
  readonly endedAt: number | null;
  /** What the receiver did: a status, or how it misbehaved. */
  readonly reply: string;
}

/** A call that changes something, and what came of it. `outcome` is null where no answer came: it may have been done or not. */
export interface CallFact {
  readonly op: number;
  readonly kind: 'create' | 'pause' | 'resume' | 'update' | 'replan' | 'delete' | 'trigger';
  readonly tenant: string;
  readonly schedule: string | null;
  readonly sentAt: number;
  readonly answeredAt: number;
  readonly outcome: number | null;
  /** Of the schedule that was answered. */
  readonly version: number | null;
  readonly updatedAt: number | null;
  /** Of the run that was answered. */
  readonly run: string | null;
  readonly expression: string | null;
}

/** A fault that was injected, and when it was over. `server` is null where it hit all of them. */
export interface FaultFact {
  readonly kind: string;
  readonly server: number | null;
  readonly from: number;
  readonly to: number;
}

/** What the API says of a schedule at the end. */
export interface AnswerFact {
  readonly schedule: string;
  readonly status: string;
  readonly nextRunAt: number | null;
  readonly runCount: number;
  readonly consecutiveFailures: number;
  readonly lastRunStatus: string | null;
  readonly version: number;
  readonly totalRuns: number;
}

/** Something that should have happened by the time it was looked at. */
export interface OverdueFact {
  readonly what: string;
  readonly id: string;
  readonly dueAt: number;
  readonly seenAt: number;
}

export interface Evidence {
  readonly seed: number;
  readonly startedAt: number;
  /** When the last fault was over. */
  readonly healedAt: number;
  readonly endedAt: number;
  readonly tenants: TenantFact[];
  readonly schedules: ScheduleFact[];
  /** In the order of their commits, for each schedule. */
  readonly history: HistoryFact[];
  readonly runs: RunFact[];
  readonly deliveries: DeliveryFact[];
  readonly calls: CallFact[];
  readonly faults: FaultFact[];
  readonly answers: AnswerFact[];
  readonly overdue: OverdueFact[];
  /** Digests of final rows as they were seen while it ran, by run id. */
  readonly seenFinal: { readonly run: string; readonly digest: string }[];
  /** Other tenants' rows that an API key could reach. */
  readonly leaks: string[];
  readonly endlessBodies: { readonly requests: number; readonly grownMb: number };
}

/** Something that must not be. */
export interface Violation {
  readonly check: string;
  readonly message: string;
}

const FINAL = new Set(['SUCCEEDED', 'FAILED', 'SKIPPED', 'MISSED', 'CANCELLED']);

export function isFinal(run: RunFact): boolean {
  return FINAL.has(run.status);
}

/** Whether a fault was on in this time, or over for less than `after` ms. Kills and cut-offs keep hurting for a lease. */
export function inTrouble(faults: readonly FaultFact[], from: number, to: number, after = 5_000): boolean {
  return faults.some((fault) => fault.from <= to && fault.to + after >= from);
}
