import { World, type Reply, type Watched } from './world.ts';

const FIELDS = [
  { name: 'status', type: 'STRING' },
  { name: 'renews_on', type: 'DATE' },
  { name: 'meets_at', type: 'DATETIME' },
  { name: 'reminders', type: 'NUMBER' },
  { name: 'notes', type: 'JSON' },
  { name: 'open', type: 'BOOLEAN' },
];

/** A world with an entity definition, for tests of schedules that go by the dates of its records. */
export class Contracts {
  readonly world: World;
  readonly definition: string;

  private constructor(world: World, definition: string) {
    this.world = world;
    this.definition = definition;
  }

  static async open(at: string, watched: Partial<Watched> = {}): Promise<Contracts> {
    const world = await World.open(at, watched);
    const { body } = await world.call('POST', '/v1/entity-definitions', {
      slug: 'contracts',
      name: 'Contracts',
      fields: FIELDS,
    });
    return new Contracts(world, body.id);
  }

  /** Writes a record by its external_id. */
  async put(
    external_id: string,
    data: Record<string, unknown>,
    more: Record<string, unknown> = {},
  ): Promise<Reply['body']> {
    const path = `/v1/entity-definitions/${this.definition}/records`;
    const { status, body } = await this.world.call('POST', path, { external_id, data, ...more });
    if (status !== 200 && status !== 201) throw new Error(`the record was answered ${status}: ${JSON.stringify(body)}`);
    return body;
  }

  /** Makes a RELATIVE schedule: on the day of `renews_on`, unless the fields say otherwise. */
  async schedule(fields: Record<string, unknown> = {}): Promise<Reply['body']> {
    return await this.world.create({
      name: 'reminder',
      schedule_type: 'RELATIVE',
      schedule_expression: null,
      relative_entity_definition_id: this.definition,
      relative_field_name: 'renews_on',
      ...fields,
    });
  }

  /** `next_run_at` of a schedule. */
  async next(id: string): Promise<string | null> {
    return (await this.world.get(id)).next_run_at;
  }

  /** The path of a record. */
  record(id: string): string {
    return `/v1/entity-definitions/${this.definition}/records/${id}`;
  }

  /** The runs as lines, in their order as text, with their whole instants: `2027-03-02T09:00:00 SUCCEEDED`. */
  async fired(id: string): Promise<string[]> {
    return (await this.world.runs(id))
      .map((run) =>
        [run.scheduled_for.slice(0, 19), run.status, run.reason, run.missed_count]
          .filter((part) => part !== null)
          .join(' '),
      )
      .toSorted();
  }
}
