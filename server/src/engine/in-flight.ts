import { Stop } from '../actions/stop.ts';
import type { LeasedRun } from '../store/leases.ts';
import type { Slot } from './lanes.ts';

/** One claim of a run by this node. */
export interface InFlight {
  readonly run: LeasedRun;
  readonly slot: Slot;
  readonly stop: Stop;
  /** When this node took it. */
  readonly taken: number;
  /** Its place among those under way; null while it waits for one. */
  place: Slot | null;
  started: number;
  ended: boolean;
  /** Whether its slot is given back. */
  gave: boolean;
}

/** A run that this node has just claimed. */
export function claimed(run: LeasedRun, slot: Slot, now: number): InFlight {
  return { run, slot, stop: new Stop(), taken: now, place: null, started: 0, ended: false, gave: false };
}
