import { z } from '@hono/zod-openapi';
import { RUN_STATUSES, RUN_TRIGGERS } from '../domain/run.ts';
import { STATUSES } from '../domain/schedule.ts';
import { uuid } from './wire.ts';
import { instant } from './wire-answers.ts';

export const EVENT_TYPES = ['run', 'schedule'] as const;

/** Query of GET /v1/events. */
export const EventQuery = z.object({
  types: z
    .preprocess(
      (value) => (typeof value === 'string' ? value.toLowerCase().split(',') : value),
      z.array(z.enum(EVENT_TYPES)).min(1),
    )
    .optional()
    .openapi({
      type: 'string',
      example: 'run,schedule',
      description: 'Which events, with commas between; all that the credential may see, when absent.',
    }),
  schedule_id: uuid().optional().openapi({ description: 'Of this schedule alone.' }),
  customer_id: uuid()
    .optional()
    .openapi({ description: 'Of the schedules that are this customer’s, as they are now.' }),
});

const id = () => z.guid().openapi({ format: 'uuid' });

export const RunEvent = z
  .object({
    run_id: id(),
    schedule_id: id(),
    trigger: z.enum(RUN_TRIGGERS),
    status: z.enum(RUN_STATUSES),
    reason: z.string().nullable(),
    attempt: z.int(),
    scheduled_for: instant,
    fire_at: instant,
    started_at: instant.nullable(),
    finished_at: instant.nullable(),
    lateness_ms: z.int().nullable().openapi({ description: 'From fire_at to the first attempt.' }),
    record_id: id().nullable(),
    at: instant,
  })
  .openapi('RunEvent');

export const ScheduleEvent = z
  .object({
    schedule_id: id(),
    change: z.enum(['CREATED', 'CHANGED', 'DELETED']),
    name: z.string(),
    status: z.enum(STATUSES),
    status_reason: z.string().nullable(),
    next_run_at: instant.nullable(),
    version: z.int(),
    at: instant,
  })
  .openapi('ScheduleEvent');

export const ResetEvent = z
  .object({ reason: z.enum(['TOO_OLD', 'UNKNOWN_ID']), detail: z.string() })
  .openapi('ResetEvent');

/** The data of an event, by its name. */
export const EventData = z.union([RunEvent, ScheduleEvent, ResetEvent]).openapi('EventData', {
  description: 'The `data` of events named `run`, `schedule` and `reset`.',
});
