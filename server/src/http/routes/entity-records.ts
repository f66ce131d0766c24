import type { OpenAPIHono } from '@hono/zod-openapi';
import { writeRecords } from '../entity-bulk.ts';
import { changeRecord, pageOfRecords, putRecord, readRecord, removeRecord } from '../entity-records.ts';
import { upcomingOfRecord } from '../relative-preview.ts';
import { addOperation, type ApiDeps } from '../route.ts';
import {
  DefinitionId,
  RecordAnswer,
  RecordBulk,
  RecordBulkAnswer,
  RecordCreate,
  RecordId,
  RecordList,
  RecordListQuery,
  RecordUpdate,
  Upcoming,
  UpcomingQuery,
} from '../wire-entities.ts';

const RECORDS = '/v1/entity-definitions/{definition_id}/records';
const BULK = `${RECORDS}/bulk`;
const BULK_PATH = new RegExp(`^${BULK.replace('{definition_id}', '[^/]+')}$`);

const one = { description: 'The record.', schema: RecordAnswer };
const tag = 'Entities';

/** Whether a path is where a request writes many records: the place with the larger limit for bodies. */
export function isRecordBulk(path: string): boolean {
  return BULK_PATH.test(path);
}

/** The records of customers. */
export function entityRecordRoutes(app: OpenAPIHono, deps: ApiDeps): void {
  addOperation(app, deps, {
    method: 'get',
    path: RECORDS,
    id: 'listEntityRecords',
    tag,
    summary: 'List records',
    description: 'A page of the records that meet all given conditions, newest first.',
    scope: 'entities:read',
    params: DefinitionId,
    query: RecordListQuery,
    checksFurther: true,
    answers: { 200: { description: 'The page.', schema: RecordList } },
    async handle(call) {
      return { status: 200, body: await pageOfRecords(call) };
    },
  });

  addOperation(app, deps, {
    method: 'get',
    path: `${RECORDS}/{record_id}/upcoming`,
    id: 'listUpcomingOfRecord',
    tag,
    summary: 'What will happen to a record',
    description: 'Each RELATIVE schedule of its definition: when it fires next for this record, or why it does not.',
    scope: 'entities:read',
    params: RecordId,
    query: UpcomingQuery,
    answers: { 200: { description: 'Those that fire first, in their order; then the others.', schema: Upcoming } },
    async handle(call) {
      return { status: 200, body: await upcomingOfRecord(call) };
    },
  });

  addOperation(app, deps, {
    method: 'post',
    path: RECORDS,
    id: 'putEntityRecord',
    audits: 'entity_record',
    tag,
    summary: 'Create a record, or write it over the one with its external_id',
    description: 'Afterwards the record is what the body says: what `data` does not name has no value.',
    scope: 'entities:write',
    params: DefinitionId,
    body: RecordCreate,
    checksFurther: true,
    answers: { 201: one, 200: { ...one, description: 'There was one with this external_id; it is this now.' } },
    async handle(call) {
      const { record, created } = await putRecord(call);
      return { status: created ? 201 : 200, body: record };
    },
  });

  addOperation(app, deps, {
    method: 'post',
    path: BULK,
    id: 'putEntityRecords',
    audits: 'entity_record',
    tag,
    summary: 'Create or write over many records',
    description:
      'Up to 10,000, as `{"records":[…]}` or one a line (`application/x-ndjson`), each with its own result, in order; one that is not valid does not hinder the others. Stored 500 at a time.',
    scope: 'entities:write',
    customers: 'served',
    params: DefinitionId,
    body: RecordBulk,
    itemwise: true,
    lines: 'records',
    answers: { 200: { description: 'What became of each.', schema: RecordBulkAnswer } },
    errors: [409],
    async handle(call) {
      return { status: 200, body: await writeRecords(call) };
    },
  });

  addOperation(app, deps, {
    method: 'get',
    path: `${RECORDS}/{record_id}`,
    id: 'getEntityRecord',
    tag,
    summary: 'Get a record',
    description: 'One record.',
    scope: 'entities:read',
    params: RecordId,
    answers: { 200: one },
    async handle(call) {
      return { status: 200, body: await readRecord(call) };
    },
  });

  addOperation(app, deps, {
    method: 'put',
    path: `${RECORDS}/{record_id}`,
    id: 'updateEntityRecord',
    audits: 'entity_record',
    tag,
    summary: 'Update a record',
    description: 'Changes what the body names, in `data` field by field; an explicit null clears.',
    scope: 'entities:write',
    params: RecordId,
    body: RecordUpdate,
    checksFurther: true,
    answers: { 200: one },
    errors: [409],
    async handle(call) {
      return { status: 200, body: await changeRecord(call) };
    },
  });

  addOperation(app, deps, {
    method: 'delete',
    path: `${RECORDS}/{record_id}`,
    id: 'deleteEntityRecord',
    audits: 'entity_record',
    tag,
    summary: 'Delete a record',
    description: 'Its dates go with it.',
    scope: 'entities:write',
    params: RecordId,
    answers: { 204: { description: 'It is deleted.' } },
    async handle(call) {
      await removeRecord(call);
      return { status: 204 };
    },
  });
}
