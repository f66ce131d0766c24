import { spacingOf } from './overlap.ts';
import { nextNominal, stretch, type Stretch, type Timing } from './recurrence.ts';
import type { OverlapPolicy } from './schedule.ts';

/** The most occurrences of one backfill. */
export const BACKFILL_LIMIT = 10_000;

/** Between two runs of a backfill: at most ten a second. */
const PACE_MS = 100;

/** A backfill that holds nothing up starts a second's worth of runs in one step. */
const STEP_MS = 1_000;

/** What makes a run wait for another one. Stopping a run to make way has no sense where nothing is urgent. */
export const BACKFILL_POLICIES = ['ALLOW_ALL', 'SKIP', 'BUFFER_ONE', 'BUFFER_ALL'] as const satisfies OverlapPolicy[];
export type BackfillPolicy = (typeof BACKFILL_POLICIES)[number];

export const BACKFILL_STATUSES = ['RUNNING', 'PAUSED', 'COMPLETED', 'CANCELLED'] as const;
export type BackfillStatus = (typeof BACKFILL_STATUSES)[number];

/** Why a backfill is PAUSED or CANCELLED. */
export type BackfillReason = 'BY_USER' | 'FAILURES' | 'PARKED' | 'SCHEDULE_DELETED';

/** The rule of a schedule as it was when its backfill was asked for. The flexible window has no part: it is past. */
export type BackfillRule = Omit<Timing, 'id' | 'flexible_window_minutes'>;

/** A stored backfill. Instants are epoch milliseconds. */
export interface Backfill {
  readonly tenant_id: string;
  readonly id: string;
  readonly schedule_id: string;
  readonly status: BackfillStatus;
  readonly status_reason: BackfillReason | null;
  /** Both inclusive. */
  readonly start_at: number;
  readonly end_at: number;
  readonly overlap_policy: BackfillPolicy;
  readonly rule: BackfillRule;
  readonly total: number;
  /** Runs that were made. */
  readonly planned: number;
  /** Occurrences that were SKIPPED. */
  readonly skipped: number;
  /** The cursor; null once all are planned. */
  readonly next_scheduled_for: number | null;
  readonly due_at: number | null;
  readonly created_at: number;
  readonly updated_at: number;
  readonly finished_at: number | null;
}

/** The part of a schedule that a backfill keeps. */
export function ruleOf(timing: Timing): BackfillRule {
  const { schedule_type, schedule_expression, timezone, start_at, end_at, created_at } = timing;
  return { schedule_type, schedule_expression, timezone, start_at, end_at, created_at };
}

/** The occurrences from `from` through `until` (both inclusive) by a rule, counted without walking them; null: none. */
export function occurrencesWithin(rule: BackfillRule, from: number, until: number): Stretch | null {
  const timing = timingOf(rule);
  const first = nextNominal(timing, from - 1);
  return first === null || first > until ? null : stretch(timing, first, until);
}

/** What is open when a backfill is looked at. */
export interface BackfillSurroundings {
  /** Runs of the schedule that are not final, whoever asked for them. */
  readonly open: number;
  /** Of those, how many wait for their turn: the schedule's own go first. */
  readonly held: number;
  /** When the oldest of them was made. */
  readonly oldest: number | null;
  readonly rate_limit_per_minute: number | null;
  readonly rate_free_at: number | null;
}

/** One step of a backfill: what it records, where it stands then, when it is looked at next. */
export interface BackfillStep {
  readonly rows: readonly { readonly scheduled_for: number; readonly fate: 'RUN' | 'SKIPPED' }[];
  readonly next_scheduled_for: number | null;
  readonly due_at: number;
  /** What the step leaves of the schedule's rate limit. */
  readonly rate_free_at: number | null;
}

/** Decides the next step of a RUNNING backfill with occurrences left (docs/semantics.md). Pure. */
export function planBackfill(backfill: Backfill, around: BackfillSurroundings, now: number): BackfillStep {
  const first = backfill.next_scheduled_for;
  const spacing = spacingOf(around.rate_limit_per_minute);
  const free = spacing === 0 ? null : around.rate_free_at;
  const wait = (due_at: number) => ({ rows: [], next_scheduled_for: first, due_at, rate_free_at: free });
  if (first === null) return wait(now);

  const policy = backfill.overlap_policy;
  if (policy.startsWith('BUFFER') && around.open > 0) return wait(lookAgain(around.oldest, now));
  const skips = policy === 'SKIP' && around.open > 0;
  if (!skips && spacing > 0) {
    if (free !== null && free > now) return wait(free);
    if (around.held > 0) return wait(now + spacing);
  }

  const alone = policy !== 'ALLOW_ALL' || spacing > 0;
  const limit = alone ? 1 : STEP_MS / PACE_MS;
  const timing = timingOf(backfill.rule);
  const rows: BackfillStep['rows'][number][] = [];
  let cursor: number | null = first;
  while (cursor !== null && rows.length < limit) {
    rows.push({ scheduled_for: cursor, fate: skips ? 'SKIPPED' : 'RUN' });
    cursor = nextNominal(timing, cursor);
    if (cursor !== null && cursor > backfill.end_at) cursor = null;
  }
  const pause = Math.max(rows.length * PACE_MS, skips ? 0 : spacing);
  return {
    rows,
    next_scheduled_for: cursor,
    due_at: now + pause,
    rate_free_at: skips || spacing === 0 ? free : now + spacing,
  };
}

/** When to look again for the end of a run: soon where it is young, more seldom the longer it lasts. */
export function lookAgain(madeAt: number | null, now: number): number {
  const age = madeAt === null ? 0 : now - madeAt;
  return now + Math.min(2_000, Math.max(PACE_MS, Math.floor(age / 4)));
}

function timingOf(rule: BackfillRule): Timing {
  return { ...rule, id: '', flexible_window_minutes: 0 };
}
