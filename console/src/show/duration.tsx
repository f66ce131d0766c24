import { durationWords } from './time.ts';

/** A length of time, given in milliseconds. */
export function Duration({ ms }: { readonly ms: number | null }) {
  if (ms === null) return <span aria-label="none">–</span>;
  return <span className="hc-numbers">{durationWords(ms)}</span>;
}
