import { compareText } from '../domain/text-order.ts';
import type { z } from '@hono/zod-openapi';
import type { EntityDefinition } from '../domain/entity.ts';
import { AppError } from '../domain/errors.ts';
import { relativePlan, type RelativeSchedule } from '../domain/relative.ts';
import { describeRelative, prospectOf, showRecord } from '../domain/relative-words.ts';
import type { Queryable } from '../store/db.ts';
import { getDefinition } from '../store/entity-definitions.ts';
import { getRecord } from '../store/entity-records.ts';
import { schedulesOn } from '../store/relative.ts';
import { upcoming } from '../store/relative-dates.ts';
import { rfc3339 } from './answers.ts';
import { mayShow } from './customer.ts';
import { placeOf } from './entity-records.ts';
import { recordNotFound } from './not-found.ts';
import type { Call } from './route.ts';
import type { PreviewAnswer } from './wire-answers.ts';
import type { Upcoming, UpcomingQuery } from './wire-entities.ts';

type Asked = {
  readonly count: number;
  readonly after?: number | undefined;
  readonly record_id?: string | undefined;
};

/** The next records of a RELATIVE schedule with their instants; of one record, also why it has none. @throws AppError `not_found` */
export async function previewRecords(
  db: Queryable,
  schedule: RelativeSchedule,
  definition: EntityDefinition,
  { count, after, record_id }: Asked,
  now: number,
  stored: boolean,
): Promise<z.output<typeof PreviewAnswer>> {
  const plan = relativePlan(schedule, definition);
  const from = after ?? now;
  const answer = { description: describeRelative(plan), timezone: schedule.timezone };
  const show = (shown: Parameters<typeof showRecord>[1]) => {
    const { scheduled_for, fire_at, notes, ...rest } = showRecord(plan, shown, stored);
    return { ...rest, scheduled_for: rfc3339(scheduled_for), fire_at: rfc3339(fire_at), notes: [...notes] };
  };
  if (record_id === undefined) {
    const { due, searched_until } = await upcoming(db, plan, from, count);
    const occurrences = due.map(({ at, due, record }) => show({ id: record.id, at, due }));
    return { ...answer, record: null, occurrences, searched_until: rfc3339(searched_until) };
  }
  const record = await getRecord(db, { tenant_id: schedule.tenant_id, definition_id: definition.id }, record_id);
  if (!record) throw recordNotFound();
  const prospect = prospectOf(plan, record, from);
  if ('reason' in prospect)
    return { ...answer, record: { id: record.id, ...prospect }, occurrences: [], searched_until: null };
  const until = schedule.end_at ?? Number.POSITIVE_INFINITY;
  const dues = plan.timing.between(prospect.at, prospect.due - 1, until, count);
  return {
    ...answer,
    record: { id: record.id, reason: null, detail: null },
    searched_until: null,
    occurrences: dues.map((due) => show({ id: record.id, at: prospect.at, due })),
  };
}

/** What will happen to a record: each schedule of its definition, those that fire first, then those that do not, and why. */
export async function upcomingOfRecord(
  call: Call<
    { readonly definition_id: string; readonly record_id: string },
    z.output<typeof UpcomingQuery>,
    Record<string, unknown>
  >,
): Promise<z.output<typeof Upcoming>> {
  const place = placeOf(call);
  const now = call.now();
  const definition = await getDefinition(call.db, place.tenant_id, place.definition_id);
  const record = definition && (await getRecord(call.db, place, call.params.record_id));
  if (!record) throw recordNotFound();
  const shown = (await schedulesOn(call.db, place)).filter((schedule) => mayShow(call.principal, schedule));
  const all = shown.map((schedule) => {
    const about = { schedule_id: schedule.id, schedule_name: schedule.name, status: schedule.status };
    const none = { scheduled_for: null, local_time: null, fire_at: null, notes: [] };
    const plan = relativePlan(schedule, definition);
    const prospect = prospectOf(plan, record, now);
    if ('reason' in prospect) return { ...about, ...none, ...prospect };
    if (schedule.status !== 'ACTIVE') {
      const detail = `The schedule is ${schedule.status} (${schedule.status_reason}).`;
      return { ...about, ...none, reason: schedule.status, detail };
    }
    const { record_id: _, ...shown } = showRecord(plan, { id: record.id, ...prospect }, true);
    return {
      ...about,
      ...shown,
      scheduled_for: rfc3339(shown.scheduled_for),
      fire_at: rfc3339(shown.fire_at),
      notes: [...shown.notes],
      reason: null,
      detail: null,
    };
  });
  const upcoming = all.toSorted((a, b) => compareText(a.scheduled_for ?? '~', b.scheduled_for ?? '~'));
  const { limit, offset } = call.query;
  return { upcoming: upcoming.slice(offset, offset + limit), total: all.length, limit, offset };
}

/** The definition of a RELATIVE schedule. @throws AppError where it is gone */
export async function definitionOfSchedule(
  db: Queryable,
  schedule: Pick<RelativeSchedule, 'tenant_id'> & { readonly relative_entity_definition_id: string | null },
): Promise<EntityDefinition> {
  const id = schedule.relative_entity_definition_id;
  const definition = id === null ? undefined : await getDefinition(db, schedule.tenant_id, id);
  if (!definition) throw new AppError('not_found', 'The entity definition of this schedule is gone.');
  return definition;
}
