import type { Evidence } from './evidence.ts';

/** Evidence bent in one way, and which check has to see it. `bend` answers false where the evidence offers nothing to bend. */
export interface Mutant {
  readonly name: string;
  readonly check: string;
  readonly bend: (evidence: Evidence) => boolean;
}

/** Replaces the first element that fits. */
function replace<T>(items: T[], fits: (item: T) => boolean, by: (item: T) => T): boolean {
  const at = items.findIndex(fits);
  if (at === -1) return false;
  items[at] = by(items[at] as T);
  return true;
}

function remove<T>(items: T[], fits: (item: T) => boolean): boolean {
  const at = items.findIndex(fits);
  if (at !== -1) items.splice(at, 1);
  return at !== -1;
}

const policyOf = (evidence: Evidence, schedule: string) =>
  evidence.history.find((state) => state.schedule === schedule)?.policy;

/** Everything that a broken server could leave behind, one thing each. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'an occurrence without a fate',
    check: 'fates',
    bend: ({ runs }) => remove(runs, (run) => run.trigger === 'SCHEDULE' && run.status === 'SUCCEEDED'),
  },
  {
    name: 'an occurrence with two fates',
    check: 'fates',
    bend: ({ runs }) => {
      const run = runs.find(({ trigger, status }) => trigger === 'SCHEDULE' && status === 'SUCCEEDED');
      return run !== undefined && runs.push({ ...run, id: `${run.id}-again` }) > 0;
    },
  },
  {
    name: 'a run for an instant that was not due',
    check: 'fates',
    bend: ({ runs }) =>
      replace(
        runs,
        (run) => run.trigger === 'SCHEDULE' && run.attempt > 0,
        (run) => ({ ...run, scheduledFor: run.scheduledFor + 1, fireAt: run.fireAt + 1 }),
      ),
  },
  {
    name: 'a merged row that counts one too few',
    check: 'fates',
    bend: ({ runs }) =>
      replace(
        runs,
        (run) => (run.missedCount ?? 0) > 1,
        (run) => ({ ...run, missedCount: (run.missedCount ?? 0) - 1 }),
      ),
  },
  {
    name: 'an occurrence skipped where everything starts',
    check: 'fates',
    bend: (evidence) =>
      replace(
        evidence.runs,
        (run) => run.trigger === 'SCHEDULE' && policyOf(evidence, run.schedule) === 'ALLOW_ALL' && run.attempt > 0,
        (run) => ({ ...run, status: 'SKIPPED', reason: 'OVERLAP', attempt: 0, attempts: [] }),
      ),
  },
  {
    name: 'a success that no receiver saw',
    check: 'deliveries',
    bend: ({ deliveries, runs }) => {
      const succeeded = new Set(
        runs.flatMap((run) => (run.status === 'SUCCEEDED' && run.attempt === 1 ? [run.id] : [])),
      );
      return remove(deliveries, (delivery) => succeeded.has(delivery.run));
    },
  },
  {
    name: 'an attempt delivered twice',
    check: 'deliveries',
    bend: ({ deliveries }) => deliveries[0] !== undefined && deliveries.push({ ...deliveries[0] }) > 0,
  },
  {
    name: 'a delivery of a run that no ledger has',
    check: 'deliveries',
    bend: ({ deliveries }) =>
      replace(
        deliveries,
        () => true,
        (delivery) => ({ ...delivery, run: 'nobody' }),
      ),
  },
  {
    name: "two tenants' deliveries swapped",
    check: 'deliveries',
    bend: ({ deliveries }) => {
      const one = deliveries.findIndex(() => true);
      const other = deliveries.findIndex((delivery) => delivery.tenant !== deliveries[one]?.tenant);
      const [a, b] = [deliveries[one], deliveries[other]];
      if (!a || !b) return false;
      deliveries[one] = { ...a, tenant: b.tenant };
      deliveries[other] = { ...b, tenant: a.tenant };
      return true;
    },
  },
  {
    name: 'a final row rewritten',
    check: 'finality',
    bend: ({ runs, seenFinal }) => {
      const seen = new Set(seenFinal.map(({ run }) => run));
      return replace(
        runs,
        (run) => seen.has(run.id),
        (run) => ({ ...run, digest: 'another' }),
      );
    },
  },
  {
    name: 'a final row gone',
    check: 'finality',
    bend: ({ runs, seenFinal }) => remove(runs, (run) => run.id === seenFinal[0]?.run),
  },
  {
    name: 'two runs at once under SKIP',
    check: 'overlap',
    bend: (evidence) => {
      const skip = evidence.runs.filter(
        (run) => run.trigger === 'SCHEDULE' && run.attempts.length > 0 && policyOf(evidence, run.schedule) === 'SKIP',
      );
      const runs = [...Map.groupBy(skip, (run) => run.schedule).values()].find((group) => group.length > 1) ?? [];
      const [first, second] = runs.toSorted((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0));
      const begun = second?.attempts[0]?.startedAt;
      if (!first || begun === undefined) return false;
      return replace(
        evidence.runs,
        (run) => run === first,
        (run) => ({ ...run, finishedAt: begun + 10_000 }),
      );
    },
  },
  {
    name: 'a next run that moved back',
    check: 'cursor',
    bend: ({ history }) => {
      const at = history.findIndex(
        (state, i) =>
          state.nextRunAt !== null &&
          history.slice(0, i).some((before) => before.schedule === state.schedule && before.nextRunAt !== null),
      );
      const state = history[at];
      if (!state) return false;
      history.splice(at + 1, 0, { ...state, nextRunAt: (state.nextRunAt ?? 0) - 60_000 });
      return true;
    },
  },
  {
    name: 'an acknowledged trigger without its run',
    check: 'calls',
    bend: ({ calls, runs }) => {
      const call = calls.find(({ run }) => run !== null);
      return call !== undefined && remove(runs, (run) => run.id === call.run);
    },
  },
  {
    name: 'an acknowledged change that was not stored',
    check: 'calls',
    bend: ({ calls, history }) => {
      const call = calls.find(({ kind, version }) => kind === 'pause' && version !== null);
      return call !== undefined && remove(history, (s) => s.schedule === call.schedule && s.version === call.version);
    },
  },
  {
    name: 'a counter off by one',
    check: 'counters',
    bend: ({ schedules }) =>
      replace(
        schedules,
        () => true,
        (schedule) => ({ ...schedule, runCount: schedule.runCount + 1 }),
      ),
  },
  {
    name: 'an API that says something else than the tables',
    check: 'counters',
    bend: ({ answers }) =>
      replace(
        answers,
        () => true,
        (answer) => ({ ...answer, totalRuns: answer.totalRuns + 1 }),
      ),
  },
  {
    name: 'work that was never taken up again',
    check: 'overdue',
    bend: ({ overdue, endedAt }) =>
      overdue.push({ what: 'run RUNNING', id: 'x', dueAt: endedAt - 9_000, seenAt: endedAt }) > 0,
  },
];
