import { z } from '@hono/zod-openapi';
import { instant } from './wire-answers.ts';

const uuid = () => z.guid().openapi({ format: 'uuid' });
const counted = { total: z.int().openapi({ description: 'Counted up to 10,000.' }) };

const Named = z
  .object({
    schedule_id: uuid(),
    name: z.string(),
    consecutive_failures: z.int(),
    last_run_at: instant.nullable(),
    next_run_at: instant.nullable(),
  })
  .openapi('ScheduleInBrief');

const schedules = (description: string) =>
  z.object({ ...counted, first: z.array(Named).openapi({ description: 'Up to ten.' }) }).openapi({ description });

const hours = z
  .array(
    z.object({
      hour: instant.openapi({ description: 'When it began.' }),
      succeeded: z.int(),
      failed: z.int(),
      skipped: z.int(),
      missed: z.int(),
      cancelled: z.int(),
    }),
  )
  .nullable()
  .openapi({
    description:
      'How many runs ended in each of the last 24 hours, and in the one that has begun; a MISSED row counts for each occurrence that it stands for. Null for a credential that is bound to a customer.',
  });

const lateness = z
  .object({
    attempted: z.int().openapi({ description: 'Runs of these hours of which an attempt was made.' }),
    p50_ms: z.int().nullable(),
    p99_ms: z.int().nullable(),
  })
  .nullable()
  .openapi({
    description:
      'From fire_at to the first attempt, known to a tenth of the value. Null for a credential that is bound to a customer.',
  });

/** What GET /v1/overview answers. */
export const OverviewAnswer = z
  .object({
    at: instant,
    hours,
    lateness,
    upcoming: z.array(Named).nullable().openapi({
      description: 'The next 20 schedules to fire. Null without the scope `schedules:read`.',
    }),
    attention: z.object({
      failing: schedules(
        'ACTIVE, and the last runs FAILED; found among the newest 5,000 FAILED runs. The most failures in a row first.',
      ).nullable(),
      paused_by_failures: schedules('PAUSED: too many failures in a row.').nullable(),
      parked: schedules('PAUSED: the receiver wants no more.').nullable(),
      overdue: z
        .object({
          ...counted,
          first: z.array(
            z.object({
              run_id: uuid(),
              schedule_id: uuid(),
              scheduled_for: instant,
              due_at: instant,
              attempt: z.int(),
            }),
          ),
        })
        .openapi({ description: 'PENDING for more than a minute past the instant at which it could start.' }),
    }),
  })
  .openapi('Overview');
