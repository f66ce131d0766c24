import type { OpenAPIHono } from '@hono/zod-openapi';
import { actOnSchedules } from '../bulk-actions.ts';
import { createSchedules } from '../bulk-create.ts';
import { addOperation, type ApiDeps } from '../route.ts';
import { BulkAction, BulkActionAnswer, BulkCreate, BulkCreateAnswer } from '../wire-bulk.ts';

/** Where a request creates many schedules: the place with the larger limit for bodies. */
export const BULK_CREATE = '/v1/schedules/bulk';

/** Many schedules in one request. */
export function bulkRoutes(app: OpenAPIHono, deps: ApiDeps): void {
  addOperation(app, deps, {
    method: 'post',
    path: BULK_CREATE,
    id: 'createSchedules',
    audits: 'schedule',
    summary: 'Create many schedules',
    description: 'Up to 1,000, each with its own result, in order; one that is not valid does not hinder the others.',
    scope: 'schedules:write',
    customers: 'served',
    body: BulkCreate,
    itemwise: true,
    answers: { 200: { description: 'What became of each.', schema: BulkCreateAnswer } },
    async handle(call) {
      return { status: 200, body: await createSchedules(call) };
    },
  });

  addOperation(app, deps, {
    method: 'post',
    path: '/v1/schedules/bulk-actions',
    id: 'actOnSchedules',
    audits: 'schedule',
    summary: 'Pause, resume, delete or trigger many schedules',
    description: 'Each as by its single operation; what can not be done is counted as skipped.',
    scope: 'schedules:write',
    customers: 'served',
    body: BulkAction,
    answers: { 200: { description: 'How many.', schema: BulkActionAnswer } },
    errors: [409],
    async handle(call) {
      return { status: 200, body: await actOnSchedules(call) };
    },
  });
}
