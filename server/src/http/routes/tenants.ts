import type { OpenAPIHono } from '@hono/zod-openapi';
import { getTenant, listTenants } from '../../store/tenants.ts';
import { addOperation, type ApiDeps } from '../route.ts';
import { changeTenant, createTenant, tenantAnswer, tenantNotFound } from '../tenants.ts';
import { PageQuery, TenantAnswer, TenantBody, TenantCreated, TenantId, TenantList } from '../wire-keys.ts';

const PATH = '/v1/tenants';
const common = { tag: 'Tenants and keys', scope: 'tenants:manage', customers: 'refused' } as const;
const one = { description: 'The tenant.', schema: TenantAnswer };

/** The owners of everything, for those who run the server. */
export function tenantRoutes(app: OpenAPIHono, deps: ApiDeps): void {
  addOperation(app, deps, {
    ...common,
    method: 'get',
    path: PATH,
    id: 'listTenants',
    summary: 'List tenants',
    description: 'Newest first.',
    query: PageQuery,
    answers: { 200: { description: 'The page.', schema: TenantList } },
    async handle({ db, query }) {
      const { tenants, total } = await listTenants(db, query);
      const { limit, offset } = query;
      return { status: 200, body: { tenants: tenants.map(tenantAnswer), total, limit, offset } };
    },
  });

  addOperation(app, deps, {
    ...common,
    method: 'post',
    path: PATH,
    id: 'createTenant',
    audits: 'tenant',
    summary: 'Create a tenant',
    description:
      'With a webhook signing secret of its own. Its first key is made by `POST /v1/api-keys` with `tenant_id`.',
    body: TenantBody,
    answers: {
      201: { description: 'The tenant; `webhook_secret` is shown here and never again.', schema: TenantCreated },
    },
    errors: [409],
    async handle(call) {
      return { status: 201, body: await createTenant(call), toldOnce: ['webhook_secret'] };
    },
  });

  addOperation(app, deps, {
    ...common,
    method: 'get',
    path: `${PATH}/{tenant_id}`,
    id: 'getTenant',
    summary: 'Get a tenant',
    description: 'One tenant.',
    params: TenantId,
    answers: { 200: one },
    async handle({ db, params }) {
      const tenant = await getTenant(db, params.tenant_id);
      if (!tenant) throw tenantNotFound();
      return { status: 200, body: tenantAnswer(tenant) };
    },
  });

  addOperation(app, deps, {
    ...common,
    method: 'put',
    path: `${PATH}/{tenant_id}`,
    id: 'renameTenant',
    audits: 'tenant',
    summary: 'Rename a tenant',
    description: 'The tenant `default` keeps its name: each start finds it by that.',
    params: TenantId,
    body: TenantBody,
    answers: { 200: one },
    errors: [409],
    async handle(call) {
      return { status: 200, body: await changeTenant(call) };
    },
  });
}
