import { COMMON, say, withArena } from '../support/arena.ts';
import { readFlags } from '../support/flags.ts';
import { conclude, type Finding } from '../support/results.ts';
import { shown } from '../support/table.ts';
import { BATCH, Bench, LOG } from './relative-calls.ts';
import { measureRounds, peopleOf, roundsTable, type RoundFound } from './relative-rounds.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const FAR = 400;

/** How much more than a run of a CRON schedule one of a record may take to plan. */
const MOST_TO_CRON = 2;

/**
 * What RELATIVE schedules cost: planning a due batch beside as many CRON schedules that are due at one instant, and writing
 * records with and without schedules that go by them. On a server and database of its own, over HTTP.
 */
export async function relative(args: readonly string[]): Promise<void> {
  const flags = readFlags(args, { ...COMMON, records: 1_000_000, schedules: 1_000 });
  const { records, schedules } = flags;
  if (records < 2_000) throw new Error(`--records is ${records}; it takes a whole number of at least 2000`);
  if (schedules < 1 || schedules > 5_000) throw new Error(`--schedules is ${schedules}; it takes 1 to 5000`);
  await withArena(flags, async (arena) => {
    // It holds as many records as are asked for.
    const { product, database } = await arena.product(1, { HYDRACORE_QUOTA_RECORDS: '1000000000' });
    const found = await measure(new Bench(product, database), records, schedules);
    await conclude(relativeFinding(found, { records, schedules, env: flags.env }), arena.cluster.version, flags);
    await product.stop();
  });
}

/** The first whole minute that leaves `ms` to prepare. */
const minuteAfter = (ms: number): number => Math.ceil((Date.now() + ms) / MINUTE) * MINUTE;
const iso = (instant: number): string => new Date(instant).toISOString();

/** Far from anything due, spread over a year, but for a few. */
function recordOf(i: number, round = 0): { external_id: string; data: Record<string, unknown> } {
  const day = Math.floor(Date.now() / DAY) + FAR + ((i * 7 + round) % 365);
  return {
    external_id: `r-${i}`,
    data: {
      status: i % 3 === 0 ? 'trial' : 'active',
      segment: i % 1_000,
      email: `person-${i}@example.com`,
      renews_on: iso(day * DAY).slice(0, 10),
      meets_at: iso(day * DAY + ((i * 7_919_000) % DAY)),
    },
  };
}

/** Planning in µs a run, writing records one by one in ms, in bulk in records a second. */
interface RelativeFound {
  readonly cron: number;
  readonly oneSchedule: number;
  readonly manySchedules: number;
  readonly singlyWithout: number;
  readonly singlyWith: number;
  readonly without: number;
  readonly withThem: number;
  readonly fresh: number;
  readonly rounds: readonly RoundFound[];
}

async function measure(bench: Bench, records: number, schedules: number): Promise<RelativeFound> {
  const definition = await bench.define('bench');
  const list = (from: number, to: number, round = 0) =>
    Array.from({ length: to - from }, (_, i) => recordOf(from + i, round));

  say(`writing ${records} records`);
  for (let from = 0; from < records; from += 100_000) await bench.write(list(from, Math.min(records, from + 100_000)));
  await bench.settle();
  const bulk = Math.min(100_000, records);
  const without = await bench.write(list(0, bulk, 1));
  const singlyWithout = await bench.writeSingly(list(1_000, 1_200, 2));

  say(`making ${schedules} schedules on the definition`);
  const rule = (i: number) => ({
    name: `relative ${i}`,
    schedule_type: 'RELATIVE',
    relative_entity_definition_id: definition,
    relative_field_name: i % 2 === 0 ? 'renews_on' : 'meets_at',
    relative_offset_days: (i % 61) - 30,
    relative_filter: i % 3 === 0 ? null : { status: 'active' },
    timezone: ['UTC', 'America/New_York', 'Europe/Berlin'][i % 3],
    schedule_expression: i % 4 === 0 ? '09:00' : null,
    ...LOG,
  });
  await bench.create(Array.from({ length: schedules }, (_, i) => rule(i)));
  const withThem = await bench.write(list(0, bulk, 3));
  const singlyWith = await bench.writeSingly(list(1_000, 1_200, 4));
  const fresh = await bench.write(list(records, records + bulk, 0));

  say(`${BATCH} CRON schedules, due at one instant`);
  const at = minuteAfter(20_000);
  const cron = await bench.costOf('planner', at, () =>
    bench.create(
      Array.from({ length: BATCH }, (_, i) => ({
        name: `cron ${i}`,
        schedule_type: 'CRON',
        schedule_expression: `${new Date(at).getUTCMinutes()} ${new Date(at).getUTCHours()} * * *`,
        ...LOG,
      })),
    ),
  );

  say(`${BATCH} records of one schedule, due at one instant`);
  const one = minuteAfter(15_000);
  const batchOf = (name: string, instant: number) =>
    Array.from({ length: BATCH }, (_, i) => ({
      external_id: `${name}-${i}`,
      data: { status: name, segment: i % 1_000, meets_at: iso(instant) },
    }));
  const due = (name: string, more: Record<string, unknown> = {}) => ({
    name,
    schedule_type: 'RELATIVE',
    relative_entity_definition_id: definition,
    relative_field_name: 'meets_at',
    relative_filter: { status: name },
    ...LOG,
    ...more,
  });
  const oneSchedule = await bench.costOf('relative', one, async () => {
    await bench.create([due('one')]);
    await bench.write(batchOf('one', one));
  });

  say(`${BATCH} records of 1,000 schedules, five each, due at one instant`);
  const many = minuteAfter(30_000);
  const manySchedules = await bench.costOf('relative', many, async () => {
    await bench.create(
      Array.from({ length: 1_000 }, (_, i) => due(`many ${i}`, { relative_filter: { status: 'active' } })),
    );
    await bench.write(batchOf('active', many).slice(0, BATCH / 1_000));
  });

  const rounds = await measureRounds(bench, peopleOf(records));
  return { cron, oneSchedule, manySchedules, singlyWithout, singlyWith, without, withThem, fresh, rounds };
}

function relativeFinding(
  found: RelativeFound,
  settings: { readonly records: number; readonly schedules: number; readonly env: string },
): Finding {
  const { cron, oneSchedule, manySchedules } = found;
  const target = (what: string, cost: number) => ({
    what: `${what} beside the CRON path`,
    wanted: `≤ ${MOST_TO_CRON} ×`,
    found: `${(cost / cron).toFixed(2)} ×`,
    held: cost <= MOST_TO_CRON * cron,
  });
  return {
    workload: 'relative',
    title: `Relative: ${shown(settings.records)} records, ${shown(settings.schedules)} schedules that go by them`,
    method: `Planning: the time of the loop's passes for each of ${shown(BATCH)} runs that are due at one instant, taken from the server's own metrics. Writing: over HTTP, records that exist already, with and without schedules on their definition.`,
    notes: [],
    targets: [target('one schedule, a run', oneSchedule), target('1,000 schedules, a run', manySchedules)],
    tables: [
      {
        title: 'Planning',
        head: ['what is due at one instant', 'µs a run', '÷ CRON'],
        rows: [
          [`${shown(BATCH)} CRON schedules`, cron, 1],
          [`one schedule with ${shown(BATCH)} records`, oneSchedule, oneSchedule / cron],
          [`1,000 schedules with ${BATCH / 1_000} records each`, manySchedules, manySchedules / cron],
        ],
      },
      {
        title: 'Writing records',
        head: ['what', 'without schedules', 'with them'],
        rows: [
          ['one by one, median, ms', found.singlyWithout, found.singlyWith],
          ['in bulk, changed, records/s', found.without, found.withThem],
          ['in bulk, new, records/s', null, found.fresh],
        ],
      },
      roundsTable(found.rounds, settings.records),
    ],
    charts: [],
    settings,
    raw: found,
  };
}
