import { z } from '@hono/zod-openapi';
import { offset, queryInstant, queryNumber, text, uuid } from './wire.ts';
import { instant, page, ScheduleAnswer } from './wire-answers.ts';

/** What GET /v1/upcoming may be narrowed by. */
export const UpcomingListQuery = z.object({
  customer_id: uuid().optional(),
  name_contains: text(200).min(1).optional().openapi({ description: 'Part of the name, in any case.' }),
  before: queryInstant.optional().openapi({
    description: 'Only what fires before this instant.',
    type: 'string',
    format: 'date-time',
  }),
  limit: queryNumber(1, 200).default(50),
  offset,
});

/** What GET /v1/upcoming answers. */
export const UpcomingList = z
  .object({
    upcoming: z.array(
      z.object({
        scheduled_for: instant.openapi({ description: 'Its next occurrence.' }),
        fire_at: instant.openapi({
          description:
            'When that fires: later than `scheduled_for` by its place in the flexible window. Each record of a RELATIVE schedule has a place of its own: here it is its first date.',
        }),
        schedule: ScheduleAnswer,
      }),
    ),
    ...page,
    total: z.int().openapi({ description: 'How many match; counted up to 10,000.' }),
  })
  .openapi('UpcomingList');
