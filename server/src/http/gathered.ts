/** What waits to be done together with others of its group. */
interface Waiting<Item, Done> {
  readonly item: Item;
  readonly resolve: (done: Done) => void;
  readonly reject: (error: unknown) => void;
}

/** How many of one group are done together at most. */
const MOST = 100;

/**
 * Does together what several requests ask of one group (a tenant, say) at the same time. Who comes first waits for nobody; who comes
 * while the group is at it goes with the next, which begins after they came: so nobody is told what was so before they asked.
 */
export class Gathered<Item, Done> {
  readonly #work: (group: string, items: readonly Item[]) => Promise<readonly Done[]>;
  /** Those who wait, by group; a group is here while it is at work. */
  readonly #groups = new Map<string, Waiting<Item, Done>[]>();

  /**
   * @param work begins when it is called, and reads nothing before; what it returns is in the order of the items. If it fails, it
   * fails for all of them
   */
  constructor(work: (group: string, items: readonly Item[]) => Promise<readonly Done[]>) {
    this.#work = work;
  }

  /** What comes of an item, by work that begins now or later. */
  of(group: string, item: Item): Promise<Done> {
    return new Promise((resolve, reject) => {
      const waiting = this.#groups.get(group);
      if (waiting) waiting.push({ item, resolve, reject });
      else void this.#run(group, [{ item, resolve, reject }]);
    });
  }

  async #run(group: string, waiting: Waiting<Item, Done>[]): Promise<void> {
    this.#groups.set(group, waiting);
    while (waiting.length > 0) {
      const batch = waiting.splice(0, MOST);
      try {
        const items = batch.map(({ item }) => item);
        const done = await this.#work(group, items);
        if (done.length !== items.length) throw new Error(`of ${items.length} asked for, ${done.length} came back`);
        for (const [i, { resolve }] of batch.entries()) resolve(done[i] as Done);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#groups.delete(group);
  }
}
