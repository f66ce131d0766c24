import type { OpenAPIHono } from '@hono/zod-openapi';
import { listUpcoming } from '../../store/upcoming.ts';
import { rfc3339, scheduleAnswer } from '../answers.ts';
import { addOperation, type ApiDeps } from '../route.ts';
import { UpcomingList, UpcomingListQuery } from '../wire-upcoming.ts';

/** What fires next, across schedules. */
export function upcomingRoute(app: OpenAPIHono, deps: ApiDeps): void {
  addOperation(app, deps, {
    method: 'get',
    path: '/v1/upcoming',
    id: 'listUpcoming',
    summary: 'What fires next',
    description:
      'A page of the schedules that will fire, by when they do, the next one first: each once, with its next occurrence. What repeats fires again after it; its preview says when. With `before` it is every schedule that fires until then. A RELATIVE one whose next date is still being looked for is not among them yet. Runs that wait, for a retry or for another run, are among the runs.',
    scope: 'schedules:read',
    query: UpcomingListQuery,
    answers: { 200: { description: 'The page.', schema: UpcomingList } },
    async handle({ db, principal, query }) {
      const { schedules, total } = await listUpcoming(db, principal.tenant_id, query, query);
      const upcoming = schedules.map((schedule) => ({
        scheduled_for: rfc3339(schedule.next_run_at ?? schedule.fires_at),
        fire_at: rfc3339(schedule.fires_at),
        schedule: scheduleAnswer(schedule),
      }));
      return { status: 200, body: { upcoming, total, limit: query.limit, offset: query.offset } };
    },
  });
}
