import type { Sealed } from '../domain/sealed.ts';
import { newId } from './ids.ts';
import { timestamp, type Queryable, type Transaction } from './db.ts';
import type { Place, TenantVault } from './vault/tenant-vault.ts';

/** One of the secrets that sign a tenant's webhooks, as it is stored. Until the first start of this version it is plain. */
export interface StoredSigningSecret {
  readonly id: string;
  readonly secret: Sealed | string;
  /** RFC 3339. */
  readonly created_at: string;
  /** Until when it signs beside a newer one; null: until it is rotated. */
  readonly expires_at: string | null;
}

/** Newest first. */
export type StoredSigningSecrets = readonly StoredSigningSecret[];

/** Those that were read last, by their text: all runs of a tenant have the same. */
const read = new Map<string, StoredSigningSecrets>();
const MOST_READ = 1_000;

/** Reads the signing secrets of rows that came as text: the same text gives the same object. */
export function readSigning<Row extends { readonly webhook_secrets: StoredSigningSecrets }>(
  rows: readonly (Omit<Row, 'webhook_secrets'> & { webhook_secrets: string | StoredSigningSecrets })[],
): Row[] {
  let text = '';
  let secrets: StoredSigningSecrets = [];
  for (const row of rows) {
    if (typeof row.webhook_secrets !== 'string') continue;
    if (row.webhook_secrets !== text) {
      text = row.webhook_secrets;
      secrets = parsed(text);
    }
    row.webhook_secrets = secrets;
  }
  return rows as unknown as Row[];
}

function parsed(text: string): StoredSigningSecrets {
  const known = read.get(text);
  if (known) return known;
  const secrets = JSON.parse(text) as StoredSigningSecrets;
  const [oldest] = read.keys();
  if (read.size >= MOST_READ && oldest !== undefined) read.delete(oldest);
  read.set(text, secrets);
  return secrets;
}

/** Where a signing secret is sealed for. */
export function signingPlace(id: string): Place {
  return ['tenants.webhook_secrets', id, 'secret'];
}

/** Those that sign at an instant. */
export function signingAt(stored: StoredSigningSecrets, now: number): StoredSigningSecrets {
  return stored.filter(({ expires_at }) => expires_at === null || Date.parse(expires_at) > now);
}

/** From when on (inclusive) and until when (exclusive) the same of them sign as at an instant. */
export function unchanged(
  stored: StoredSigningSecrets,
  now: number,
): { readonly from: number; readonly until: number } {
  let [from, until] = [-Infinity, Infinity];
  for (const { expires_at } of stored) {
    if (expires_at === null) continue;
    const end = Date.parse(expires_at);
    if (end <= now) from = Math.max(from, end);
    else until = Math.min(until, end);
  }
  return { from, until };
}

/** The secrets themselves. @throws VaultError where one does not open */
export function openSigning(vault: TenantVault, stored: StoredSigningSecrets): string[] {
  return stored.map(({ id, secret }) => vault.read(signingPlace(id), secret));
}

/** New secrets as they are to be stored. */
export function sealSigning(vault: TenantVault, secrets: readonly string[], now: number): StoredSigningSecret[] {
  return secrets.map((secret) => {
    const id = newId(now);
    const made = { created_at: timestamp(now), expires_at: null };
    return { id, secret: vault.seal(signingPlace(id), secret), ...made };
  });
}

/** A tenant as far as its signing secrets are concerned. */
export interface Signer {
  readonly name: string;
  readonly webhook_secrets: StoredSigningSecrets;
}

/** The signing secrets of a tenant. */
export async function getSigner(db: Queryable, tenantId: string): Promise<Signer | undefined> {
  const [row] = await db.query<Signer>('SELECT name, webhook_secrets FROM tenants WHERE id = $1', [tenantId]);
  return row;
}

/** The same, locked. */
export async function lockSigner(tx: Transaction, tenantId: string): Promise<Signer | undefined> {
  const [row] = await tx.query<Signer>('SELECT name, webhook_secrets FROM tenants WHERE id = $1 FOR NO KEY UPDATE', [
    tenantId,
  ]);
  return row;
}

/** Writes the signing secrets of a locked tenant. */
export async function setSigning(tx: Transaction, tenantId: string, secrets: StoredSigningSecrets): Promise<void> {
  await tx.query('UPDATE tenants SET webhook_secrets = $2 WHERE id = $1', [tenantId, JSON.stringify(secrets)]);
}
