import {
  inTrouble,
  isFinal,
  type CallFact,
  type Evidence,
  type RunFact,
  type ScheduleFact,
  type Violation,
} from './evidence.ts';
import { iso } from './check-fates.ts';
import { changesWhen, timelines, type Timeline } from './timeline.ts';

/** What the API acknowledged is so, and what it says now is what the tables say. */

/** Every call that was answered left its mark, and every change of a rule has its call. */
export function checkCalls(evidence: Evidence): Violation[] {
  const found: Violation[] = [];
  const say = (message: string) => found.push({ check: 'calls', message });
  const lines = new Map(timelines(evidence).map((line) => [line.id, line]));
  const runs = new Map(evidence.runs.map((run) => [run.id, run]));
  for (const call of evidence.calls) {
    const lost = lostCall(call, lines, runs);
    if (lost !== null) say(`${call.kind} ${call.op} of schedule ${call.schedule}, answered ${call.outcome}: ${lost}`);
  }
  const asked = new Map(evidence.calls.map((call) => [`op ${call.op}`, call]));
  for (const line of lines.values()) {
    for (const [i, state] of line.states.entries()) {
      const before = line.states[i - 1];
      if (before && !changesWhen(before, state)) continue;
      const call = asked.get(state.description ?? '');
      const right = call && (before ? call.kind === 'replan' && call.schedule === line.id : call.kind === 'create');
      if (!right) say(`schedule ${line.id} got the rule ${state.expression} at ${iso(state.at)} without a call for it`);
    }
  }
  const manual = Map.groupBy(
    evidence.runs.filter((run) => run.trigger === 'MANUAL'),
    (run) => run.schedule,
  );
  const triggers = Map.groupBy(
    evidence.calls.filter((call) => call.kind === 'trigger'),
    (call) => call.schedule ?? '',
  );
  for (const [schedule, made] of manual) {
    const most = (triggers.get(schedule) ?? []).filter((call) => call.outcome === null || call.outcome === 202).length;
    if (made.length > most) say(`schedule ${schedule} has ${made.length} manual runs, and was triggered ${most} times`);
  }
  return found;
}

function lostCall(
  call: CallFact,
  lines: ReadonlyMap<string, Timeline>,
  runs: ReadonlyMap<string, RunFact>,
): string | null {
  if (call.outcome === null || call.outcome >= 300) return null;
  if (call.kind === 'trigger') return runs.has(call.run ?? '') ? null : `its run ${call.run} is not in the ledger`;
  const line = lines.get(call.schedule ?? '');
  if (!line) return 'the schedule is not in the database';
  if (call.kind === 'delete') return line.last.deletedAt === null ? 'it is not deleted' : null;
  const state = line.states.find(({ version, updatedAt }) => version === call.version && updatedAt === call.updatedAt);
  if (!state) return `its version ${call.version} was never stored`;
  return call.expression === null || state.expression === call.expression
    ? null
    : `it has the rule ${state.expression}`;
}

/** The counters of each schedule are what its runs say, and the API says the same. */
export function checkCounters(evidence: Evidence): Violation[] {
  const found: Violation[] = [];
  const runs = Map.groupBy(evidence.runs, (run) => run.schedule);
  const answers = new Map(evidence.answers.map((answer) => [answer.schedule, answer]));
  const lines = new Map(timelines(evidence).map((line) => [line.id, line]));
  for (const schedule of evidence.schedules) {
    const own = runs.get(schedule.id) ?? [];
    const say = (message: string) => found.push({ check: 'counters', message: `schedule ${schedule.id}: ${message}` });
    const counted = own.filter(isRun).length;
    if (counted !== schedule.runCount) say(`run_count is ${schedule.runCount}, and it has ${counted} runs`);
    const ended = own.filter((run) => isRun(run) && isFinal(run));
    checkLastStatus(evidence, schedule, ended, say);
    checkFailures(evidence, schedule, ended, lines.get(schedule.id), say);
    const answer = answers.get(schedule.id);
    if (schedule.deletedAt !== null) continue;
    const stored = { ...pick(schedule), totalRuns: own.length };
    const told = answer && { ...pick(answer), totalRuns: answer.totalRuns };
    if (JSON.stringify(stored) !== JSON.stringify(told)) {
      say(`the API says ${JSON.stringify(told)}, and the tables ${JSON.stringify(stored)}`);
    }
  }
  return found;
}

/** Skipped, missed and cancelled occurrences are no runs; what was cancelled after its start is. */
function isRun(run: RunFact): boolean {
  return run.status !== 'SKIPPED' && run.status !== 'MISSED' && (run.status !== 'CANCELLED' || run.attempt > 0);
}

type Say = (message: string) => void;

/** Results are written by several servers: which of two was the last is known only as far as their clocks agree. */
function slackOf(evidence: Evidence, at: number): number {
  return inTrouble(evidence.faults, at - 20_000, at) ? 25_000 : 2_000;
}

function checkLastStatus(evidence: Evidence, schedule: ScheduleFact, ended: readonly RunFact[], say: Say): void {
  const last = Math.max(0, ...ended.map((run) => run.finishedAt ?? 0));
  const possible = new Set(
    ended.filter((run) => (run.finishedAt ?? 0) >= last - slackOf(evidence, last)).map((run) => run.status),
  );
  if (ended.length === 0 ? schedule.lastRunStatus !== null : !possible.has(schedule.lastRunStatus ?? '')) {
    say(`last_run_status is ${schedule.lastRunStatus}, and the last run is ${[...possible].join(' or ') || 'none'}`);
  }
}

/** FAILED runs in a row since the last success or resume; manual runs do not count. */
function checkFailures(
  evidence: Evidence,
  schedule: ScheduleFact,
  ended: readonly RunFact[],
  line: Timeline | undefined,
  say: Say,
): void {
  const counting = ended.filter((run) => run.trigger !== 'MANUAL');
  const successes = counting.filter((run) => run.status === 'SUCCEEDED').map((run) => run.finishedAt ?? 0);
  const resumes = (line?.states ?? []).flatMap((state, i, all) =>
    all[i - 1]?.status === 'PAUSED' && state.status !== 'PAUSED' ? [state.updatedAt] : [],
  );
  const since = Math.max(0, ...successes, ...resumes);
  const slack = slackOf(evidence, since);
  const failures = counting.filter((run) => run.status === 'FAILED').map((run) => run.finishedAt ?? 0);
  const least = failures.filter((at) => at > since + slack).length;
  const most = failures.filter((at) => at >= since - slack).length;
  const { consecutiveFailures: told } = schedule;
  if (told < least || told > most) say(`consecutive_failures is ${told}, and its runs say ${least} to ${most}`);
}

function pick(
  from: Pick<ScheduleFact, 'status' | 'nextRunAt' | 'runCount' | 'consecutiveFailures' | 'lastRunStatus' | 'version'>,
) {
  const { status, nextRunAt, runCount, consecutiveFailures, lastRunStatus, version } = from;
  return { status, nextRunAt, runCount, consecutiveFailures, lastRunStatus, version };
}
