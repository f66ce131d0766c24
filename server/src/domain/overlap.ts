import type { OverlapPolicy } from './schedule.ts';

/** The most runs of a schedule that BUFFER_ALL lets wait. */
export const BUFFER_LIMIT = 1_000;

/** The runs of a schedule (RELATIVE: of a record) that are not final. */
export interface OpenRuns {
  /** Those that run, or are about to: waiting for a slot or for a retry. */
  readonly active: number;
  /** Those that wait for an open one to end, or for their turn under the rate limit. */
  readonly held: number;
}

/** The same, and which of them is in the way of what comes next: the first that is active, else the first that is held; null: none. */
export interface OpenRunsNamed<Blocker = string> extends OpenRuns {
  readonly first: Blocker | null;
}

/** What becomes of an occurrence that is due. `supersedes`: it takes the place of those that are held. */
export type OverlapDecision =
  | { readonly kind: 'start' }
  | { readonly kind: 'hold'; readonly supersedes: boolean }
  | { readonly kind: 'skip'; readonly reason: 'OVERLAP' | 'BUFFER_FULL' };

/** Looked at when an occurrence is due (docs/semantics.md). Pure. */
export function decideOverlap(policy: OverlapPolicy, { active, held }: OpenRuns): OverlapDecision {
  if (policy === 'ALLOW_ALL' || active + held === 0) return { kind: 'start' };
  switch (policy) {
    case 'SKIP':
      return { kind: 'skip', reason: 'OVERLAP' };
    case 'BUFFER_ONE':
      return held === 0 ? { kind: 'hold', supersedes: false } : { kind: 'skip', reason: 'OVERLAP' };
    case 'BUFFER_ALL':
      return held < BUFFER_LIMIT ? { kind: 'hold', supersedes: false } : { kind: 'skip', reason: 'BUFFER_FULL' };
    default:
      return { kind: 'hold', supersedes: true };
  }
}

/** Whether what is open makes way for what is due: of those that wait only the newest has its turn. */
export function makesWay(policy: OverlapPolicy): boolean {
  return policy === 'CANCEL_OTHER' || policy === 'TERMINATE_OTHER';
}

/** What is done about the runs that are open while one is held. */
export type ReleaseDecision = 'start' | 'wait' | 'ask_to_stop' | 'terminate';

/** Looked at when a held run may have its turn. Pure. */
export function decideRelease(policy: OverlapPolicy, active: number): ReleaseDecision {
  if (policy === 'ALLOW_ALL' || active === 0) return 'start';
  if (policy === 'CANCEL_OTHER') return 'ask_to_stop';
  return policy === 'TERMINATE_OTHER' ? 'terminate' : 'wait';
}

/** Milliseconds between two starts under a rate limit, so that no minute holds more; 0: no limit. */
export function spacingOf(rateLimitPerMinute: number | null): number {
  return rateLimitPerMinute === null ? 0 : Math.ceil(60_000 / rateLimitPerMinute);
}
