import type { z } from '@hono/zod-openapi';
import { AppError } from '../domain/errors.ts';
import { show } from '../domain/show.ts';
import { countSecrets, deleteSecret, putSecret, secretPlace, touchSecrets, type SecretInfo } from '../store/secrets.ts';
import { rfc3339 } from './answers.ts';
import type { Call } from './route.ts';
import { MOST_SECRETS, type SecretAnswer, type SecretBody } from './wire-secrets.ts';

type None = Record<string, unknown>;
type Target = { readonly name: string };

/** Sets a secret. @throws AppError `too_many_secrets` */
export async function setSecret(
  call: Call<Target, None, z.output<typeof SecretBody>>,
): Promise<{ readonly secret: z.output<typeof SecretAnswer>; readonly created: boolean }> {
  const { tenant_id } = call.principal;
  const { name } = call.params;
  return await call.transact(async (tx) => {
    const of = await call.vault.of(tx, tenant_id);
    const value = of.seal(secretPlace(name), call.body.value ?? '');
    // First of all: who sets another one meanwhile waits, and counts this one.
    await touchSecrets(tx, tenant_id);
    const { created, ...secret } = await putSecret(tx, tenant_id, { name, value }, call.now());
    if (created && (await countSecrets(tx, tenant_id)) > MOST_SECRETS) {
      throw new AppError(
        'too_many_secrets',
        `There are ${MOST_SECRETS} secrets already, and no room for more: delete one.`,
      );
    }
    // The name alone: of what it holds nothing is told, and so not whether that is another value than before.
    const told = { before: created ? null : { name }, after: { name }, touched: ['name'] };
    await call.audit(tx, { id: name, ...told });
    return { secret: secretAnswer(secret), created };
  });
}

/** Deletes a secret. @throws AppError `not_found` */
export async function removeSecret(call: Call<Target, None, None>): Promise<void> {
  const { tenant_id } = call.principal;
  const { name } = call.params;
  await call.transact(async (tx) => {
    await touchSecrets(tx, tenant_id);
    if (!(await deleteSecret(tx, tenant_id, name))) {
      throw new AppError('not_found', `There is no secret ${show(name)}.`);
    }
    await call.audit(tx, { id: name, before: { name } });
  });
}

/** What answers tell of a secret: never its value. */
export function secretAnswer({ name, created_at, updated_at }: SecretInfo): z.output<typeof SecretAnswer> {
  return { name, created_at: rfc3339(created_at), updated_at: rfc3339(updated_at) };
}
