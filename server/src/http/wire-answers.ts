import { z } from '@hono/zod-openapi';
import { RECURRENCES } from '../domain/relative.ts';
import { RUN_STATUSES, RUN_TRIGGERS } from '../domain/run.ts';
import { COMPLETION_ACTIONS, OVERLAP_POLICIES, SCHEDULE_TYPES, STATUSES } from '../domain/schedule.ts';

/** The schemas of answers: the types that answers.ts fills and the OpenAPI page shows. */

const uuid = () => z.guid().openapi({ format: 'uuid' });
export const instant = z.string().openapi({ format: 'date-time', example: '2027-01-01T07:00:00.000Z' });

/** A schedule in answers. */
export const ScheduleAnswer = z
  .object({
    id: uuid(),
    tenant_id: uuid(),
    name: z.string(),
    description: z.string().nullable(),
    external_id: z.string().nullable(),
    customer_id: uuid().nullable(),
    deduplication_key: z.string().nullable(),
    schedule_type: z.enum(SCHEDULE_TYPES),
    schedule_expression: z.string().nullable(),
    timezone: z.string(),
    start_at: instant.nullable(),
    end_at: instant.nullable(),
    action_type: z.string(),
    action_config: z.record(z.string(), z.unknown()).openapi({ description: 'Secrets in it are masked.' }),
    action_after_completion: z.enum(COMPLETION_ACTIONS),
    overlap_policy: z.enum(OVERLAP_POLICIES),
    catchup_window_minutes: z.int(),
    flexible_window_minutes: z.int(),
    max_retries: z.int(),
    retry_backoff_seconds: z.int(),
    pause_on_failure_count: z.int(),
    rate_limit_per_minute: z.int().nullable(),
    relative_entity_definition_id: uuid().nullable(),
    relative_field_name: z.string().nullable(),
    relative_filter: z.record(z.string(), z.unknown()).nullable(),
    relative_offset_days: z.int().nullable(),
    relative_recurrence: z.enum(RECURRENCES).nullable(),
    status: z.enum(STATUSES),
    status_reason: z.enum(['BY_USER', 'FAILURES', 'END_REACHED', 'FIRED', 'PARKED']).nullable(),
    status_detail: z.string().nullable().openapi({ description: 'The reason as a sentence, where it needs one.' }),
    next_run_at: instant.nullable(),
    last_run_at: instant.nullable(),
    last_run_status: z.string().nullable().openapi({ description: 'How the run that ended last has ended.' }),
    run_count: z.int(),
    consecutive_failures: z.int(),
    version: z.int(),
    created_at: instant,
    updated_at: instant,
  })
  .openapi('Schedule');

const exchange = z.record(z.string(), z.unknown()).nullable();
const failure = z.object({ code: z.string(), message: z.string() }).nullable();

/** A run in answers. */
export const RunAnswer = z
  .object({
    id: uuid(),
    schedule_id: uuid(),
    trigger: z.enum(RUN_TRIGGERS),
    scheduled_for: instant,
    fire_at: instant,
    status: z.enum(RUN_STATUSES),
    reason: z.string().nullable(),
    attempt: z.int(),
    started_at: instant.nullable(),
    finished_at: instant.nullable(),
    duration_ms: z.int().nullable(),
    lateness_ms: z.int().nullable().openapi({ description: 'From fire_at to the first attempt.' }),
    next_attempt_at: instant
      .nullable()
      .openapi({ description: 'Of a run that waits for its retry: when that starts.' }),
    missed_count: z.int().nullable().openapi({ description: 'How many occurrences this one row stands for.' }),
    missed_until: instant.nullable(),
    record_id: uuid().nullable(),
    retry_of: uuid().nullable().openapi({ description: 'The FAILED run that this one tries again.' }),
    blocked_by: uuid().nullable().openapi({
      description: 'The run that was in its way: it was SKIPPED (OVERLAP, BUFFER_FULL) for it, or had to wait for it.',
    }),
    backfill_id: uuid().nullable().openapi({ description: 'The backfill that it belongs to.' }),
    completion_due_at: instant.nullable().openapi({ description: 'ASYNC: by when the receiver has to report.' }),
    cancel_requested: z.boolean().openapi({ description: 'It was asked to stop, and has not ended yet.' }),
    request: exchange,
    response: exchange,
    error: failure,
    attempts: z.array(
      z.object({
        attempt: z.int(),
        started_at: instant,
        finished_at: instant,
        node: z.string(),
        outcome: z.enum(['SUCCEEDED', 'FAILED', 'INTERRUPTED', 'ACCEPTED', 'CANCELLED']).openapi({
          description: 'ACCEPTED: the receiver has it, and its completion is awaited.',
        }),
        error: failure,
        request: exchange,
        response: exchange,
        completion: z
          .object({
            status: z.enum(['SUCCEEDED', 'FAILED']),
            result: z.unknown(),
            error: z.string().nullable(),
            at: instant,
          })
          .nullable()
          .openapi({ description: 'What the receiver of an ASYNC action reported.' }),
      }),
    ),
    created_at: instant,
  })
  .openapi('Run');

/** What a heartbeat tells the receiver. */
export const HeartbeatAnswer = z
  .object({
    run_id: uuid(),
    completion_due_at: instant.nullable().openapi({ description: 'Null while the delivery itself is under way.' }),
    cancel_requested: z.boolean().openapi({ description: 'The run is asked to stop: report how it ended.' }),
  })
  .openapi('Heartbeat');

export const page = { total: z.int(), limit: z.int(), offset: z.int() };
export const ScheduleList = z.object({ schedules: z.array(ScheduleAnswer), ...page }).openapi('ScheduleList');
export const RunList = z
  .object({
    runs: z.array(RunAnswer),
    ...page,
    total: z.int().openapi({ description: 'How many match; counted up to 10,000.' }),
  })
  .openapi('RunList');
export const ActionTypes = z
  .object({
    action_types: z.array(
      z.object({
        type: z.string(),
        aliases: z.array(z.string()),
        description: z.string(),
        config_schema: z.record(z.string(), z.unknown()),
        unavailable: z
          .string()
          .nullable()
          .openapi({ description: 'Why this server does not take a schedule of this type; null: it does.' }),
      }),
    ),
  })
  .openapi('ActionTypes');

export const PreviewAnswer = z
  .object({
    description: z.string().openapi({ example: 'At 02:00' }),
    timezone: z.string(),
    occurrences: z.array(
      z.object({
        scheduled_for: instant,
        local_time: z.string().openapi({ example: '2027-01-01T02:00:00-05:00' }),
        fire_at: instant,
        notes: z.array(z.string()).openapi({ description: 'Which daylight-saving rule or short month moved it.' }),
        record_id: uuid().nullable(),
      }),
    ),
    record: z
      .object({
        id: uuid(),
        reason: z.enum(['CUSTOMER', 'FILTER', 'NO_DATE', 'PAST']).nullable().openapi({
          description: 'Why the record has no occurrence; null: it has.',
        }),
        detail: z.string().nullable(),
      })
      .nullable()
      .openapi({ description: 'RELATIVE, where record_id was asked for.' }),
    searched_until: instant.nullable().openapi({
      description: 'RELATIVE: few records meet the filter, and there may be more occurrences after this instant.',
    }),
  })
  .openapi('Preview');

const scan = {
  checked_at: instant,
  ok: z.boolean().openapi({ description: 'Whether every invariant was checked and holds.' }),
  invariants: z.array(
    z
      .object({
        name: z.string(),
        description: z.string(),
        violations: z.int().nullable().openapi({
          description: 'How many rows break it, counted up to 100; null: the check did not end in time.',
        }),
        examples: z.array(uuid()).openapi({ description: 'The ids of up to five of them, of any tenant.' }),
      })
      .openapi('Invariant'),
  ),
};

/** What a check of the invariants found, and what the one before it did. */
export const InvariantsAnswer = z
  .object({
    ...scan,
    last: z.object(scan).nullable().openapi({ description: 'The last regular check of the server that answers.' }),
  })
  .openapi('Invariants');

export const ValidationProblem = z
  .object({
    detail: z.array(
      z
        .object({ loc: z.array(z.union([z.string(), z.int()])), msg: z.string(), type: z.string() })
        .openapi('FieldProblem'),
    ),
  })
  .openapi('ValidationProblem');
export const Problem = z.object({ detail: z.string(), code: z.string() }).openapi('Problem', {
  description: 'Every other error: a sentence for people and a stable code for programs. Some carry more members.',
});
