import { inTrouble, type Evidence, type RunFact, type Violation } from './evidence.ts';
import { iso, row } from './check-fates.ts';
import { changesWhen, timelines } from './timeline.ts';

/** What must not happen twice at a time, go back, or change once it is final. */

/** Policies under which no two runs of a schedule may work at the same time. TERMINATE_OTHER ends the earlier one from outside. */
const ONE_AT_A_TIME = new Set(['SKIP', 'BUFFER_ONE', 'BUFFER_ALL', 'CANCEL_OTHER']);
const IN_ORDER = new Set(['BUFFER_ONE', 'BUFFER_ALL']);
/** How far the clocks of two servers may be apart: what an answer of the database takes, more where the network is slow. */
const CLOCKS_MS = 100;
const SLOW_CLOCKS_MS = 1_500;

/** No two runs of a schedule at once, unless its policy allows it. */
export function checkOverlap(evidence: Evidence): Violation[] {
  const found: Violation[] = [];
  const policies = new Map(evidence.history.map((state) => [state.schedule, state.policy]));
  const started = evidence.runs.filter((run) => run.trigger === 'SCHEDULE' && run.attempts.length > 0);
  for (const [schedule, runs] of Map.groupBy(started, (run) => run.schedule)) {
    const policy = policies.get(schedule) ?? '';
    if (!ONE_AT_A_TIME.has(policy)) continue;
    const inTurn = runs.toSorted((a, b) => begun(a) - begun(b));
    for (const [i, run] of inTurn.entries()) {
      const before = inTurn[i - 1];
      if (!before) continue;
      const together = (before.finishedAt ?? Number.POSITIVE_INFINITY) - begun(run);
      const slack = inTrouble(evidence.faults, begun(run) - 45_000, begun(run)) ? SLOW_CLOCKS_MS : CLOCKS_MS;
      if (together > slack) {
        found.push({
          check: 'overlap',
          message: `${policy}: ${row(run)} began ${together} ms before the end of ${row(before)}`,
        });
      }
      if (IN_ORDER.has(policy) && before.scheduledFor > run.scheduledFor) {
        found.push({ check: 'overlap', message: `${policy}: ${row(run)} began after ${row(before)}` });
      }
    }
  }
  return found;
}

function begun(run: RunFact): number {
  return run.attempts[0]?.startedAt ?? 0;
}

/** The next occurrence moves back only when the rule is changed. */
export function checkCursors(evidence: Evidence): Violation[] {
  const found: Violation[] = [];
  for (const { id, states } of timelines(evidence)) {
    let furthest = Number.NEGATIVE_INFINITY;
    for (const [i, state] of states.entries()) {
      const before = states[i - 1];
      if (before && changesWhen(before, state)) furthest = Number.NEGATIVE_INFINITY;
      const cursor = state.nextRunAt ?? state.pausedFrom;
      if (cursor === null) continue;
      if (cursor < furthest) {
        found.push({
          check: 'cursor',
          message: `schedule ${id}: next_run_at went back from ${iso(furthest)} to ${iso(cursor)} at ${iso(state.at)}`,
        });
      }
      furthest = Math.max(furthest, cursor);
    }
  }
  return found;
}

/** A row that was seen final is as it was. */
export function checkFinality(evidence: Evidence): Violation[] {
  const runs = new Map(evidence.runs.map((run) => [run.id, run]));
  return evidence.seenFinal.flatMap(({ run, digest }) => {
    const now = runs.get(run);
    if (now?.digest === digest) return [];
    const message = now === undefined ? `final run ${run} is gone` : `${row(now)} was rewritten after it was final`;
    return [{ check: 'finality', message }];
  });
}

/** What is due is done once everything works again. */
export function checkOverdue(evidence: Evidence): Violation[] {
  return evidence.overdue.map(({ what, id, dueAt, seenAt }) => ({
    check: 'overdue',
    message: `${what}: ${id} was due ${iso(dueAt)} and still is at ${iso(seenAt)}`,
  }));
}
