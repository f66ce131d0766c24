import { COMMON, say, withArena } from '../support/arena.ts';
import type { TestDatabase } from '../support/cluster.ts';
import { readFlags } from '../support/flags.ts';
import type { Product } from '../support/product.ts';
import { conclude, type Finding } from '../support/results.ts';
import { shown } from '../support/table.ts';

/** What one request holds: the most that it may. */
const PER_REQUEST = 10_000;
const SCHEDULES_PER_REQUEST = 1_000;
const MINUTE = 60_000;
const DAY = 86_400_000;
/** Runs of one due batch. */
const BATCH = 5_000;
const FAR = 400;

const FIELDS = [
  { name: 'status', type: 'STRING', required: true },
  { name: 'segment', type: 'NUMBER' },
  { name: 'email', type: 'STRING' },
  { name: 'renews_on', type: 'DATE' },
  { name: 'meets_at', type: 'DATETIME' },
];

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

/** The calls that the measurement is made of. */
class Bench {
  readonly #product: Product;
  readonly #database: TestDatabase;
  #definition = '';
  constructor(product: Product, database: TestDatabase) {
    this.#product = product;
    this.#database = database;
  }

  /** Statistics as they are where records have been for a while. */
  async settle(): Promise<void> {
    await this.#database.settle();
  }

  async call(...[method, path, body]: Parameters<Product['call']>): ReturnType<Product['call']> {
    return await this.#product.call(method, path, body);
  }

  async define(): Promise<string> {
    const { id } = await this.call('POST', '/v1/entity-definitions', { slug: 'bench', name: 'Bench', fields: FIELDS });
    this.#definition = id;
    return id;
  }

  /** Writes records in bulk; returns records a second. */
  async write(records: readonly unknown[]): Promise<number> {
    const began = performance.now();
    for (let from = 0; from < records.length; from += PER_REQUEST) {
      const part = records.slice(from, from + PER_REQUEST);
      const { failed } = await this.call('POST', `/v1/entity-definitions/${this.#definition}/records/bulk`, {
        records: part,
      });
      if (failed > 0) throw new Error(`${failed} records were refused`);
    }
    return Math.round((1_000 * records.length) / (performance.now() - began));
  }

  /** Writes records one by one; returns the median in ms. */
  async writeSingly(records: readonly unknown[]): Promise<number> {
    const took: number[] = [];
    for (const record of records) {
      const began = performance.now();
      await this.call('POST', `/v1/entity-definitions/${this.#definition}/records`, record);
      took.push(performance.now() - began);
    }
    return took.toSorted((a, b) => a - b)[took.length >> 1] ?? 0;
  }

  async create(schedules: readonly unknown[]): Promise<string[]> {
    const ids: string[] = [];
    for (let from = 0; from < schedules.length; from += SCHEDULES_PER_REQUEST) {
      const part = schedules.slice(from, from + SCHEDULES_PER_REQUEST);
      const { results, failed } = await this.call('POST', '/v1/schedules/bulk', { schedules: part });
      if (failed > 0) throw new Error(`${failed} schedules were refused: ${JSON.stringify(results).slice(0, 500)}`);
      ids.push(...results.map((result: { schedule: { id: string } }) => result.schedule.id));
    }
    return ids;
  }

  /** Seconds that a loop has spent in its passes, and occurrences planned so far. */
  async planned(loop: string): Promise<{ seconds: number; runs: number; statements: Map<string, number> }> {
    const page = await (await fetch(`${this.#product.first.url}/metrics`)).text();
    const sum = (pattern: RegExp) => [...page.matchAll(pattern)].reduce((total, match) => total + Number(match[1]), 0);
    const statements = new Map(
      [...page.matchAll(/^hydracore_database_statement_seconds_sum\{statement="(\w+)"\} (\S+)$/gm)].map(
        ([, name = '', seconds]) => [name, Number(seconds)],
      ),
    );
    return {
      statements,
      seconds: sum(new RegExp(`^hydracore_loop_pass_seconds_sum\\{loop="${loop}"\\} (\\S+)$`, 'gm')),
      runs: sum(/^hydracore_occurrences_planned_total\{[^}]*fate="(?:RUN|HOLD)"[^}]*\} (\S+)$/gm),
    };
  }

  /** Prepares what is due at an instant, then watches its planning: microseconds of the loop's passes for each run. */
  async costOf(loop: string, at: number, prepare: () => Promise<unknown>): Promise<number> {
    await prepare();
    if (Date.now() > at - 3_000) throw new Error('preparing took too long: what was to be due is due already');
    await new Promise((resolve) => setTimeout(resolve, at - Date.now() - 1_000));
    const before = await this.planned(loop);
    const since = (now: { runs: number }) => now.runs - before.runs;
    for (let waited = 0; ; waited += 250) {
      const now = await this.planned(loop);
      if (since(now) >= BATCH) {
        const took = [...now.statements].map(([name, seconds]) => ({
          name,
          us: (1e6 * (seconds - (before.statements.get(name) ?? 0))) / since(now),
        }));
        const top = took.toSorted((a, b) => b.us - a.us).slice(0, 6);
        process.stderr.write(
          `  µs a run in statements: ${top.map(({ name, us }) => `${name} ${us.toFixed(0)}`).join(', ')}\n`,
        );
        return (1e6 * (now.seconds - before.seconds)) / since(now);
      }
      if (waited > 60_000) throw new Error(`only ${since(now)} of ${BATCH} were planned`);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}

const LOG = { action_type: 'LOG_EVENT', action_config: { message: 'due', level: 'DEBUG' }, overlap_policy: 'SKIP' };

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
}

async function measure(bench: Bench, records: number, schedules: number): Promise<RelativeFound> {
  const definition = await bench.define();
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

  return { cron, oneSchedule, manySchedules, singlyWithout, singlyWith, without, withThem, fresh };
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
    ],
    charts: [],
    settings,
    raw: found,
  };
}
