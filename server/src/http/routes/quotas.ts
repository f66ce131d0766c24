import type { OpenAPIHono, z } from '@hono/zod-openapi';
import { FIXED, GRANTED, NO_QUOTAS, type Grants } from '../../domain/quota.ts';
import type { Queryable } from '../../store/db.ts';
import { countFew, ownQuotas, usageOf, writeQuotas } from '../../store/quotas.ts';
import { countedPoints, RUN_STARTS } from '../../store/rate-points.ts';
import { inTenant } from '../../store/roles.ts';
import { getTenant, lockTenant } from '../../store/tenants.ts';
import { addOperation, type ApiDeps } from '../route.ts';
import { tenantNotFound } from '../tenants.ts';
import { TenantId } from '../wire-keys.ts';
import { QuotasAnswer, QuotasBody } from '../wire-quotas.ts';

const OF_TENANT = '/v1/tenants/{tenant_id}/quotas';
const common = { tag: 'Tenants and keys', customers: 'refused' } as const;
const answers = { 200: { description: 'Each quota with its use.', schema: QuotasAnswer } };

/** How much a tenant may have, and how much it has. */
export function quotaRoutes(app: OpenAPIHono, deps: ApiDeps): void {
  addOperation(app, deps, {
    ...common,
    method: 'get',
    path: '/v1/quotas',
    id: 'getQuotas',
    summary: 'Get your quotas',
    description: 'What you may have, and what you have.',
    scope: 'schedules:read',
    answers,
    async handle({ db, principal, now, quotas }) {
      return { status: 200, body: await standingOf(db, principal.tenant_id, now(), quotas) };
    },
  });

  addOperation(app, deps, {
    ...common,
    method: 'get',
    path: OF_TENANT,
    id: 'getTenantQuotas',
    summary: 'Get the quotas of a tenant',
    description: 'What it may have, and what it has.',
    scope: 'tenants:manage',
    params: TenantId,
    answers,
    async handle({ params: { tenant_id }, now, quotas, transact }) {
      const body = await transact(async (tx) => {
        if (!(await getTenant(tx, tenant_id))) throw tenantNotFound();
        return await inTenant(tx, tenant_id, () => standingOf(tx, tenant_id, now(), quotas));
      });
      return { status: 200, body };
    },
  });

  addOperation(app, deps, {
    ...common,
    method: 'put',
    path: OF_TENANT,
    id: 'setTenantQuotas',
    audits: 'tenant',
    summary: 'Set the quotas of a tenant',
    description:
      "Instead of the server's defaults; what is absent stays, null goes back to the default. What there is already stays, whatever the quota. Other servers follow within some seconds.",
    scope: 'tenants:manage',
    params: TenantId,
    body: QuotasBody,
    answers,
    async handle({ params: { tenant_id }, body, now, quotas, transact, audit }) {
      const answer = await transact(async (tx) => {
        if (!(await lockTenant(tx, tenant_id))) throw tenantNotFound();
        const { before, after, standing } = await inTenant(tx, tenant_id, async () => {
          const own = (await ownQuotas(tx, tenant_id)) ?? NO_QUOTAS;
          const { schedules = own.schedules, records = own.records, runs_per_minute = own.runs_per_minute } = body;
          const set = { schedules, records, runs_per_minute };
          await writeQuotas(tx, tenant_id, set, now());
          return { before: own, after: set, standing: await standingOf(tx, tenant_id, now(), quotas) };
        });
        await audit(tx, { id: tenant_id, before, after, tenant_id });
        return standing;
      });
      quotas.forget(tenant_id);
      return { status: 200, body: answer };
    },
  });
}

async function standingOf(
  db: Queryable,
  tenant_id: string,
  now: number,
  quotas: ApiDeps['quotas'],
): Promise<z.output<typeof QuotasAnswer>> {
  const own: Grants | null = await ownQuotas(db, tenant_id);
  const limits: Record<string, number | null> = { ...FIXED, ...quotas.limits(own) };
  const used: Record<string, number> = {
    ...(await usageOf(db, tenant_id)),
    ...(await countFew(db, tenant_id, now)),
    // Servers ask for more than there is where it runs out.
    runs_per_minute: Math.min(
      await countedPoints(db, { tenant_id, bucket: RUN_STARTS }, now),
      limits['runs_per_minute'] ?? Infinity,
    ),
  };
  const standing = (quota: string) => ({
    limit: limits[quota] ?? null,
    used: used[quota] ?? 0,
    source: GRANTED.some((name) => name === quota && own?.[name] != null) ? ('TENANT' as const) : ('SERVER' as const),
  });
  return {
    tenant_id,
    schedules: standing('schedules'),
    records: standing('records'),
    runs_per_minute: standing('runs_per_minute'),
    api_keys: standing('api_keys'),
    entity_definitions: standing('entity_definitions'),
  };
}
