import type { Instant } from './recurrence.ts';

const MILLISECONDS = Array.from({ length: 1_000 }, (_, ms) => `.${String(ms).padStart(3, '0')}Z`);

/** Seconds that were written last, each in the slot of its last bits; a power of two. */
const SLOTS = 64;
const seconds: number[] = Array.from({ length: SLOTS }, () => NaN);
const texts: string[] = Array.from({ length: SLOTS }, () => '');

/**
 * An instant as `Date.prototype.toISOString` writes it. A run writes some ten, and they lie in few seconds: what of the text is the same
 * is kept.
 * @throws RangeError where it is none
 */
export function instantText(instant: Instant): string {
  const second = Math.floor(instant / 1_000);
  const fraction = MILLISECONDS[instant - second * 1_000];
  if (fraction === undefined) return new Date(instant).toISOString();
  const slot = second & (SLOTS - 1);
  if (seconds[slot] !== second) {
    texts[slot] = new Date(instant).toISOString().slice(0, -5);
    seconds[slot] = second;
  }
  return (texts[slot] ?? '') + fraction;
}
