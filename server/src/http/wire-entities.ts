import { z } from '@hono/zod-openapi';
import { fieldProblems, MOST_FIELDS } from '../domain/entity.ts';
import { FIELD_TYPES } from '../domain/entity-value.ts';
import { STATUSES } from '../domain/schedule.ts';
import { show } from '../domain/show.ts';
import { choice, offset, queryNumber, text, uuid } from './wire.ts';
import { instant, page, Problem, ValidationProblem } from './wire-answers.ts';

/** The schemas of entity definitions and records, in requests and in answers. */

/** The most records that one request writes. */
const MOST_RECORDS = 10_000;

/** Text of a shape that a sentence tells better than the pattern does. */
const shaped = (pattern: RegExp, words: string, type: string) =>
  z
    .string()
    .superRefine((value, context) => {
      if (!pattern.test(value)) {
        context.addIssue({ code: 'custom', message: `must be ${words}, got ${show(value)}`, params: { type } });
      }
    })
    .openapi({ pattern: pattern.source });

const slug = shaped(
  /^[a-z][a-z0-9_-]{0,62}$/,
  'at most 63 characters of a–z, 0–9, _ and -, beginning with a letter',
  'slug',
);

const Field = z
  .strictObject({
    name: shaped(
      /^[A-Za-z_][A-Za-z0-9_]{0,62}$/,
      'at most 63 letters, digits and _, not beginning with a digit',
      'field_name',
    ).openapi({ example: 'due_on' }),
    type: choice(FIELD_TYPES).openapi({ example: 'DATE' }),
    required: z.boolean().default(false).openapi({ description: 'Every record must have a value.' }),
  })
  .openapi('EntityField');

const definition = {
  name: text(200).min(1).openapi({ example: 'Invoices', description: 'For people. 1 to 200 characters.' }),
  fields: z
    .array(Field)
    .max(MOST_FIELDS)
    .superRefine(
      (fields, context) => {
        const names = fields.map((field: Partial<z.output<typeof Field>> | undefined) => field?.name);
        for (const { path, msg, type } of fieldProblems(names)) {
          context.addIssue({ code: 'custom', path: [...path], message: msg, params: { type } });
        }
      },
      // Also where one of them has not the right shape: that says nothing of the names of the others.
      { when: ({ value }) => Array.isArray(value) },
    )
    .openapi({ description: 'What records have, in the order of their answers.' }),
};

/** Body of POST /v1/entity-definitions. */
export const DefinitionCreate = z
  .strictObject({
    slug: slug.openapi({ example: 'invoices', description: 'Unique among your definitions; it never changes.' }),
    ...definition,
  })
  .openapi('EntityDefinitionCreate');

/** Body of PUT /v1/entity-definitions/{definition_id}: what is absent stays. */
export const DefinitionUpdate = z
  .strictObject({
    slug: z.unknown().openapi({ type: 'string', description: 'Can not change; accepted only as it is.' }),
    ...definition,
  })
  .partial()
  .openapi('EntityDefinitionUpdate', { example: { name: 'Invoices' } });

export const DefinitionId = z.object({
  definition_id: uuid().openapi({ example: '01990000-0000-7000-8000-00000000000d' }),
});
export const RecordId = DefinitionId.extend({
  record_id: uuid().openapi({ example: '01990000-0000-7000-8000-00000000000e' }),
});

const pageQuery = { limit: queryNumber(1, 200).default(50), offset };
export const DefinitionListQuery = z.object({ slug: text(63).optional(), ...pageQuery });
export const DefinitionDeleteQuery = z.object({
  cascade: z.enum(['true', 'false']).default('false').openapi({ description: 'Deletes its records, too.' }),
});

const record = {
  external_id: text(255)
    .min(1)
    .nullable()
    .openapi({ example: 'inv-17', description: 'Your own id, unique among the records of the definition.' }),
  customer_id: uuid().nullable().openapi({ description: 'Whose record it is, among your customers.' }),
  data: z
    .record(z.string(), z.unknown())
    .openapi({ example: { status: 'open', due_on: '2027-04-30' }, description: 'Field → value; null: no value.' }),
};

/** Body of POST …/records, and each item of …/records/bulk: the record is this afterwards. */
export const RecordCreate = z
  .strictObject({
    ...record,
    external_id: record.external_id.default(null),
    customer_id: record.customer_id.default(null),
  })
  .openapi('EntityRecordCreate');

/** Body of PUT …/records/{record_id}: what is absent stays, in `data` too; null clears. */
export const RecordUpdate = z
  .strictObject(record)
  .partial()
  .openapi('EntityRecordUpdate', { example: { data: { status: 'paid' } } });

/** Body of POST …/records/bulk. Each record is read by itself: a bad one does not hinder the others. */
export const RecordBulk = z
  .strictObject({
    records: z
      .array(z.unknown())
      .max(MOST_RECORDS)
      .openapi({
        type: 'array',
        items: { $ref: '#/components/schemas/EntityRecordCreate' },
        maxItems: MOST_RECORDS,
      }),
  })
  .openapi('EntityRecordBulk');

export const RecordListQuery = z.object({
  filter: text(8_000).optional().openapi({
    example: '{"status":"open","amount":{"$gte":100}}',
    description: 'Conditions on the data, as JSON; see docs/entities.md.',
  }),
  customer_id: uuid().optional(),
  external_id: text(255).optional(),
  ...pageQuery,
});

export const DefinitionAnswer = z
  .object({
    id: uuid(),
    slug: z.string(),
    name: z.string(),
    fields: z.array(z.object({ name: z.string(), type: z.enum(FIELD_TYPES), required: z.boolean() })),
    version: z.int(),
    created_at: instant,
    updated_at: instant,
  })
  .openapi('EntityDefinition');

export const RecordAnswer = z
  .object({
    id: uuid(),
    definition_id: uuid(),
    external_id: z.string().nullable(),
    customer_id: uuid().nullable(),
    data: z.record(z.string(), z.unknown()).openapi({ description: 'A field without a value is absent.' }),
    created_at: instant,
    updated_at: instant,
  })
  .openapi('EntityRecord');

export const DefinitionList = z
  .object({ entity_definitions: z.array(DefinitionAnswer), ...page })
  .openapi('EntityDefinitionList');
export const RecordList = z.object({ records: z.array(RecordAnswer), ...page }).openapi('EntityRecordList');

export const UpcomingQuery = z.object(pageQuery);

/** What schedules will do for one record. */
export const Upcoming = z
  .object({
    upcoming: z.array(
      z.object({
        schedule_id: uuid(),
        schedule_name: z.string(),
        status: z.enum(STATUSES),
        scheduled_for: instant.nullable().openapi({ description: 'Its next occurrence; null: there is none.' }),
        local_time: z.string().nullable(),
        fire_at: instant.nullable(),
        notes: z.array(z.string()),
        reason: z.enum(['CUSTOMER', 'FILTER', 'NO_DATE', 'PAST', 'PAUSED', 'COMPLETED']).nullable(),
        detail: z.string().nullable().openapi({ description: 'Why there is none, in a sentence.' }),
      }),
    ),
    ...page,
  })
  .openapi('Upcoming');

export const RecordBulkAnswer = z
  .object({
    results: z.array(
      z.object({
        index: z.int().openapi({ description: 'Its place in the request, from 0; empty lines do not count.' }),
        status: z.int().openapi({ description: 'What writing it alone would have answered: 201, 200, 409 or 422.' }),
        id: uuid().nullable(),
        external_id: z.string().nullable(),
        error: z.union([ValidationProblem, Problem]).nullable(),
      }),
    ),
    created: z.int(),
    updated: z.int().openapi({ description: 'Those that were there: status 200.' }),
    failed: z.int(),
  })
  .openapi('EntityRecordBulkResult');
