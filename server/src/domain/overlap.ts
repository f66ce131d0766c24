import type { OverlapPolicy } from './schedule.ts';

/** What becomes of an occurrence that is due: it starts, or it is skipped for a reason. */
export type OverlapDecision = { readonly start: true } | { readonly start: false; readonly reason: 'OVERLAP' };

/**
 * Looked at when an occurrence is due (docs/semantics.md).
 * @param openRuns runs of the same schedule that are not final, one waiting for a retry included
 */
export function decideOverlap(policy: OverlapPolicy, openRuns: number): OverlapDecision {
  return policy === 'SKIP' && openRuns > 0 ? { start: false, reason: 'OVERLAP' } : { start: true };
}
