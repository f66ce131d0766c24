import { hash } from './random.ts';

/** How a receiver answers one delivery. */
export type Reply =
  | { readonly kind: 'status'; readonly status: number; readonly afterMs: number; readonly retryAfter?: number }
  /** Neither answers nor closes. */
  | { readonly kind: 'hang' }
  /** Closes by RST: before the answer, or in its middle. */
  | { readonly kind: 'reset'; readonly midway: boolean }
  /** A byte now and then, for longer than the time-out. */
  | { readonly kind: 'drip' }
  /** A body without an end. */
  | { readonly kind: 'endless' }
  | { readonly kind: 'redirect' }
  /** NUL and bytes that are not UTF-8, in headers and body. */
  | { readonly kind: 'garbage'; readonly status: number }
  /** 202, and the completion is told later. */
  | { readonly kind: 'accept'; readonly completeAfterMs: number };

/** How the receivers of a schedule behave: part of the URL's path. */
export const MANNERS = ['steady', 'slow', 'flaky', 'wild', 'failing', 'gone', 'endless', 'async'] as const;
export type Manner = (typeof MANNERS)[number];

/** Decides by the seed, the run and the attempt: a run of the same id gets the same answer, whenever it comes. */
export function replyTo(manner: Manner, seed: number, run: string, attempt: number, calm: boolean): Reply {
  const roll = hash(`${seed}/${run}/${attempt}`) % 1_000;
  const afterMs = hash(`${run}/${attempt}/delay`) % 200;
  const ok: Reply = { kind: 'status', status: 200, afterMs };
  if (manner === 'endless') return { kind: 'endless' };
  if (manner === 'async') return calm || roll < 900 ? { kind: 'accept', completeAfterMs: afterMs * 10 } : ok;
  if (calm) return ok;
  switch (manner) {
    case 'steady':
      return ok;
    case 'slow':
      return { kind: 'status', status: 200, afterMs: 300 + afterMs * 12 };
    case 'flaky':
      return flaky(roll, afterMs) ?? ok;
    case 'wild':
      return wild(roll) ?? flaky(roll, afterMs) ?? ok;
    case 'failing':
      return roll < 700 ? { kind: 'status', status: 500, afterMs } : ok;
    default:
      return roll < 60 ? { kind: 'status', status: 410, afterMs } : ok;
  }
}

function flaky(roll: number, afterMs: number): Reply | undefined {
  if (roll >= 400 && roll < 500) return { kind: 'status', status: 500, afterMs };
  if (roll >= 500 && roll < 560) return { kind: 'status', status: 429, afterMs, retryAfter: 1 };
  if (roll >= 560 && roll < 580) return { kind: 'status', status: 404, afterMs };
  return undefined;
}

function wild(roll: number): Reply | undefined {
  if (roll < 60) return { kind: 'hang' };
  if (roll < 120) return { kind: 'reset', midway: false };
  if (roll < 180) return { kind: 'reset', midway: true };
  if (roll < 220) return { kind: 'drip' };
  if (roll < 280) return { kind: 'endless' };
  if (roll < 310) return { kind: 'redirect' };
  if (roll < 360) return { kind: 'garbage', status: 200 };
  if (roll < 400) return { kind: 'garbage', status: 503 };
  return undefined;
}
