import type { z } from '@hono/zod-openapi';
import { generateSecret } from '../actions/signature.ts';
import { AppError } from '../domain/errors.ts';
import {
  getSigner,
  lockSigner,
  sealSigning,
  setSigning,
  signingAt,
  type StoredSigningSecrets,
} from '../store/signing.ts';
import { DEFAULT_TENANT } from '../store/tenants.ts';
import { rfc3339 } from './answers.ts';
import type { ApiDeps, Call } from './route.ts';
import type { SigningList, SigningRotate, SigningRotated } from './wire-secrets.ts';

const MINUTE = 60_000;

/** Each makes the header of every webhook longer. */
const MOST = 5;

type None = Record<string, unknown>;

/** What signs the webhooks of the caller's tenant, without the secrets themselves. */
export async function readSigning(call: Call<None, None, None>): Promise<z.output<typeof SigningList>> {
  const signer = await getSigner(call.db, call.principal.tenant_id);
  if (!signer) throw gone();
  return { webhook_secrets: shown(signer.webhook_secrets, call.now()), from_environment: isFixed(call, signer.name) };
}

/**
 * Makes a new signing secret; those of before sign beside it until the overlap ends.
 * @throws AppError `signing_fixed`, `too_many_rotations`
 */
export async function rotateSigning(
  call: Call<None, None, z.output<typeof SigningRotate>>,
): Promise<z.output<typeof SigningRotated>> {
  const now = call.now();
  const { tenant_id } = call.principal;
  const webhook_secret = generateSecret();
  return await call.transact(async (tx) => {
    const signer = await lockSigner(tx, tenant_id);
    if (!signer) throw gone();
    if (isFixed(call, signer.name)) {
      throw new AppError(
        'signing_fixed',
        'The signing secrets of this tenant come from HYDRACORE_WEBHOOK_SECRETS: rotate them there.',
      );
    }
    const end = now + (call.body.overlap_minutes ?? 0) * MINUTE;
    // One whose end was promised before does not live longer by this, but it may end sooner.
    const old = signingAt(signer.webhook_secrets, now).map((secret) => ({
      ...secret,
      expires_at: rfc3339(Math.min(end, secret.expires_at === null ? end : Date.parse(secret.expires_at))),
    }));
    const kept = signingAt(old, now);
    if (kept.length >= MOST) {
      throw new AppError(
        'too_many_rotations',
        `${MOST} secrets sign already; wait until the next of them ends (${kept.at(-1)?.expires_at}), or rotate with overlap_minutes 0.`,
      );
    }
    const secrets = [...sealSigning(await call.vault.of(tx, tenant_id), [webhook_secret], now), ...kept];
    await setSigning(tx, tenant_id, secrets);
    const webhook_secrets = shown(secrets, now);
    const before = { webhook_secrets: shown(signer.webhook_secrets, now) };
    await call.audit(tx, { id: secrets[0]?.id ?? null, before, after: { webhook_secrets } });
    return { webhook_secret, webhook_secrets };
  });
}

function isFixed({ fixedSigning }: Pick<ApiDeps, 'fixedSigning'>, tenant: string): boolean {
  return fixedSigning === true && tenant === DEFAULT_TENANT;
}

function shown(stored: StoredSigningSecrets, now: number) {
  return signingAt(stored, now).map(({ id, created_at, expires_at }) => ({ id, created_at, expires_at }));
}

function gone(): AppError {
  return new AppError('not_found', 'There is no such tenant.');
}
