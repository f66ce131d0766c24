import type { Instant } from './recurrence.ts';

/**
 * Offset in [0, windowMs), whole milliseconds: a hash of the schedule and the occurrence, so that every machine and every
 * restart plans the same moment, and schedules that share an occurrence spread over the window (docs/semantics.md).
 * 0 when the window is 0.
 */
export function jitterOffset(scheduleId: string, occurrence: Instant, windowMs: number): number {
  if (windowMs <= 0) return 0;
  return Math.floor((hash53(`${scheduleId}@${occurrence}`) / 2 ** 53) * windowMs);
}

/** cyrb53 (bryc, public domain): 53 well mixed bits by integer multiplication only. Its results are planned times: never change it. */
function hash53(text: string): number {
  let a = 0xdead_beef;
  let b = 0x41c6_ce57;
  for (let i = 0; i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    a = Math.imul(a ^ c, 2_654_435_761);
    b = Math.imul(b ^ c, 1_597_334_677);
  }
  a = Math.imul(a ^ (a >>> 16), 2_246_822_507) ^ Math.imul(b ^ (b >>> 13), 3_266_489_909);
  b = Math.imul(b ^ (b >>> 16), 2_246_822_507) ^ Math.imul(a ^ (a >>> 13), 3_266_489_909);
  return 4_294_967_296 * (2_097_151 & b) + (a >>> 0);
}
