import { z } from '@hono/zod-openapi';
import { inAnyCase } from '../domain/any-case.ts';
import { MOST_CATCHUP } from '../domain/occurrences.ts';
import { RUN_STATUSES, RUN_TRIGGERS } from '../domain/run.ts';
import { RECURRENCES } from '../domain/relative.ts';
import { show } from '../domain/show.ts';
import { COMPLETION_ACTIONS, OVERLAP_POLICIES, SCHEDULE_TYPES, STATUSES } from '../domain/schedule.ts';

/** The schemas of requests: each is the validation, the type and the OpenAPI page at once. */

export const TYPE_ALIASES: Readonly<Record<string, string>> = { ONCE: 'ONE_TIME', AT: 'ONE_TIME', INTERVAL: 'RATE' };

/** An enumeration that is read in any case. */
export function choice<const T extends readonly [string, ...string[]]>(
  values: T,
  options: { aliases?: Readonly<Record<string, string>> } = {},
) {
  return z.preprocess(inAnyCase(values, options.aliases), z.enum(values));
}

export const text = (max: number) => z.string().max(max);
const wholeNumber = (min: number, max: number) => z.int().min(min).max(max);
/** An id, as PostgreSQL writes it: in another case it is the same one, also where it is compared before it is stored. */
export const uuid = () => z.guid().toLowerCase().openapi({ format: 'uuid' });

const WHEN = { example: '2027-01-01T00:00:00Z', description: 'RFC 3339, or a local time in `timezone`. Inclusive.' };

/** Fields that create and update share. Defaults are create's alone: see `ScheduleCreate`. */
const fields = {
  name: text(200).min(1).openapi({ example: 'Nightly report', description: 'For people. 1 to 200 characters.' }),
  description: text(10_000).nullable().openapi({ example: 'Every night at two, New York time.' }),
  external_id: text(255)
    .nullable()
    .openapi({ example: 'report-42', description: 'Your own id; a list can be filtered by it.' }),
  customer_id: uuid().nullable().openapi({
    example: '160c0c4b-9966-4dc1-a916-8407eb10d74e',
    description: 'Whose schedule it is, among your customers.',
  }),
  deduplication_key: text(255).min(1).nullable().openapi({
    example: 'report-42-nightly',
    description: 'Unique among your schedules. Creating it again with the same content answers the existing schedule.',
  }),
  schedule_expression: text(1_000).min(1).nullable().openapi({
    example: '0 2 * * *',
    description:
      'When: a cron, `rate(5 minutes)`, `at(2027-12-24T18:00:00)` or an RRULE, by `schedule_type`; RELATIVE: a time of day such as `09:00`, or none.',
  }),
  timezone: text(50).min(1).openapi({ example: 'America/New_York', description: 'Any IANA time zone.' }),
  start_at: text(64).nullable().openapi(WHEN),
  end_at: text(64)
    .nullable()
    .openapi({ ...WHEN, example: '2028-01-01T00:00:00Z' }),
  action_config: z.record(z.string(), z.unknown()).openapi({
    example: { url: 'http://127.0.0.1:8090/hook' },
    description:
      'What the action needs; see GET /v1/action-types. Strings are Liquid templates; headers, auth and body of a WEBHOOK may name `secrets`.',
  }),
  action_after_completion: choice(COMPLETION_ACTIONS).openapi({
    description: 'DELETE deletes the schedule once its last run is final.',
  }),
  overlap_policy: choice(OVERLAP_POLICIES).openapi({
    description: 'What happens to an occurrence that is due while an earlier run is not final.',
  }),
  catchup_window_minutes: wholeNumber(0, MOST_CATCHUP).openapi({
    description: 'How late an occurrence may still start (a minute at least).',
  }),
  flexible_window_minutes: wholeNumber(0, 60).openapi({
    description: 'Spreads the start over a window of so many minutes.',
  }),
  max_retries: wholeNumber(0, 10).openapi({ description: 'Attempts after the first.' }),
  retry_backoff_seconds: wholeNumber(0, 2_147_483_647).openapi({
    description: 'Wait before the first retry; doubles each time.',
  }),
  pause_on_failure_count: wholeNumber(1, 100).openapi({
    description: 'So many FAILED runs in a row pause the schedule.',
  }),
  rate_limit_per_minute: wholeNumber(1, 60_000)
    .nullable()
    .openapi({ description: 'Starts are spaced so that no minute holds more.' }),
  relative_entity_definition_id: uuid().nullable().openapi({
    description: 'RELATIVE: whose records it goes by. Needed there, and can not change.',
  }),
  relative_field_name: text(63).min(1).nullable().openapi({
    description: 'RELATIVE: the DATE or DATETIME field of the records. Needed there.',
  }),
  relative_filter: z.record(z.string(), z.unknown()).nullable().openapi({
    description: 'RELATIVE: conditions on the records, such as {"status":"active"}. All of them, when absent.',
  }),
  relative_offset_days: wholeNumber(-3_650, 3_650).nullable().openapi({
    description: 'RELATIVE: days before (-) or after (+) the date; 0, when absent.',
  }),
  relative_recurrence: choice(RECURRENCES).nullable().openapi({
    description: 'RELATIVE: whether a date comes round. NONE, when absent.',
  }),
};

/** Body of POST /v1/schedules. */
export const ScheduleCreate = z
  .strictObject({
    ...fields,
    description: fields.description.default(null),
    external_id: fields.external_id.default(null),
    customer_id: fields.customer_id.default(null),
    deduplication_key: fields.deduplication_key.default(null),
    schedule_expression: fields.schedule_expression.optional(),
    schedule_type: choice(SCHEDULE_TYPES, { aliases: TYPE_ALIASES }).openapi({
      example: 'CRON',
      description: 'Also accepted: ONCE and AT for ONE_TIME, INTERVAL for RATE.',
    }),
    action_type: text(50).min(1).openapi({ example: 'WEBHOOK', description: 'See GET /v1/action-types.' }),
    timezone: fields.timezone.default('UTC'),
    start_at: fields.start_at.default(null),
    end_at: fields.end_at.default(null),
    action_after_completion: fields.action_after_completion.default('NONE'),
    overlap_policy: fields.overlap_policy.default('SKIP'),
    catchup_window_minutes: fields.catchup_window_minutes.default(10),
    flexible_window_minutes: fields.flexible_window_minutes.default(0),
    max_retries: fields.max_retries.default(3),
    retry_backoff_seconds: fields.retry_backoff_seconds.default(60),
    pause_on_failure_count: fields.pause_on_failure_count.default(5),
    rate_limit_per_minute: fields.rate_limit_per_minute.default(null),
    relative_entity_definition_id: fields.relative_entity_definition_id.default(null),
    relative_field_name: fields.relative_field_name.default(null),
    relative_filter: fields.relative_filter.default(null),
    relative_offset_days: fields.relative_offset_days.default(null),
    relative_recurrence: fields.relative_recurrence.default(null),
  })
  .openapi('ScheduleCreate');

/** Body of PUT /v1/schedules/{schedule_id}: what is absent stays, an explicit null clears. */
export const ScheduleUpdate = z
  .strictObject({
    ...fields,
    status: choice(['ACTIVE', 'PAUSED']).openapi({ description: 'The same as resume and pause.' }),
    schedule_type: z.unknown().openapi({ type: 'string', description: 'Can not change; accepted only as it is.' }),
    action_type: z.unknown().openapi({ type: 'string', description: 'Can not change; accepted only as it is.' }),
  })
  .partial()
  .openapi('ScheduleUpdate', { example: { schedule_expression: '30 2 * * *', timezone: 'Europe/Berlin' } });

/** Body of POST /v1/schedules/{schedule_id}/trigger, optional. */
export const TriggerBody = z
  .strictObject({
    action_config: fields.action_config
      .optional()
      .openapi({ example: {}, description: 'Overlays the action config, for this run only.' }),
    record_id: uuid().nullable().optional().openapi({ description: 'RELATIVE: the record that the run is about.' }),
  })
  .openapi('TriggerBody');

/** A whole number in a query string. One that a double can't hold is told as it was written. */
export const queryNumber = (min: number, max: number) =>
  z.preprocess(
    (value, context) => {
      if (typeof value !== 'string' || !/^[+-]?\d+$/.test(value)) return value;
      const number = Number(value);
      if (Number.isSafeInteger(number)) return number;
      const bound =
        number < 0 ? ({ code: 'too_small', minimum: min } as const) : ({ code: 'too_big', maximum: max } as const);
      context.addIssue({ ...bound, origin: 'int', input: value });
      return z.NEVER;
    },
    wholeNumber(min, max),
  );

export const offset = queryNumber(0, 1_000_000_000).default(0);

export const ScheduleId = z.object({
  schedule_id: uuid().openapi({ example: '497f6eca-6276-4993-bfeb-53cbbbba6f08' }),
});
export const RunId = z.object({ run_id: uuid().openapi({ example: '01990000-0000-7000-8000-000000000001' }) });

/** The most of a result that the ledger keeps, as JSON. */
const MOST_RESULT = 16_384;

/** Body of POST /v1/runs/{run_id}/complete. */
export const CompletionBody = z
  .strictObject({
    status: choice(['SUCCEEDED', 'FAILED']).openapi({ description: 'How the work ended. FAILED is not retried.' }),
    result: z
      .unknown()
      .refine((value) => (JSON.stringify(value) ?? '').length <= MOST_RESULT, {
        message: `must be at most ${MOST_RESULT} characters as JSON; keep the rest on your side and send a reference`,
        params: { type: 'too_long' },
      })
      .optional()
      .openapi({ description: 'Any JSON; kept on the attempt.', example: { invoices: 17 } }),
    error: text(4_096).nullable().optional().openapi({ description: 'What went wrong, for people.' }),
  })
  .openapi('Completion');
export const ScheduleListQuery = z.object({
  customer_id: uuid().optional(),
  external_id: z.string().max(255).optional(),
  status: choice(STATUSES).optional(),
  schedule_type: choice(SCHEDULE_TYPES, { aliases: TYPE_ALIASES }).optional(),
  name_contains: text(200).min(1).optional().openapi({ description: 'Part of the name, in any case.' }),
  limit: queryNumber(1, 200).default(50),
  offset,
});
const FIRST_INSTANT = Date.UTC(1970, 0, 1);
const LAST_INSTANT = Date.UTC(2200, 0, 1);

/** An instant in a query string, as epoch milliseconds. */
export const queryInstant = z.preprocess(
  (value) => (typeof value === 'string' && /T.*(?:Z|[+-]\d\d:\d\d)$/i.test(value) ? Date.parse(value) : value),
  z.custom<number>((value) => typeof value === 'number' && value >= FIRST_INSTANT && value < LAST_INSTANT, {
    error: ({ input }) =>
      'must be an RFC 3339 instant from 1970 to 2199 with Z or an offset, such as 2027-01-01T00:00:00Z (a + is written %2B in a URL)' +
      (typeof input === 'string' ? `, got ${show(input)}` : ''),
    params: { type: 'datetime' },
  }),
);

export const PreviewQuery = z.object({
  count: queryNumber(1, 100).default(10),
  after: queryInstant.optional().openapi({
    type: 'string',
    format: 'date-time',
    example: '2027-03-01T00:00:00Z',
    description: 'Strictly after this instant, from 1970 to 2199; now, when absent.',
  }),
  record_id: uuid().optional().openapi({ description: 'RELATIVE: of this record alone, and why it has none.' }),
});
export const RunListQuery = z.object({ limit: queryNumber(1, 100).default(20), offset });

export const bound = (description: string) =>
  queryInstant.optional().openapi({ type: 'string', format: 'date-time', description });

export const RunSearchQuery = z.object({
  status: choice(RUN_STATUSES).optional(),
  trigger: choice(RUN_TRIGGERS).optional(),
  schedule_id: uuid().optional(),
  customer_id: uuid().optional().openapi({ description: 'Of the schedule, as it is now.' }),
  backfill_id: uuid().optional(),
  record_id: uuid().optional().openapi({ description: 'RELATIVE: runs that are about this record.' }),
  from: bound('scheduled_for at or after this instant.'),
  to: bound('scheduled_for before this instant: it is exclusive.'),
  ...RunListQuery.shape,
});
