import type { PassFaultPoint } from '../fault-points.ts';
import type { Database } from '../store/db.ts';
import { finishRuns, type AttemptResult, type WrittenRun } from '../store/outcomes.ts';
import { tellWritten, type Told } from './events.ts';

/** Results that wait so long are written together: a few milliseconds for a hundred times fewer transactions. */
const GATHER_MS = 15;
/** The same while more waits than goes at once: then nobody waits for a result, and what a statement costs by itself counts. */
const GATHER_BUSY_MS = 60;
const RETRY_MS = 250;

/** Told of results that need no more care, each with its owner, and of the runs as they are now. */
export type Written<Owner> = (
  results: readonly AttemptResult[],
  owners: readonly Owner[],
  runs: readonly WrittenRun[],
) => void;

/** What a line works with. */
export interface LineDeps extends Told {
  readonly db: Database;
  readonly now: () => number;
  readonly faultPoint?: PassFaultPoint;
}

/** Which results a line has, and how it writes them. */
export interface LineOptions<Owner> {
  /** The most that are written together. */
  readonly batch: number;
  /** Whether a result may be written together with the one that has waited longest. */
  readonly together: (result: AttemptResult, oldest: AttemptResult) => boolean;
  /** Whether runs wait for others to end. */
  readonly busy: () => boolean;
  readonly written: Written<Owner>;
}

interface Waiting<Owner> {
  readonly result: AttemptResult;
  readonly owner: Owner;
}

/** Writes results in batches, one batch at a time; what can't be written now is tried again until it can. */
export class FinisherLine<Owner> {
  readonly #deps: LineDeps;
  readonly #options: LineOptions<Owner>;
  #waiting: Waiting<Owner>[] = [];
  #writing: Promise<void> | undefined;
  #gather: NodeJS.Timeout | undefined;

  constructor(deps: LineDeps, options: LineOptions<Owner>) {
    this.#deps = deps;
    this.#options = options;
  }

  add(result: AttemptResult, owner: Owner): void {
    this.#waiting.push({ result, owner });
    if (this.#waiting.length >= this.#options.batch) this.#begin();
    else this.#gatherMore();
  }

  /** How many results are not written yet. */
  waiting(): number {
    return this.#waiting.length;
  }

  #gatherMore(): void {
    this.#gather ??= setTimeout(() => this.#begin(), this.#options.busy() ? GATHER_BUSY_MS : GATHER_MS);
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
        this.#deps.log('warn', 'results could not be written; trying again', { waiting: this.#waiting.length, error });
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
      if (this.#waiting.length >= this.#options.batch) due = this.#waiting.length;
    }
  }

  /** The oldest that waits, and those that go with it. */
  #nextBatch(): Waiting<Owner>[] {
    const { batch, together } = this.#options;
    const [oldest] = this.#waiting;
    if (oldest === undefined) return [];
    return this.#waiting
      .values()
      .filter(({ result }) => together(result, oldest.result))
      .take(batch)
      .toArray();
  }

  /** @returns how many were written */
  async #writeBatch(): Promise<number> {
    const batch = this.#nextBatch();
    const results = batch.map(({ result }) => result);
    const { db, now, faultPoint = () => undefined } = this.#deps;
    const { written: runs, terminated } = await finishRuns(db, results, now(), () => faultPoint('before_commit'));
    faultPoint('after_commit');
    const gone = new Set(batch);
    this.#waiting = this.#waiting.filter((one) => !gone.has(one));
    tellWritten(this.#deps, results, runs, terminated);
    this.#options.written(
      results,
      batch.map(({ owner }) => owner),
      runs,
    );
    return batch.length;
  }
}
