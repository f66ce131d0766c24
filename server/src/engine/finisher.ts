import type { AttemptResult } from '../store/outcomes.ts';
import { FinisherLine, type LineDeps, type Written } from './finisher-line.ts';

const BATCH = 500;

/** Changes of records that are written together: all of them are locked until the last is written. */
const UPDATES = 100;

/**
 * Writes the results of attempts. Those that change a record have a line of their own: records may be locked by others, and no other
 * result is to wait for that.
 */
export class Finisher<Owner> {
  readonly #results: FinisherLine<Owner>;
  readonly #updates: FinisherLine<Owner>;

  /**
   * @param busy whether runs wait for others to end
   * @param written told of each result that needs no more care (it was written, or its lease was lost), and of the runs as they are now
   */
  constructor(deps: LineDeps, busy: () => boolean, written: Written<Owner>) {
    this.#results = new FinisherLine(deps, { batch: BATCH, together: () => true, busy, written });
    this.#updates = new FinisherLine(deps, { batch: UPDATES, together: ofOneDefinition, busy, written });
  }

  /** @returns how many results of its line are not written yet */
  add(result: AttemptResult, owner: Owner): number {
    const line = result.update === undefined ? this.#results : this.#updates;
    line.add(result, owner);
    return line.waiting();
  }

  /** Writes all that waits; returns when nothing does. Throws what the database says when it can't. */
  async flush(): Promise<void> {
    await Promise.all([this.#results.flush(), this.#updates.flush()]);
  }
}

/** One tenant's records wait for nobody else's. */
function ofOneDefinition({ update, tenant_id }: AttemptResult, oldest: AttemptResult): boolean {
  return tenant_id === oldest.tenant_id && update?.definition_id === oldest.update?.definition_id;
}
