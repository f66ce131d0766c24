import type { OpenAPIHono } from '@hono/zod-openapi';
import { actionTypes } from '../../actions/registry.ts';
import { addOperation, type ApiDeps } from '../route.ts';
import { ActionTypes } from '../wire-answers.ts';

/** What this server can do when a schedule fires. */
export function actionRoutes(app: OpenAPIHono, deps: ApiDeps): void {
  addOperation(app, deps, {
    method: 'get',
    path: '/v1/action-types',
    id: 'listActionTypes',
    summary: 'List action types',
    description: 'Each with the JSON Schema of its action_config, and why this server can not do it, where that is so.',
    scope: 'schedules:read',
    customers: 'served',
    answers: { 200: { description: 'The types.', schema: ActionTypes } },
    handle: async () => ({ status: 200, body: { action_types: actionTypes(deps.egress) } }),
  });
}
