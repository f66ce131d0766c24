import type { Run } from '../api.ts';

/** So many runs are remembered: more than one look can bring. */
const MOST = 20_000;
const OPEN = new Set(['PENDING', 'RUNNING']);

/** Which runs are new, or have changed, since they were last seen. */
export class Changes {
  /** How each run was, the longest unseen first. */
  readonly #seen = new Map<string, string>();
  readonly #open = new Set<string>();

  /** Those that are new or have changed, oldest first. */
  of(runs: readonly Run[]): Run[] {
    const changed = runs.filter((run) => this.#note(run));
    return changed.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  knows(id: string): boolean {
    return this.#seen.has(id);
  }

  /** Those that had not ended when they were last seen. */
  get open(): string[] {
    return [...this.#open];
  }

  forget(id: string): void {
    this.#open.delete(id);
  }

  #note(run: Run): boolean {
    const state = [run.status, run.attempt, run.reason, run.missed_count, run.cancel_requested].join(' ');
    const same = this.#seen.get(run.id) === state;
    this.#seen.delete(run.id);
    this.#seen.set(run.id, state);
    if (OPEN.has(run.status)) this.#open.add(run.id);
    else this.#open.delete(run.id);
    if (this.#seen.size > MOST) this.#drop();
    return !same;
  }

  #drop(): void {
    const oldest = this.#seen.keys().next();
    if (oldest.done === true) return;
    this.#seen.delete(oldest.value);
    this.#open.delete(oldest.value);
  }
}
