import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Attempt } from '../domain/run.ts';
import {
  admits,
  CLOSED,
  contactOf,
  ended,
  OPEN_MOST_MS,
  OPEN_MS,
  probing,
  TRIPS_AFTER,
  type Breaker,
} from './breaker.ts';

/** So many attempts in a row that got no answer, all at `at`. */
function failing(times: number, at = 0, from: Breaker = CLOSED): Breaker {
  return Array.from({ length: times }).reduce<Breaker>((breaker) => ended(breaker, 'unreachable', false, at), from);
}

describe('breaker', () => {
  it('opens after so many failures in a row, not before', () => {
    expect(admits(failing(TRIPS_AFTER - 1), 0)).toBe('freely');
    expect(admits(failing(TRIPS_AFTER), 0)).toBe('no');
  });

  it('starts the count anew with each answer', () => {
    const answered = ended(failing(TRIPS_AFTER - 1), 'answered', false, 0);
    expect(admits(failing(TRIPS_AFTER - 1, 0, answered), 0)).toBe('freely');
  });

  it('lets one probe through when its time is up, and closes when that is answered', () => {
    const open = failing(TRIPS_AFTER);
    expect(admits(open, OPEN_MS - 1)).toBe('no');
    expect(admits(open, OPEN_MS)).toBe('probe');
    const probed = probing(open);
    expect(admits(probed, OPEN_MS)).toBe('no');
    expect(ended(probed, 'answered', true, OPEN_MS)).toEqual(CLOSED);
  });

  it('stays open twice as long after each probe that fails, up to the most', () => {
    let breaker = failing(TRIPS_AFTER);
    let now = 0;
    const waits: number[] = [];
    for (let i = 0; i < 6; i += 1) {
      if (breaker.state !== 'open') throw new Error(`it is ${breaker.state}`);
      waits.push(breaker.until - now);
      now = breaker.until;
      breaker = ended(probing(breaker), 'unreachable', true, now);
    }
    expect(waits).toEqual([OPEN_MS, 2 * OPEN_MS, 4 * OPEN_MS, 8 * OPEN_MS, OPEN_MOST_MS, OPEN_MOST_MS]);
  });

  it('frees the place of a probe that was cut short', () => {
    const cut = ended(probing(failing(TRIPS_AFTER)), 'unknown', true, OPEN_MS);
    expect(admits(cut, OPEN_MS)).toBe('probe');
  });

  it('never lets two probes through at once, and never stays shut for good', () => {
    const step = fc.record({
      after: fc.nat(20_000),
      contact: fc.constantFrom('answered', 'unreachable', 'unknown' as const),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        let breaker: Breaker = CLOSED;
        let now = 0;
        let underWay = false;
        for (const { after, contact } of steps) {
          now += after;
          const admitted = admits(breaker, now);
          if (underWay) {
            expect(admitted).toBe('no');
            breaker = ended(breaker, contact, true, now);
            underWay = false;
          } else if (admitted === 'probe') {
            breaker = probing(breaker);
            underWay = true;
          } else if (admitted === 'freely') {
            breaker = ended(breaker, contact, false, now);
          }
        }
        if (!underWay) expect(admits(breaker, now + OPEN_MOST_MS)).not.toBe('no');
      }),
      { numRuns: 300, seed: 5 },
    );
  });

  const failed = (code: string, status?: number): Partial<Attempt> => ({
    outcome: 'FAILED',
    error: { code, message: 'x' },
    response: status === undefined ? null : { status },
  });
  it.each([
    [{ outcome: 'SUCCEEDED' }, 'answered'],
    [{ outcome: 'ACCEPTED' }, 'answered'],
    [failed('http_status', 500), 'answered'],
    [failed('http_status', 404), 'answered'],
    [failed('http_status', 502), 'unreachable'],
    [failed('http_status', 503), 'unreachable'],
    // The same numbers in SMTP.
    [failed('smtp_status', 503), 'answered'],
    [failed('smtp_status', 421), 'answered'],
    [failed('mail_login_failed', 535), 'unreachable'],
    [failed('timeout'), 'unreachable'],
    [failed('connect_failed'), 'unreachable'],
    [failed('dns_failed'), 'unreachable'],
    // What never left tells nothing of where it was going.
    [failed('template_error'), 'unknown'],
    [{ outcome: 'INTERRUPTED' }, 'unknown'],
    [{ outcome: 'CANCELLED' }, 'unknown'],
  ] as [Partial<Attempt>, string][])('%j tells: %s', (attempt, contact) => {
    expect(contactOf(attempt)).toBe(contact);
  });
});
