/** So many jobs, each due once at one instant, each one POST to `url` with its number behind. */
export interface BurstLoad {
  readonly jobs: number;
  readonly at: number;
  readonly url: string;
}

/** So many schedules, each due every minute from `from` on; schedule `i` at second `i % 60`, where that can be said. */
export interface RecurringLoad {
  readonly schedules: number;
  readonly from: number;
  readonly url: string;
}

/** A job queue beside the product, inside its own process. */
export interface Peer {
  /** Stores the jobs and gets ready to work on them. */
  burst(load: BurstLoad): Promise<void>;
  /** Stores the schedules and gets ready; absent: it has none. */
  recurring?(load: RecurringLoad): Promise<void>;
  /** How many results it has written. */
  written(): Promise<number>;
  stop(): Promise<void>;
}

export const MINUTE = 60_000;

/** The latest instant up to `at` whose second is that of schedule `i`: what a peer that does not say meant by a job. */
export function nominal(i: number, at: number): number {
  const second = (i % 60) * 1_000;
  return Math.floor((at - second) / MINUTE) * MINUTE + second;
}
