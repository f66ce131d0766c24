import type { z } from '@hono/zod-openapi';
import { generateSecret } from '../actions/signature.ts';
import { AppError } from '../domain/errors.ts';
import { show } from '../domain/show.ts';
import { DEFAULT_TENANT, insertTenant, lockTenant, renameTenant, type Tenant } from '../store/tenants.ts';
import { rfc3339 } from './answers.ts';
import type { Call } from './route.ts';
import type { TenantAnswer, TenantBody, TenantCreated } from './wire-keys.ts';

type None = Record<string, unknown>;
type Body = z.output<typeof TenantBody>;

/** Makes a tenant with a webhook signing secret. @throws AppError `tenant_name_taken` */
export async function createTenant(call: Call<None, None, Body>): Promise<z.output<typeof TenantCreated>> {
  const { name = '' } = call.body;
  const webhook_secret = generateSecret();
  return await call.transact(async (tx) => {
    const tenant = await insertTenant(tx, call.vault, name, [webhook_secret], call.now());
    if (!tenant) throw nameTaken(name);
    await call.audit(tx, { id: tenant.id, after: tenantAnswer(tenant), tenant_id: tenant.id });
    return { ...tenantAnswer(tenant), webhook_secret };
  });
}

/** Renames a tenant. @throws AppError `not_found`, `default_tenant`, `tenant_name_taken` */
export async function changeTenant(
  call: Call<{ readonly tenant_id: string }, None, Body>,
): Promise<z.output<typeof TenantAnswer>> {
  const { name = '' } = call.body;
  return await call.transact(async (tx) => {
    const tenant = await lockTenant(tx, call.params.tenant_id);
    if (!tenant) throw tenantNotFound();
    if (tenant.name !== name && tenant.name === DEFAULT_TENANT) {
      throw new AppError('default_tenant', 'The tenant default keeps its name: each start finds it by that.');
    }
    if (tenant.name !== name && !(await renameTenant(tx, tenant.id, name))) throw nameTaken(name);
    const [before, after] = [tenantAnswer(tenant), tenantAnswer({ ...tenant, name })];
    await call.audit(tx, { id: tenant.id, before, after, tenant_id: tenant.id });
    return after;
  });
}

/** A tenant as answers show it: its secrets are not among it. */
export function tenantAnswer({ id, name, created_at }: Tenant): z.output<typeof TenantAnswer> {
  return { id, name, created_at: rfc3339(created_at) };
}

export function tenantNotFound(): AppError {
  return new AppError('not_found', 'There is no such tenant.');
}

function nameTaken(name: string): AppError {
  return new AppError('tenant_name_taken', `There is a tenant ${show(name)} already: take another name.`);
}
