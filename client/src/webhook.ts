import { now } from './clock.ts';

/** A webhook that is what its sender sent. */
export interface VerifiedWebhook<T = unknown> {
  /** The run's id, the same for every attempt: what has been seen under it needs not be done again. */
  readonly id: string;
  /** When this attempt was sent. */
  readonly timestamp: Date;
  /** The body: parsed where it is JSON, else its text. */
  readonly payload: T;
}

/** Why a webhook is not to be trusted. */
export type WebhookRefusal = 'header_missing' | 'timestamp_invalid' | 'too_old' | 'too_new' | 'signature_mismatch';

/** The webhook is not from who has the secret, or not from now: answer 400 and do nothing. */
export class WebhookVerificationError extends Error {
  override readonly name = 'WebhookVerificationError';
  readonly reason: WebhookRefusal;

  constructor(reason: WebhookRefusal, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Headers as the platforms have them. */
export type WebhookHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

/** How strictly a webhook is looked at. */
export interface VerifyOptions {
  /** How far its timestamp may be from now, either way, in seconds. Default 300. */
  readonly toleranceSeconds?: number;
  /** The instant to compare with, in epoch milliseconds. */
  readonly now?: number;
}

/** So many signatures stand in a header at most; an attacker's list is not worked through. */
const MOST_SIGNATURES = 20;

/**
 * Checks a webhook by the Standard Webhooks specification.
 * @param payload the body as it arrived: not parsed and written again
 * @param secrets `whsec_…`, or several while they are rotated
 * @throws WebhookVerificationError when it is not to be trusted; TypeError when a secret is none
 */
export async function verifyWebhook<T = unknown>(
  payload: string | Uint8Array,
  headers: WebhookHeaders,
  secrets: string | readonly string[],
  options: VerifyOptions = {},
): Promise<VerifiedWebhook<T>> {
  const keys = await Promise.all((typeof secrets === 'string' ? [secrets] : secrets).map(importSecret));
  if (keys.length === 0) throw new TypeError('no signing secret is given');
  const id = need(headers, 'webhook-id');
  const stamp = need(headers, 'webhook-timestamp');
  const signatures = need(headers, 'webhook-signature');
  const timestamp = requireRecent(stamp, options);
  const bytes = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload;
  const signed = concat(new TextEncoder().encode(`${id}.${stamp}.`), bytes);
  const given = signatures
    .split(' ')
    .slice(0, MOST_SIGNATURES)
    .flatMap((one) => (one.startsWith('v1,') ? (decode(one.slice(3)) ?? []) : []));
  // Every one against every key, by subtle.verify, which compares in constant time: how long it takes tells nothing.
  const results = await Promise.all(
    given.flatMap((signature) => keys.map((key) => crypto.subtle.verify('HMAC', key, signature, signed))),
  );
  if (!results.includes(true)) {
    throw new WebhookVerificationError('signature_mismatch', 'no signature of the webhook is by one of the secrets');
  }
  return { id, timestamp, payload: read(new TextDecoder().decode(bytes)) as T };
}

function requireRecent(stamp: string, options: VerifyOptions): Date {
  if (!/^\d{1,12}$/.test(stamp)) {
    throw new WebhookVerificationError('timestamp_invalid', 'webhook-timestamp is not a number of seconds');
  }
  const tolerance = (options.toleranceSeconds ?? 300) * 1_000;
  const age = (options.now ?? now()) - Number(stamp) * 1_000;
  if (age > tolerance) {
    throw new WebhookVerificationError('too_old', `the webhook was sent ${Math.round(age / 1_000)} s ago`);
  }
  if (age < -tolerance) {
    throw new WebhookVerificationError('too_new', `the webhook is ${Math.round(-age / 1_000)} s ahead of this clock`);
  }
  return new Date(Number(stamp) * 1_000);
}

function need(headers: WebhookHeaders, name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : find(headers, name);
  if (!value) throw new WebhookVerificationError('header_missing', `the webhook has no header ${name}`);
  return value;
}

function find(headers: Exclude<WebhookHeaders, Headers>, name: string): string | undefined {
  const [, value] = Object.entries(headers).find(([key]) => key.toLowerCase() === name) ?? [];
  return typeof value === 'object' ? value.join(' ') : value;
}

async function importSecret(secret: string): Promise<CryptoKey> {
  const bytes = decode(secret.replace(/^whsec_/, ''));
  // The secret itself is not repeated: errors end up in logs.
  if (!bytes || bytes.length < 16) throw new TypeError('a signing secret is "whsec_" and base64 of at least 16 bytes');
  return await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
}

function decode(base64: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

function concat(head: Uint8Array, tail: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(head.length + tail.length);
  all.set(head);
  all.set(tail, head.length);
  return all;
}

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
