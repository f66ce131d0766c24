import type { Queryable } from '../store/db.ts';
import { readAtStart, type RecordAtStart, type StartingRun } from '../store/record-at-start.ts';

/** Runs whose records are read together. */
const BATCH = 500;

interface Waiting {
  readonly run: StartingRun;
  readonly found: (read: RecordAtStart) => void;
  readonly failed: (error: unknown) => void;
}

/** Reads the records of runs that start together in one go: one by one they would wait for each other's connections. */
export class RecordReader {
  readonly #db: Queryable;
  #waiting: Waiting[] = [];

  constructor(db: Queryable) {
    this.#db = db;
  }

  /** What a run finds of its record now. */
  async read(run: StartingRun): Promise<RecordAtStart> {
    return await new Promise((found, failed) => {
      this.#waiting.push({ run, found, failed });
      // Those that are started in the same turn come along.
      if (this.#waiting.length === 1) queueMicrotask(() => void this.#readAll());
    });
  }

  async #readAll(): Promise<void> {
    const all = this.#waiting;
    this.#waiting = [];
    for (let from = 0; from < all.length; from += BATCH) {
      const batch = all.slice(from, from + BATCH);
      try {
        const reads = await readAtStart(
          this.#db,
          batch.map(({ run }) => run),
        );
        for (const [i, read] of reads.entries()) batch[i]?.found(read);
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
  }
}
