import type { OpenAPIHono, z } from '@hono/zod-openapi';
import { failing, overdue, stopped, upcoming, type Found, type NamedSchedule } from '../../store/overview.ts';
import { latenessOf, runSums, type RunSum } from '../../store/run-sums.ts';
import { rfc3339 } from '../answers.ts';
import { addOperation, type ApiDeps } from '../route.ts';
import { hasScope } from '../scopes.ts';
import { OverviewAnswer } from '../wire-overview.ts';

const HOUR = 3_600_000;
const HOURS = 24;
const NEXT = 20;
const OVERDUE_MS = 60_000;

type Overview = z.output<typeof OverviewAnswer>;

/** The first page of the console in one answer. */
export function overviewRoute(app: OpenAPIHono, deps: ApiDeps): void {
  addOperation(app, deps, {
    method: 'get',
    path: '/v1/overview',
    id: 'getOverview',
    summary: 'What happens, and what needs a look',
    description:
      'How the runs of the last 24 hours have ended and how late they began, what fires next, and what a person should look at. A credential that is bound to a customer sees what is of it, and no sums.',
    scope: 'runs:read',
    customers: 'served',
    answers: { 200: { description: 'As it is at this moment.', schema: OverviewAnswer } },
    async handle({ db, now: clock, principal }) {
      const now = clock();
      const { tenant_id: tenant, customer_id: customer } = principal;
      const since = Math.floor(now / HOUR) * HOUR - HOURS * HOUR;
      const sums = customer === null ? runSums(db, tenant, since) : null;
      const late = overdue(db, tenant, customer, now - OVERDUE_MS);
      const schedules = hasScope(principal, 'schedules:read');
      const [next, bad, failures, parked] = await Promise.all([
        schedules ? upcoming(db, tenant, customer, NEXT) : null,
        schedules ? failing(db, tenant, customer) : null,
        schedules ? stopped(db, tenant, customer, 'FAILURES') : null,
        schedules ? stopped(db, tenant, customer, 'PARKED') : null,
        sums,
        late,
      ]);
      const [ended, waiting] = [await sums, await late];
      const body: Overview = {
        at: rfc3339(now),
        hours: ended && hoursOf(ended, since),
        lateness: ended && latenessesOf(ended),
        upcoming: next && next.map(inBrief),
        attention: {
          failing: bad && foundOf(bad),
          paused_by_failures: failures && foundOf(failures),
          parked: parked && foundOf(parked),
          overdue: {
            total: waiting.total,
            first: waiting.first.map((run) => ({
              run_id: run.id,
              schedule_id: run.schedule_id,
              scheduled_for: rfc3339(run.scheduled_for),
              due_at: rfc3339(run.due_at),
              attempt: run.attempt,
            })),
          },
        },
      };
      return { status: 200, body };
    },
  });
}

function foundOf({ total, first }: Found<NamedSchedule>) {
  return { total, first: first.map(inBrief) };
}

function inBrief(schedule: NamedSchedule) {
  return {
    schedule_id: schedule.id,
    name: schedule.name,
    consecutive_failures: schedule.consecutive_failures,
    last_run_at: rfc3339(schedule.last_run_at),
    next_run_at: rfc3339(schedule.next_run_at),
  };
}

function hoursOf(sums: readonly RunSum[], since: number): NonNullable<Overview['hours']> {
  return Array.from({ length: HOURS + 1 }, (_, i) => {
    const hour = since + i * HOUR;
    const ended = sums.filter((sum) => sum.hour === hour);
    const of = (status: string) => ended.reduce((n, sum) => n + (sum.status === status ? sum.runs : 0), 0);
    return {
      hour: rfc3339(hour),
      succeeded: of('SUCCEEDED'),
      failed: of('FAILED'),
      skipped: of('SKIPPED'),
      missed: of('MISSED'),
      cancelled: of('CANCELLED'),
    };
  });
}

function latenessesOf(sums: readonly RunSum[]): NonNullable<Overview['lateness']> {
  const steps = sums.filter(({ lateness }) => lateness >= 0).toSorted((a, b) => a.lateness - b.lateness);
  const attempted = steps.reduce((n, { runs }) => n + runs, 0);
  const at = (part: number) => {
    let passed = 0;
    const step = steps.find(({ runs }) => (passed += runs) >= part * attempted);
    return step ? latenessOf(step.lateness) : null;
  };
  return { attempted, p50_ms: at(0.5), p99_ms: at(0.99) };
}
