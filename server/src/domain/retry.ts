import { jitterOffset } from '../time/index.ts';
import type { RunReason, RunStatus } from './run.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const JITTER = 0.2;

/** A run is given up after so many lost leases: an action that kills its server must not do so for ever. */
export const MAX_INTERRUPTIONS = 20;

/** What the decision needs of the run that made the attempt. */
export interface AttemptedRun {
  readonly id: string;
  /** The number of the attempt that just ended, from 1. */
  readonly attempt: number;
  readonly interrupted: number;
  readonly max_retries: number;
  readonly retry_backoff_seconds: number;
}

/** How the attempt ended, reduced to what decides. */
export type AttemptEnd =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'retryable'; readonly retryAfterMs?: number }
  | { readonly kind: 'rejected' }
  /** The receiver took it, and reports its completion within that time. */
  | { readonly kind: 'accepted'; readonly withinMs: number }
  /** The lease ran out or the server stopped: nothing is known of the receiver. */
  | { readonly kind: 'interrupted' };

/** What becomes of the run: final with a reason, waiting until `wake_at`, or RUNNING until it is completed by then. */
export interface RunVerdict {
  readonly status: Extract<RunStatus, 'SUCCEEDED' | 'FAILED' | 'PENDING' | 'RUNNING'>;
  readonly reason: RunReason | null;
  readonly wake_at: number | null;
}

/** Decides what follows an attempt (docs/semantics.md). Pure: the jitter is a hash of run and attempt. */
export function afterAttempt(run: AttemptedRun, end: AttemptEnd, now: number): RunVerdict {
  switch (end.kind) {
    case 'delivered':
      return { status: 'SUCCEEDED', reason: null, wake_at: null };
    case 'rejected':
      return { status: 'FAILED', reason: 'REJECTED', wake_at: null };
    case 'accepted':
      return { status: 'RUNNING', reason: null, wake_at: now + end.withinMs };
    case 'interrupted':
      return run.interrupted + 1 >= MAX_INTERRUPTIONS
        ? { status: 'FAILED', reason: 'LEASE_LOST', wake_at: null }
        : { status: 'PENDING', reason: null, wake_at: now };
    default: {
      const failures = run.attempt - run.interrupted;
      if (failures > run.max_retries) return { status: 'FAILED', reason: 'RETRIES_EXHAUSTED', wake_at: null };
      return { status: 'PENDING', reason: null, wake_at: now + retryDelay(run, failures, end.retryAfterMs) };
    }
  }
}

/** Milliseconds before retry `n`: the receiver's word (at most 24 h), else exponential with ±20 % jitter, capped. */
export function retryDelay(
  run: Pick<AttemptedRun, 'id' | 'retry_backoff_seconds'>,
  n: number,
  retryAfterMs?: number,
): number {
  if (retryAfterMs !== undefined) return Math.min(retryAfterMs, DAY);
  const base = run.retry_backoff_seconds * 1000;
  const cap = Math.max(HOUR, base);
  const full = Math.min(base * 2 ** (n - 1), cap);
  const spread = Math.round(full * JITTER);
  return Math.min(cap, full - spread + jitterOffset(run.id, n, 2 * spread + 1));
}
