import type { UpcomingList } from '@hydracore/client';

/** A schedule and its next occurrence. */
export type Fire = UpcomingList['upcoming'][number];
