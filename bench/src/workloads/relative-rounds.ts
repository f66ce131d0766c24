import { say } from '../support/arena.ts';
import type { Table } from '../support/results.ts';
import { shown } from '../support/table.ts';
import { LOG, PER_REQUEST, type Bench } from './relative-calls.ts';

const DAY = 86_400_000;

/** How long it takes until a new schedule whose dates come round knows what is next, in ms. */
export interface RoundFound {
  readonly recurrence: string;
  readonly everybody: number;
  readonly most: number;
  readonly one: number;
}

/** How many records have dates that come round, beside so many others. */
export function peopleOf(records: number): number {
  return Math.ceil(records / 4);
}

/** A person, born on a day of ten years: about as many on each. */
function personOf(i: number): { external_id: string; data: Record<string, unknown> } {
  return {
    external_id: `p-${i}`,
    data: {
      status: i % 3 === 0 ? 'trial' : 'active',
      email: `person-${i}@example.com`,
      renews_on: new Date(Date.UTC(1990, 0, 1) + ((i * 7) % 3_652) * DAY).toISOString().slice(0, 10),
    },
  };
}

/** Writes records whose dates come round, and makes schedules by them. */
export async function measureRounds(bench: Bench, people: number): Promise<RoundFound[]> {
  say(`writing ${people} records whose dates come round`);
  const definition = await bench.define('people');
  for (let from = 0; from < people; from += PER_REQUEST) {
    await bench.write(Array.from({ length: Math.min(PER_REQUEST, people - from) }, (_, i) => personOf(from + i)));
  }
  await bench.settle();
  const found: RoundFound[] = [];
  for (const recurrence of ['MONTHLY', 'YEARLY']) {
    const known = async (filter: Record<string, unknown> | null) => {
      // The first of its shape has its statements planned; the second is looked at.
      await untilKnown(bench, definition, recurrence, filter);
      return await untilKnown(bench, definition, recurrence, filter);
    };
    found.push({
      recurrence,
      everybody: await known(null),
      most: await known({ status: 'active' }),
      one: await known({ email: 'person-77@example.com' }),
    });
  }
  return found;
}

/** From asking for a schedule until its `next_run_at` is there, in ms. */
async function untilKnown(
  bench: Bench,
  definition: string,
  recurrence: string,
  filter: Record<string, unknown> | null,
): Promise<number> {
  const began = performance.now();
  const [id = ''] = await bench.create([
    {
      name: 'birthday',
      schedule_type: 'RELATIVE',
      relative_entity_definition_id: definition,
      relative_field_name: 'renews_on',
      relative_recurrence: recurrence,
      relative_filter: filter,
      schedule_expression: '09:00',
      ...LOG,
    },
  ]);
  while ((await bench.call('GET', `/v1/schedules/${id}`)).next_run_at === null) {
    if (performance.now() - began > 60_000) throw new Error(`what is next ${recurrence} was not found in a minute`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const took = performance.now() - began;
  await bench.call('DELETE', `/v1/schedules/${id}`);
  return took;
}

/** What was found, as a table. */
export function roundsTable(found: readonly RoundFound[], records: number): Table {
  return {
    title: `Until a new schedule knows what is next, ms, where the dates of ${shown(peopleOf(records))} records come round`,
    head: ['recurrence', 'no filter', 'two thirds meet the filter', 'one record meets it'],
    rows: found.map(({ recurrence, everybody, most, one }) => [recurrence, everybody, most, one]),
  };
}
