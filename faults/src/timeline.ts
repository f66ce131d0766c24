import { dueInstants, isDue, nextDue, type Rule } from './due.ts';
import type { Evidence, HistoryFact, RunFact } from './evidence.ts';

/** A time in which one rule held for a schedule. */
export interface Epoch {
  readonly rule: Rule;
  /** What is due after this instant is due by this rule. */
  readonly from: number;
  /** The last instant that is due by this rule for sure. */
  readonly until: number;
  /** The change that ended it was not there before: until then the rule may still have been followed. */
  readonly followedUntil: number;
  readonly flexibleMinutes: number;
}

/** The states of one schedule in the order of their commits, and what follows from them. */
export interface Timeline {
  readonly id: string;
  readonly tenant: string;
  readonly states: readonly HistoryFact[];
  readonly epochs: readonly Epoch[];
  readonly last: HistoryFact;
}

const MINUTE = 60_000;
/** A ONE_TIME may be so late when it is made. */
const ONE_TIME_LATE = MINUTE;

/** The timelines of all schedules. */
export function timelines(evidence: Evidence): Timeline[] {
  const bySchedule = Map.groupBy(evidence.history, (state) => state.schedule);
  return [...bySchedule].map(([id, states]) => {
    const first = states[0] as HistoryFact;
    return { id, tenant: first.tenant, states, epochs: epochsOf(states), last: states.at(-1) as HistoryFact };
  });
}

/** Whether a state follows another rule than the one before it. */
export function changesWhen(before: HistoryFact, after: HistoryFact): boolean {
  return (
    before.expression !== after.expression ||
    before.startAt !== after.startAt ||
    before.endAt !== after.endAt ||
    before.flexibleMinutes !== after.flexibleMinutes
  );
}

function epochsOf(states: readonly HistoryFact[]): Epoch[] {
  const epochs: Epoch[] = [];
  let begun = states[0] as HistoryFact;
  let before = begun;
  const close = (until: number, followedUntil: number) => {
    const from = epochs.length === 0 ? begun.createdAt : begun.updatedAt;
    const late = begun.type === 'ONE_TIME' ? ONE_TIME_LATE : 0;
    epochs.push({ rule: begun, from: from - late, until, followedUntil, flexibleMinutes: begun.flexibleMinutes });
  };
  for (const state of states.slice(1)) {
    if (state.deletedAt !== null) {
      close(state.deletedAt, state.at);
      return epochs;
    }
    if (changesWhen(before, state)) {
      close(state.updatedAt, state.at);
      begun = state;
    }
    before = state;
  }
  // Without an end: up to the next occurrence that is still to come, which itself has to be a true one (checked apart).
  const cursor = before.nextRunAt ?? before.pausedFrom;
  const until = cursor === null ? Number.POSITIVE_INFINITY : cursor - 1;
  close(until, until);
  return epochs;
}

/** The instants of an epoch that must have a fate. Null where it never ends though nothing is left to come. */
export function requiredInstants(epoch: Epoch): number[] | null {
  const { rule, from, until } = epoch;
  if (until === Number.POSITIVE_INFINITY && rule.endAt === null && rule.type !== 'ONE_TIME') return null;
  return dueInstants(rule, from, until);
}

/** The instants that a row of the ledger stands for, by the epoch that it fits; null where it fits none. */
export function coveredInstants(timeline: Timeline, run: RunFact): { epoch: Epoch; instants: number[] } | null {
  for (const epoch of timeline.epochs) {
    if (run.scheduledFor <= epoch.from || run.scheduledFor > epoch.followedUntil) continue;
    if (!isDue(epoch.rule, run.scheduledFor)) continue;
    const instants =
      run.missedUntil === null ? [run.scheduledFor] : dueInstants(epoch.rule, run.scheduledFor - 1, run.missedUntil);
    if (run.missedCount !== null && (instants.length !== run.missedCount || instants.at(-1) !== run.missedUntil))
      continue;
    if (!offsetFits(epoch, run)) continue;
    return { epoch, instants };
  }
  return null;
}

/** The offset in the flexible window: never as far as the window or the next occurrence. Merged rows did not fire. */
function offsetFits(epoch: Epoch, run: RunFact): boolean {
  const offset = run.fireAt - run.scheduledFor;
  if (epoch.flexibleMinutes === 0 || run.missedCount !== null) return offset === 0 || run.missedCount !== null;
  const next = nextDue(epoch.rule, run.scheduledFor) ?? Number.POSITIVE_INFINITY;
  return offset >= 0 && offset < Math.min(epoch.flexibleMinutes * MINUTE, next - run.scheduledFor);
}
