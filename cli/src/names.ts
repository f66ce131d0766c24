import type { Client, Run } from './api.ts';

/** Each is a request. */
const MOST_IN_A_TABLE = 50;

/** What schedules are called; asked for once each. */
export class Names {
  readonly #client: Client;
  readonly #names = new Map<string, string>();

  constructor(client: Client) {
    this.#client = client;
  }

  async of({ schedule_id }: Pick<Run, 'schedule_id'>): Promise<string> {
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

  /** By id, for a table: of so many schedules as is worth the while; others stay their ids. */
  async ofAll(runs: readonly Pick<Run, 'schedule_id'>[]): Promise<ReadonlyMap<string, string>> {
    const ids = [...new Set(runs.map(({ schedule_id }) => schedule_id))].slice(0, MOST_IN_A_TABLE);
    const names = await Promise.all(ids.map(async (id) => [id, await this.of({ schedule_id: id })] as const));
    return new Map(names);
  }
}
