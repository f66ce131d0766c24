import type { TestDatabase } from '../support/cluster.ts';
import type { Product } from '../support/product.ts';

/** What one request holds: the most that it may. */
export const PER_REQUEST = 10_000;
const SCHEDULES_PER_REQUEST = 1_000;
/** Runs of one due batch. */
export const BATCH = 5_000;

const FIELDS = [
  { name: 'status', type: 'STRING', required: true },
  { name: 'segment', type: 'NUMBER' },
  { name: 'email', type: 'STRING' },
  { name: 'renews_on', type: 'DATE' },
  { name: 'meets_at', type: 'DATETIME' },
];

/** The calls that the measurement is made of. */
export class Bench {
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

  async define(slug: string): Promise<string> {
    const { id } = await this.call('POST', '/v1/entity-definitions', { slug, name: 'Bench', fields: FIELDS });
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

export const LOG = {
  action_type: 'LOG_EVENT',
  action_config: { message: 'due', level: 'DEBUG' },
  overlap_policy: 'SKIP',
};
