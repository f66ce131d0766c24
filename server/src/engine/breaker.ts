import type { Attempt } from '../domain/run.ts';

/** Attempts that fail in a row, without an answer, before nothing is sent for a while. */
export const TRIPS_AFTER = 10;
/** How long it stays open at first; twice as long each time that the probe fails, up to the most. */
export const OPEN_MS = 5_000;
export const OPEN_MOST_MS = 60_000;

/**
 * What is known of the way to a destination. `closed`: runs go; `open`: none until `until`; `half_open`: one went to
 * probe, the others wait for what comes of it.
 */
export type Breaker =
  | { readonly state: 'closed'; readonly failures: number }
  | { readonly state: 'open'; readonly until: number; readonly openMs: number }
  | { readonly state: 'half_open'; readonly openMs: number };

/** What an attempt tells of its destination. A 500 is an answer: it frees its slot soon. `unknown` tells nothing. */
export type Contact = 'answered' | 'unreachable' | 'unknown';

export const CLOSED: Breaker = { state: 'closed', failures: 0 };

/** Whether a run may start: freely, as the probe, or not. */
export function admits(breaker: Breaker, now: number): 'freely' | 'probe' | 'no' {
  if (breaker.state === 'closed') return 'freely';
  return breaker.state === 'open' && breaker.until <= now ? 'probe' : 'no';
}

/** The probe starts. */
export function probing(breaker: Breaker): Breaker {
  return breaker.state === 'open' ? { state: 'half_open', openMs: breaker.openMs } : breaker;
}

/**
 * An attempt has ended. What started before it opened and fails only now says nothing new: it neither prolongs nor
 * re-opens. An answer closes it, whoever got it.
 */
export function ended(breaker: Breaker, contact: Contact, probe: boolean, now: number): Breaker {
  if (contact === 'answered') return CLOSED;
  if (breaker.state === 'half_open' && probe) {
    // A probe that was cut short frees the place for the next one.
    if (contact === 'unknown') return { state: 'open', until: now, openMs: breaker.openMs };
    const openMs = Math.min(2 * breaker.openMs, OPEN_MOST_MS);
    return { state: 'open', until: now + openMs, openMs };
  }
  if (breaker.state !== 'closed' || contact === 'unknown') return breaker;
  const failures = breaker.failures + 1;
  return failures < TRIPS_AFTER
    ? { state: 'closed', failures }
    : { state: 'open', until: now + OPEN_MS, openMs: OPEN_MS };
}

/** Failures in which no answer arrived, or none in time. */
const UNREACHABLE = new Set([
  'connect_failed',
  'connection_reset',
  'dns_failed',
  'mail_login_failed',
  'proxy_failed',
  'response_invalid',
  'timeout',
  'tls_failed',
]);
/** What a proxy answers in the place of a server that does not. */
const GATEWAY = new Set<unknown>([502, 503, 504]);

/** What an attempt, as the ledger has it, tells of its destination. */
export function contactOf({ outcome, error, response }: Partial<Attempt>): Contact {
  if (outcome === 'SUCCEEDED' || outcome === 'ACCEPTED') return 'answered';
  if (outcome !== 'FAILED') return 'unknown';
  if (error && UNREACHABLE.has(error.code)) return 'unreachable';
  const status = response?.['status'];
  if (status === undefined) return 'unknown';
  // In SMTP the same numbers are answers.
  return error?.code === 'http_status' && GATEWAY.has(status) ? 'unreachable' : 'answered';
}
