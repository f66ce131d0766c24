import type { Client, Run } from './api.ts';

/** What schedules are called; asked for once each. */
export class Names {
  readonly #client: Client;
  readonly #names = new Map<string, string>();

  constructor(client: Client) {
    this.#client = client;
  }

  async of({ schedule_id }: Run): Promise<string> {
    const known = this.#names.get(schedule_id);
    if (known !== undefined) return known;
    // Deleted, or not for this key: the id does as well.
    const name = await this.#client.schedules.get(schedule_id).then(
      (schedule) => schedule.name,
      () => schedule_id,
    );
    if (this.#names.size >= 10_000) this.#names.clear();
    this.#names.set(schedule_id, name);
    return name;
  }
}
