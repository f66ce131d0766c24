import { z } from '@hono/zod-openapi';
import { SCHEDULE_TYPES, STATUSES } from '../domain/schedule.ts';
import { choice, text, TYPE_ALIASES, uuid } from './wire.ts';
import { Problem, ScheduleAnswer, ValidationProblem } from './wire-answers.ts';

/** The most schedules that one request creates, or names by their ids. */
const MOST = 1_000;

/** Body of POST /v1/schedules/bulk. Each schedule is read by itself: a bad one does not hinder the others. */
export const BulkCreate = z
  .strictObject({
    schedules: z
      .array(z.unknown())
      .min(1)
      .max(MOST)
      .openapi({ type: 'array', items: { $ref: '#/components/schemas/ScheduleCreate' }, minItems: 1, maxItems: MOST }),
  })
  .openapi('BulkCreate');

export const BulkCreateAnswer = z
  .object({
    results: z.array(
      z.object({
        index: z.int(),
        status: z.int().openapi({ description: 'What creating it alone would have answered: 201, 200, 409 or 422.' }),
        schedule: z.union([ScheduleAnswer, z.null()]),
        error: z.union([ValidationProblem, Problem]).nullable(),
      }),
    ),
    created: z.int(),
    existing: z.int().openapi({ description: 'Those that a deduplication_key found: status 200.' }),
    failed: z.int(),
  })
  .openapi('BulkCreateResult');

const filters = {
  customer_id: uuid().optional(),
  external_id: text(255).optional(),
  status: choice(STATUSES).optional(),
  schedule_type: choice(SCHEDULE_TYPES, { aliases: TYPE_ALIASES }).optional(),
  name_contains: text(200).min(1).optional().openapi({ description: 'Part of the name, in any case.' }),
  ids: z.array(uuid()).min(1).max(MOST).optional(),
};

const BulkFilter = z
  .strictObject({
    ...filters,
    all: z.literal(true).optional().openapi({ description: 'Every schedule; then nothing else is given.' }),
  })
  .refine((filter) => Object.values(filter).some((value) => value !== undefined), {
    message: 'names nothing: give at least one condition, or {"all": true} for every schedule',
    params: { type: 'filter_empty' },
  })
  .refine((filter) => !filter.all || Object.values(filter).filter((value) => value !== undefined).length === 1, {
    message: 'has "all" beside other conditions: give either',
    params: { type: 'filter_contradicts' },
  });

/** Body of POST /v1/schedules/bulk-actions. */
export const BulkAction = z
  .strictObject({
    filter: BulkFilter.openapi({ description: 'Which schedules. All given conditions hold.', example: { ids: [] } }),
    action: choice(['PAUSE', 'RESUME', 'DELETE', 'TRIGGER']).openapi({
      description: 'TRIGGER needs the scope schedules:trigger too.',
    }),
    dry_run: z.boolean().default(false).openapi({ description: 'Counts, and changes nothing.' }),
  })
  .openapi('BulkAction', { example: { filter: { all: true }, action: 'PAUSE', dry_run: true } });

export const BulkActionAnswer = z
  .object({
    matched: z.int(),
    changed: z.int().openapi({ description: '0 in a dry run.' }),
    skipped: z.int().openapi({ description: 'In a dry run: how many would be.' }),
    skip_reasons: z.record(z.string(), z.int()).openapi({
      description: 'How many were skipped for what: `unchanged` (it is so already), `schedule_completed`.',
      example: { schedule_completed: 2 },
    }),
    dry_run: z.boolean(),
  })
  .openapi('BulkActionResult');
