import { createHmac, timingSafeEqual } from 'node:crypto';

const PREFIX = 'hc_run_';
const TENANT_BYTES = 16;

/** What a completion token is made from: the claim of one attempt. */
export interface Claim {
  readonly tenant_id: string;
  readonly id: string;
  readonly lease_token: string;
}

/**
 * What the receiver of an ASYNC action shows to complete its attempt: the tenant, and a MAC of the run under the claim's
 * fencing token, which never leaves the database. It ends with the claim: a later attempt has another.
 */
export function completionToken(claim: Claim): string {
  const tenant = Buffer.from(claim.tenant_id.replaceAll('-', ''), 'hex');
  return PREFIX + Buffer.concat([tenant, mac(claim)]).toString('base64url');
}

/** The tenant that a token names, or null: it is no completion token. Who it is really from shows `isTokenOf`. */
export function tenantOfToken(token: string): string | null {
  if (!/^hc_run_[A-Za-z0-9_-]{64}$/.test(token)) return null;
  const hex = Buffer.from(token.slice(PREFIX.length), 'base64url').subarray(0, TENANT_BYTES).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Whether the token is that of this claim; compared in constant time. */
export function isTokenOf(token: string, claim: Claim): boolean {
  const expected = Buffer.from(completionToken(claim));
  const given = Buffer.from(token);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function mac({ id, lease_token }: Claim): Buffer {
  return createHmac('sha256', lease_token).update(`complete ${id}`).digest();
}
