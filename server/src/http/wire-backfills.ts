import { z } from '@hono/zod-openapi';
import { inAnyCase } from '../domain/any-case.ts';
import { BACKFILL_LIMIT, BACKFILL_POLICIES, BACKFILL_STATUSES, type BackfillPolicy } from '../domain/backfill.ts';
import { OVERLAP_POLICIES, type OverlapPolicy } from '../domain/schedule.ts';
import { show } from '../domain/show.ts';
import { text, uuid } from './wire.ts';
import { instant, page } from './wire-answers.ts';

/** A policy, be it for backfills or not; what is none is told those that are. */
const anyPolicy = z.preprocess(
  inAnyCase(OVERLAP_POLICIES),
  z.custom<OverlapPolicy>((value) => OVERLAP_POLICIES.some((policy) => policy === value), {
    error: ({ input }) => `must be one of ${BACKFILL_POLICIES.join(', ')}; got ${show(input)}`,
    params: { type: 'enum' },
    abort: true,
  }),
);

/** Body of POST /v1/schedules/{schedule_id}/backfill. */
export const BackfillCreate = z
  .strictObject({
    start_at: text(64).openapi({
      example: '2026-11-01T00:00:00Z',
      description: 'The first instant. RFC 3339, or a local time in the schedule’s zone. Inclusive.',
    }),
    end_at: text(64).openapi({
      example: '2026-11-08T00:00:00Z',
      description: `The last instant, not later than now. Inclusive. At most ${BACKFILL_LIMIT} occurrences.`,
    }),
    overlap_policy: anyPolicy
      .refine((value): value is BackfillPolicy => BACKFILL_POLICIES.some((policy) => policy === value), {
        error: ({ input }) =>
          `${String(input)} stops open runs to make way for newer ones, which makes no sense in a backfill; ` +
          `use one of ${BACKFILL_POLICIES.join(', ')}`,
        params: { type: 'not_for_backfills' },
      })
      .default('ALLOW_ALL')
      .openapi({
        type: 'string',
        enum: [...BACKFILL_POLICIES],
        default: 'ALLOW_ALL',
        description: 'What an occurrence does while a run of the schedule is open.',
      }),
  })
  .openapi('BackfillCreate');

export const BackfillId = z.object({
  backfill_id: uuid().openapi({ example: '01990000-0000-7000-8000-000000000002' }),
});

/** A backfill in answers. */
export const BackfillAnswer = z
  .object({
    id: uuid(),
    schedule_id: uuid(),
    status: z.enum(BACKFILL_STATUSES),
    status_reason: z
      .enum(['BY_USER', 'FAILURES', 'PARKED', 'SCHEDULE_DELETED'])
      .nullable()
      .openapi({ description: 'Why it is PAUSED or CANCELLED.' }),
    start_at: instant,
    end_at: instant,
    overlap_policy: z.enum(BACKFILL_POLICIES),
    total: z.int().openapi({ description: 'Occurrences within its bounds.' }),
    planned: z.int().openapi({ description: 'Of those, how many have become runs.' }),
    skipped: z.int().openapi({ description: 'And how many were SKIPPED.' }),
    next_scheduled_for: instant.nullable().openapi({ description: 'The next to plan; null once all are.' }),
    created_at: instant,
    updated_at: instant,
    finished_at: instant.nullable().openapi({ description: 'When its last run was final, or it was cancelled.' }),
  })
  .openapi('Backfill');

export const BackfillList = z.object({ backfills: z.array(BackfillAnswer), ...page }).openapi('BackfillList');
