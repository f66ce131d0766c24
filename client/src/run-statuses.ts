import type { Run } from './generated/api.ts';

type RunStatus = Run['status'];

const ALL = {
  PENDING: true,
  RUNNING: true,
  SUCCEEDED: true,
  FAILED: true,
  SKIPPED: true,
  MISSED: true,
  CANCELLED: true,
} satisfies Record<RunStatus, true>;

/** Every status of a run, those that are not final first. The types refuse a list that is not complete. */
export const RUN_STATUSES: readonly RunStatus[] = Object.keys(ALL) as RunStatus[];
