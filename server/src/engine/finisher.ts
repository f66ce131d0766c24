import type { PassFaultPoint } from '../fault-points.ts';
import type { Database } from '../store/db.ts';
import { finishRuns, type AttemptResult, type WrittenRun } from '../store/outcomes.ts';
import { tellWritten, type Told } from './events.ts';

/** Results that wait so long are written together: a few milliseconds for a hundred times fewer transactions. */
const GATHER_MS = 15;
/** The same while more waits than goes at once: then nobody waits for a result, and what a statement costs by itself counts. */
const GATHER_BUSY_MS = 60;
const BATCH = 500;
const RETRY_MS = 250;

/** Told of results that need no more care, each with its owner, and of the runs as they are now. */
export type Written<Owner> = (
  results: readonly AttemptResult[],
  owners: readonly Owner[],
  runs: readonly WrittenRun[],
) => void;

/** Writes results in batches, one batch at a time; what can't be written now is tried again until it can. */
export class Finisher<Owner> {
  readonly #db: Database;
  readonly #now: () => number;
  readonly #told: Told;
  readonly #faultPoint: PassFaultPoint;
  readonly #busy: () => boolean;
  readonly #written: Written<Owner>;
  #waiting: AttemptResult[] = [];
  /** Whose the results are that wait, in the same order. */
  #owners: Owner[] = [];
  #writing: Promise<void> | undefined;
  #gather: NodeJS.Timeout | undefined;

  /**
   * @param busy whether runs wait for others to end
   * @param written told of each result that needs no more care (it was written, or its lease was lost), and of the runs as they are now
   */
  constructor(
    deps: Told & { readonly db: Database; readonly now: () => number; readonly faultPoint?: PassFaultPoint },
    busy: () => boolean,
    written: Written<Owner>,
  ) {
    this.#db = deps.db;
    this.#now = deps.now;
    this.#told = deps;
    this.#faultPoint = deps.faultPoint ?? (() => undefined);
    this.#busy = busy;
    this.#written = written;
  }

  add(result: AttemptResult, owner: Owner): void {
    this.#waiting.push(result);
    this.#owners.push(owner);
    if (this.#waiting.length >= BATCH) this.#begin();
    else this.#gatherMore();
  }

  /** How many results are not written yet. */
  waiting(): number {
    return this.#waiting.length;
  }

  #gatherMore(): void {
    this.#gather ??= setTimeout(() => this.#begin(), this.#busy() ? GATHER_BUSY_MS : GATHER_MS);
  }

  /** Writes all that waits; returns when nothing does. Throws what the database says when it can't. */
  async flush(): Promise<void> {
    for (;;) {
      // A write that is under way has results of its own: the next begins when it is over, here and nowhere else.
      await this.#writing;
      clearTimeout(this.#gather);
      this.#gather = undefined;
      if (this.#waiting.length === 0) return;
      this.#writing ??= this.#writeBatch()
        .then(() => undefined)
        .finally(() => (this.#writing = undefined));
    }
  }

  #begin(): void {
    clearTimeout(this.#gather);
    this.#gather = undefined;
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
      if (this.#waiting.length > 0) this.#gatherMore();
    });
  }

  /** Writes what waits now; what comes meanwhile and is less than a batch gathers again. */
  async #writeAll(): Promise<void> {
    for (let due = this.#waiting.length; due > 0;) {
      try {
        due -= await this.#writeBatch();
      } catch (error) {
        // Nothing is lost: the results stay here while this node holds the leases, and are fenced when it does not.
        this.#told.log('warn', 'results could not be written; trying again', { waiting: this.#waiting.length, error });
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
      if (this.#waiting.length >= BATCH) due = this.#waiting.length;
    }
  }

  /** What is written together. A change of a record locks what others may hold: each goes alone, so that none waits for it. */
  #nextBatch(): AttemptResult[] {
    const alone = this.#waiting.findIndex((result) => result.update !== undefined);
    return this.#waiting.slice(0, alone === -1 ? BATCH : Math.min(BATCH, Math.max(1, alone)));
  }

  /** @returns how many were written */
  async #writeBatch(): Promise<number> {
    const batch = this.#nextBatch();
    const runs = await finishRuns(this.#db, batch, this.#now(), () => this.#faultPoint('before_commit'));
    this.#faultPoint('after_commit');
    this.#waiting.splice(0, batch.length);
    const owners = this.#owners.splice(0, batch.length);
    tellWritten(this.#told, batch, runs);
    this.#written(batch, owners, runs);
    return batch.length;
  }
}
