import type { LeasedRun } from '../store/leases.ts';
import type { Started } from './claimer.ts';
import type { Lane, Lanes, Slot } from './lanes.ts';

/** Slots that a pass takes for the runs that it leases in a transaction; given back where that comes to nothing. */
export class Reservation {
  readonly #lanes: Lanes;
  readonly #slots = new Map<string, Slot>();

  constructor(lanes: Lanes) {
    this.#lanes = lanes;
  }

  /** Takes a slot for a run. Returns false where its lane has no room. */
  take(lane: Lane, runId: string): boolean {
    const slot = this.#lanes.take(lane);
    if (slot) this.#slots.set(runId, slot);
    return slot !== null;
  }

  /** The transaction is through: these runs start, each in its slot. */
  started(runs: readonly LeasedRun[]): Started[] {
    return runs.flatMap((run) => {
      const slot = this.#slots.get(run.id);
      this.#slots.delete(run.id);
      return slot ? [{ run, slot }] : [];
    });
  }

  /** Gives back what was not started. */
  release(): void {
    for (const slot of this.#slots.values()) this.#lanes.giveBack(slot);
    this.#slots.clear();
  }
}
