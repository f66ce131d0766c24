import type { AttemptResult } from '../../src/store/outcomes.ts';

/** What is written of a run that was delivered, but for which run it is and when. */
export const SUCCEEDED = {
  status: 'SUCCEEDED',
  reason: null,
  wake_at: null,
  entry: {},
  amends: false,
  interrupted: false,
  unstarted: false,
  started_at: null,
  completes_within_seconds: null,
  park: false,
  completion: null,
} as const satisfies Partial<AttemptResult>;
