import { isDue } from './due.ts';
import { inTrouble, type Evidence, type HistoryFact, type RunFact, type Violation } from './evidence.ts';
import { changesWhen, coveredInstants, requiredInstants, timelines, type Timeline } from './timeline.ts';

/** Every due occurrence has exactly one fate, for an allowed reason. */

const MINUTE = 60_000;
/** Where the policy lets an occurrence be skipped, and for what. */
const SKIPS: Readonly<Record<string, readonly string[]>> = {
  SKIP: ['OVERLAP'],
  BUFFER_ONE: ['OVERLAP'],
  BUFFER_ALL: ['BUFFER_FULL'],
};

/** Fates of the occurrences of every schedule. */
export function checkFates(evidence: Evidence): Violation[] {
  const found: Violation[] = [];
  const runs = Map.groupBy(
    evidence.runs.filter((run) => run.trigger === 'SCHEDULE'),
    (run) => run.schedule,
  );
  const known = timelines(evidence);
  for (const timeline of known) found.push(...checkOne(evidence, timeline, runs.get(timeline.id) ?? []));
  const ids = new Set(known.map((timeline) => timeline.id));
  for (const run of evidence.runs) {
    if (!ids.has(run.schedule)) found.push({ check: 'fates', message: `run ${run.id} is of no schedule` });
  }
  return found;
}

function checkOne(evidence: Evidence, timeline: Timeline, runs: readonly RunFact[]): Violation[] {
  const found: Violation[] = [];
  const say = (message: string) => found.push({ check: 'fates', message: `${name(timeline)}: ${message}` });
  const fates = new Map<number, RunFact[]>();
  for (const run of runs) {
    const covered = coveredInstants(timeline, run);
    if (covered === null) {
      say(`${row(run)} stands for an occurrence that was not due`);
      continue;
    }
    for (const instant of covered.instants) fates.set(instant, [...(fates.get(instant) ?? []), run]);
    const wrong = wrongReason(evidence, timeline, run, runs);
    if (wrong !== null) say(`${row(run)} ${wrong}`);
  }
  for (const [instant, rows] of fates) {
    if (rows.length > 1) say(`${iso(instant)} has ${rows.length} fates: ${rows.map(row).join(', ')}`);
  }
  const lost: number[] = [];
  for (const epoch of timeline.epochs) {
    const required = requiredInstants(epoch);
    if (required === null) say(`nothing is left to come, though its rule has no end`);
    for (const instant of required ?? []) if (!fates.has(instant)) lost.push(instant);
  }
  if (lost.length > 0) {
    const shown = lost.slice(0, 5).map(iso).join(', ');
    say(`${lost.length} due occurrences have no fate: ${shown}${lost.length > 5 ? ' …' : ''}`);
  }
  const { last } = timeline;
  const cursor = last.nextRunAt ?? last.pausedFrom;
  if (last.deletedAt === null && cursor !== null && !isDue(last, cursor)) {
    say(`its next occurrence is said to be ${iso(cursor)}, which is none of its rule ${last.expression}`);
  }
  return found;
}

/** Why the reason of a row is not one that its status may have here; null where it is. */
function wrongReason(evidence: Evidence, timeline: Timeline, run: RunFact, runs: readonly RunFact[]): string | null {
  const { states } = timeline;
  const policy = states[0]?.policy ?? '';
  const latest = Math.max(MINUTE, (states[0]?.catchupMinutes ?? 0) * MINUTE);
  const made = (test: (state: HistoryFact, before: HistoryFact | undefined) => boolean) =>
    states.some((state, i) => state.updatedAt === run.finishedAt && test(state, states[i - 1]));
  // What waits on a node for its turn is cancelled as that comes, not by the change itself.
  const meanwhile = (test: (state: HistoryFact) => boolean) =>
    states.some(
      (state, i) =>
        test(state) &&
        state.updatedAt <= (run.finishedAt ?? 0) &&
        (states[i + 1]?.updatedAt ?? Infinity) >= run.createdAt,
    );
  const when = (state: HistoryFact, before: HistoryFact | undefined) =>
    before !== undefined && changesWhen(before, state);
  const changed = states.some(
    (state, i) =>
      when(state, states[i - 1]) && state.updatedAt >= run.createdAt && state.updatedAt <= (run.finishedAt ?? 0),
  );
  switch (`${run.status} ${run.reason ?? ''}`.trim()) {
    case 'PENDING':
    case 'RUNNING':
    case 'SUCCEEDED':
    case 'FAILED RETRIES_EXHAUSTED':
    case 'FAILED REJECTED':
    case 'FAILED LEASE_LOST':
    case 'FAILED COMPLETED_AS_FAILED':
    case 'PENDING OVERLAP':
    case 'PENDING RATE_LIMIT':
      return run.createdAt - run.fireAt > latest ? `was planned ${run.createdAt - run.fireAt} ms late` : null;
    case 'SKIPPED OVERLAP':
    case 'SKIPPED BUFFER_FULL':
      if (!SKIPS[policy]?.includes(run.reason ?? '')) return `is not of the policy ${policy}`;
      return wasOpen(evidence, run, runs) ? null : 'was skipped, but no earlier run was open';
    case 'MISSED CATCHUP_WINDOW':
      return run.createdAt - (run.missedUntil ?? run.scheduledFor) > latest ? null : 'was not late enough to be missed';
    case 'MISSED PAUSED': {
      const ended = made(
        (state, before) =>
          before?.status === 'PAUSED' && (state.status !== 'PAUSED' || state.deletedAt !== null || when(state, before)),
      );
      if (!ended) return 'was recorded at no end of a pause';
      return states.some((state) => state.pausedFrom === run.scheduledFor) ? null : 'begins where no pause began';
    }
    case 'CANCELLED SCHEDULE_PAUSED':
      return meanwhile((state) => state.status === 'PAUSED') ? null : 'was cancelled when nothing was paused';
    case 'CANCELLED REPLANNED':
      return changed ? null : 'was cancelled when nothing was changed';
    case 'CANCELLED SCHEDULE_DELETED':
      return meanwhile((state) => state.deletedAt !== null) ? null : 'was cancelled when nothing was deleted';
    case 'CANCELLED SUPERSEDED':
      return policy === 'CANCEL_OTHER' || policy === 'TERMINATE_OTHER' ? null : `is not of the policy ${policy}`;
    case 'CANCELLED TERMINATED':
      return policy === 'TERMINATE_OTHER' ? null : `is not of the policy ${policy}`;
    default:
      return 'has a reason that its status can not have';
  }
}

/** Whether another run of the schedule was open when this one was planned, as far as the clocks of the servers agree. */
function wasOpen(evidence: Evidence, run: RunFact, runs: readonly RunFact[]): boolean {
  const manual = evidence.runs.filter((other) => other.schedule === run.schedule && other.trigger !== 'SCHEDULE');
  // A result may be committed long after its instant, while the database is hard to reach.
  const slack = inTrouble(evidence.faults, run.createdAt - 40_000, run.createdAt) ? 40_000 : 1_000;
  return [...runs, ...manual].some(
    (other) =>
      other.id !== run.id &&
      (other.attempt > 0 || other.finishedAt === null || other.status === 'CANCELLED') &&
      other.createdAt <= run.createdAt + slack &&
      (other.finishedAt === null || other.finishedAt >= run.createdAt - slack),
  );
}

function name({ id, last }: Timeline): string {
  return `schedule ${id} (${last.type} ${last.expression})`;
}

/** A row in words. */
export function row(run: RunFact): string {
  const merged = run.missedCount === null ? '' : ` to ${iso(run.missedUntil ?? 0)} (${run.missedCount})`;
  return `run ${run.id} ${run.status}${run.reason === null ? '' : ` ${run.reason}`} for ${iso(run.scheduledFor)}${merged}`;
}

export function iso(instant: number): string {
  return new Date(instant).toISOString();
}
