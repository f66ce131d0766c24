import { rm } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { ServerProcess, temporaryFolder } from '../../server/test/process/server.ts';

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

/**
 * What RELATIVE schedules cost: planning a due batch beside as many CRON schedules that are due at one instant, and writing
 * records with and without schedules that go by them. On a server and database of its own, over HTTP.
 */
export async function relative(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { records: { type: 'string', default: '1000000' }, schedules: { type: 'string', default: '1000' } },
  });
  const records = Number(values.records);
  const schedules = Number(values.schedules);
  if (!Number.isInteger(records) || records < 20_000)
    throw new Error('--records takes a whole number of at least 20000');
  if (!Number.isInteger(schedules) || schedules < 1 || schedules > 5_000) {
    throw new Error('--schedules takes a whole number from 1 to 5000');
  }
  const folder = await temporaryFolder();
  const server = new ServerProcess({ cwd: folder, env: { HYDRACORE_LOG_LEVEL: 'warn' } });
  try {
    await server.ready();
    await measure(new Bench(server), records, schedules);
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

type Answer = Awaited<ReturnType<ServerProcess['call']>>;

/** The calls that the measurement is made of. */
class Bench {
  readonly server: ServerProcess;
  #definition = '';
  constructor(server: ServerProcess) {
    this.server = server;
  }

  async call(method: string, path: string, body?: unknown): Promise<Answer['body']> {
    const answer = await this.server.call(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body).slice(0, 500)}`);
    return answer.body;
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
    const page = await (await fetch(`${this.server.url}/metrics`)).text();
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

async function measure(bench: Bench, records: number, schedules: number): Promise<void> {
  const definition = await bench.define();
  const say = (text: string) => process.stderr.write(`${text}\n`);
  const table: Record<string, string> = {};
  const list = (from: number, to: number, round = 0) =>
    Array.from({ length: to - from }, (_, i) => recordOf(from + i, round));

  say(`writing ${records} records`);
  for (let from = 0; from < records; from += 100_000) await bench.write(list(from, Math.min(records, from + 100_000)));
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

  const ratio = (a: number, b: number) => (a / b).toFixed(2);
  table['planning 5,000 CRON schedules, µs a run'] = cron.toFixed(0);
  table['planning one schedule with 5,000 records, µs a run (× CRON)'] =
    `${oneSchedule.toFixed(0)} (${ratio(oneSchedule, cron)})`;
  table['planning 1,000 schedules with 5 each, µs a run (× CRON)'] =
    `${manySchedules.toFixed(0)} (${ratio(manySchedules, cron)})`;
  table['record written without schedules, ms'] = singlyWithout.toFixed(2);
  table['record written with schedules, ms (× without)'] =
    `${singlyWith.toFixed(2)} (${ratio(singlyWith, singlyWithout)})`;
  table['bulk of changed records without schedules, records/s'] = String(without);
  table['bulk of changed records with schedules, records/s'] = String(withThem);
  table['bulk of new records with schedules, records/s'] = String(fresh);
  table['records, schedules'] = `${records}, ${schedules}`;
  table['machine'] = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`;
  console.table(table);
}
