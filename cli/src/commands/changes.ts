import type { Run } from '../api.ts';

/** So many runs are remembered. */
const MOST = 20_000;

/** Which runs are new, or have changed, since they were last seen. */
export class Changes {
  /** How each run was, the longest unseen first. */
  readonly #seen = new Map<string, string>();

  /** Those that are new or have changed, oldest first. */
  of(runs: readonly Run[]): Run[] {
    const changed = runs.filter((run) => this.#note(run));
    return changed.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  #note(run: Run): boolean {
    const state = [run.status, run.attempt, run.reason, run.missed_count, run.cancel_requested].join(' ');
    const same = this.#seen.get(run.id) === state;
    this.#seen.delete(run.id);
    this.#seen.set(run.id, state);
    const oldest = this.#seen.keys().next();
    if (this.#seen.size > MOST && oldest.done !== true) this.#seen.delete(oldest.value);
    return !same;
  }
}
