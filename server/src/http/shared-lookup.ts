/**
 * Lookups of the same thing at the same time as one. Who asks while a lookup is under way shares the next one, not that: what it finds
 * may have been read before they asked, and what was revoked since must not be found.
 */
export class SharedLookup<Found> {
  readonly #find: (name: string) => Promise<Found>;
  readonly #lookups = new Map<string, { readonly running: Promise<Found>; next: Promise<Found> | null }>();

  /** @param find begins to look when it is called, and reads nothing before */
  constructor(find: (name: string) => Promise<Found>) {
    this.#find = find;
  }

  /** What is found by a lookup that begins now or later. */
  async of(name: string): Promise<Found> {
    const under = this.#lookups.get(name);
    if (!under) return await this.#begin(name);
    return await (under.next ??= under.running.then(
      () => this.#begin(name),
      () => this.#begin(name),
    ));
  }

  #begin(name: string): Promise<Found> {
    const running = this.#find(name);
    const lookup = { running, next: null };
    this.#lookups.set(name, lookup);
    const end = (): void => {
      // Where others wait, the next begins instead.
      if (this.#lookups.get(name) === lookup && lookup.next === null) this.#lookups.delete(name);
    };
    running.then(end, end);
    return running;
  }
}
