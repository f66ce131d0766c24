import type { z } from '@hono/zod-openapi';
import { AppError, requireNone, type FieldProblem } from '../domain/errors.ts';
import { newApiKey } from '../store/api-key.ts';
import { expireKey, getKey, insertKey, lockKey, hasOtherManager, revokeKey, type ApiKey } from '../store/api-keys.ts';
import type { Principal } from '../store/tenants.ts';
import type { Transaction } from '../store/db.ts';
import { inTenant } from '../store/roles.ts';
import { getTenant } from '../store/tenants.ts';
import { rfc3339 } from './answers.ts';
import type { Change } from './audit.ts';
import type { Call } from './route.ts';
import { credentialOf, EVERY_SCOPE, hasScope, requireScope, UNBOUND_SCOPES } from './scopes.ts';
import type { KeyAnswer, KeyCreate, KeyCreated, KeyRotate } from './wire-keys.ts';

const MINUTE = 60_000;

type None = Record<string, unknown>;
type Target = { readonly key_id: string };
type Created = z.output<typeof KeyCreated>;

/** Makes a key. @throws AppError `forbidden` for a scope, or a tenant, that is not the caller's to give */
export async function createKey(call: Call<None, None, z.output<typeof KeyCreate>>): Promise<Created> {
  const now = call.now();
  const { name = '', customer_id = null, tenant_id = call.principal.tenant_id } = call.body;
  const scopes = [...new Set(call.body.scopes)];
  const expires_at = call.body.expires_at == null ? null : Date.parse(call.body.expires_at);
  if (tenant_id !== call.principal.tenant_id) requireScope(call.principal, 'tenants:manage');
  requireGivable(call.principal, scopes);
  const problems: FieldProblem[] = [];
  const tooWide = customer_id === null ? [] : scopes.filter((scope) => UNBOUND_SCOPES.includes(scope));
  if (tooWide.length > 0) {
    const msg = `${tooWide.join(', ')}: not for a key that is bound to a customer`;
    problems.push({ loc: ['body', 'scopes'], msg, type: 'scope_unbound' });
  }
  if (expires_at !== null && expires_at <= now) {
    const msg = `${call.body.expires_at} is not in the future; it is ${rfc3339(now)}`;
    problems.push({ loc: ['body', 'expires_at'], msg, type: 'in_past' });
  }
  return await call.transact(async (tx) => {
    const forTenant = <T>(work: () => Promise<T>) =>
      tenant_id === call.principal.tenant_id ? work() : inTenant(tx, tenant_id, work);
    if (!(await forTenant(() => getTenant(tx, tenant_id)))) {
      problems.push({ loc: ['body', 'tenant_id'], msg: `there is no tenant ${tenant_id}`, type: 'tenant_unknown' });
    }
    requireNone(problems);
    await forTenant(() => call.quotas.requireFew(tx, tenant_id, 'api_keys'));
    const key = newApiKey();
    const row = { tenant_id, name, scopes, customer_id, expires_at };
    const made = keyAnswer(await forTenant(() => insertKey(tx, row, call.credentials.hash(key), now)), now);
    await call.audit(tx, { id: made.id, after: made, tenant_id });
    return { ...made, key };
  });
}

/** A key of the caller's tenant. @throws AppError `not_found` */
export async function readKey(call: Call<Target, None, None>): Promise<z.output<typeof KeyAnswer>> {
  const key = await getKey(call.db, call.principal.tenant_id, call.params.key_id);
  if (!key) throw keyNotFound();
  return keyAnswer(key, call.now());
}

/** Revokes a key; one that is revoked stays so. @throws AppError `not_found`, `last_managing_key` */
export async function removeKey(call: Call<Target, None, None>): Promise<void> {
  const now = call.now();
  await call.transact(async (tx) => {
    const key = await lockKey(tx, call.principal.tenant_id, call.params.key_id);
    if (!key) throw keyNotFound();
    const manages = statusOf(key, now) === 'ACTIVE' && hasScope(key, 'keys:manage');
    if (manages && !(await hasOtherManager(tx, key, now))) {
      throw new AppError(
        'last_managing_key',
        'This is the last key of the tenant with the scope keys:manage: make another one first, or nobody could make any.',
      );
    }
    await revokeKey(tx, key, now);
    await call.audit(tx, await changeOf(tx, key, now));
  });
}

/**
 * Makes a key in the place of another, which works on for a while. It lives as long as that one was meant to.
 * @throws AppError `not_found`, `key_inactive`, `forbidden`
 */
export async function rotateKey(call: Call<Target, None, z.output<typeof KeyRotate>>): Promise<Created> {
  const now = call.now();
  return await call.transact(async (tx) => {
    const old = await lockKey(tx, call.principal.tenant_id, call.params.key_id);
    if (!old) throw keyNotFound();
    const status = statusOf(old, now);
    if (status !== 'ACTIVE') {
      throw new AppError('key_inactive', `This key is ${status}: there is nothing to rotate. Make a new one.`);
    }
    // Otherwise who may manage keys could take the operator's.
    requireGivable(call.principal, old.scopes);
    // One in the place of another is always possible: a key that leaked must go.
    const overlap = call.body.overlap_minutes ?? 60;
    if (overlap > 0) await call.quotas.requireFew(tx, old.tenant_id, 'api_keys');
    const key = newApiKey();
    const expires_at = old.expires_at === null ? null : now + (old.expires_at - old.created_at);
    const made = await insertKey(tx, { ...old, expires_at }, call.credentials.hash(key), now);
    await expireKey(tx, old, now + overlap * MINUTE);
    await call.audit(tx, await changeOf(tx, old, now));
    await call.audit(tx, { id: made.id, after: keyAnswer(made, now) });
    return { ...keyAnswer(made, now), key };
  });
}

async function changeOf(tx: Transaction, before: ApiKey, now: number): Promise<Change> {
  const after = await getKey(tx, before.tenant_id, before.id);
  return { id: before.id, before: keyAnswer(before, now), after: after ? keyAnswer(after, now) : null };
}

/** A key as answers show it. */
export function keyAnswer(key: ApiKey, now: number): z.output<typeof KeyAnswer> {
  return {
    id: key.id,
    tenant_id: key.tenant_id,
    name: key.name,
    scopes: [...key.scopes],
    customer_id: key.customer_id,
    status: statusOf(key, now),
    expires_at: rfc3339(key.expires_at),
    revoked_at: rfc3339(key.revoked_at),
    last_used_at: rfc3339(key.last_used_at),
    created_at: rfc3339(key.created_at),
  };
}

function statusOf(key: ApiKey, now: number) {
  if (key.revoked_at !== null) return 'REVOKED';
  return key.expires_at !== null && key.expires_at <= now ? 'EXPIRED' : 'ACTIVE';
}

/** `*` grows with later versions: only who has it gives it. */
function requireGivable(principal: Principal, scopes: readonly string[]): void {
  const lacking = scopes.filter((scope) =>
    scope === EVERY_SCOPE ? !principal.scopes.includes(EVERY_SCOPE) : !hasScope(principal, scope),
  );
  if (lacking.length > 0) {
    const who = credentialOf(principal);
    throw new AppError('forbidden', `Nobody can give what they lack: this ${who} has no scope ${lacking.join(', ')}.`);
  }
}

function keyNotFound(): AppError {
  return new AppError('not_found', 'There is no such API key.');
}
