import pg from 'pg';
import { MINUTE, type BurstLoad, type Peer, type RecurringLoad } from './peer.ts';

const CLAIM = 500;
const IN_FLIGHT = 100;
const GATHER_MS = 4;

/** What a loop does with each job: its tables, its statements, its request. */
export interface Work<Job, Result> {
  /** Creates what is needed, before the jobs are stored. */
  readonly tables: string;
  /** Stores jobs `$2` to `$3`: due at `$1`; for `recurring`, at `$1` and second `i % 60`, every minute. */
  readonly fill: { readonly burst: string; readonly recurring: string };
  /** Claims up to `$1` that are due. */
  readonly claim: string;
  perform(url: string, job: Job): Promise<Result>;
  /** A statement with its values that writes results. */
  write(results: readonly Result[]): { readonly text: string; readonly values: unknown[] };
}

/** The shortest loop: it claims what is due, performs it, and writes results in batches. @returns it, stopped as yet */
export function loop<Job extends pg.QueryResultRow, Result>(database: string, work: Work<Job, Result>): Peer {
  const pool = new pg.Pool({ connectionString: database, max: 4 });
  const waiting: Job[] = [];
  const results: Result[] = [];
  let url = '';
  let stored = 0;
  let inFlight = 0;
  let written = 0;
  let stopped = false;
  let claiming = false;
  /** Whether the last claim was full: there is more, and no need to sleep. */
  let more = false;
  let writing = false;
  let timer: NodeJS.Timeout | undefined;

  const fail = (error: unknown) => {
    if (!stopped) throw error;
  };

  async function claim(): Promise<void> {
    if (claiming || stopped) return;
    claiming = true;
    const { rows } = await pool.query<Job>({ name: 'claim', text: work.claim, values: [CLAIM] });
    claiming = false;
    more = rows.length === CLAIM;
    waiting.push(...rows);
    start();
    if (!more) await sleep();
  }

  /** Until the next is due: what is missed by that is found a quarter of a second later. */
  async function sleep(): Promise<void> {
    const { rows } = await pool.query<{ ms: number | null }>({
      name: 'next',
      text: `SELECT (extract(epoch FROM min(due_at) - clock_timestamp()) * 1000)::float8 AS ms FROM jobs`,
    });
    const ms = Math.min(250, Math.max(1, Math.ceil(rows[0]?.ms ?? 250)));
    if (!stopped) timer = setTimeout(() => void claim().catch(fail), ms);
  }

  function start(): void {
    while (inFlight < IN_FLIGHT) {
      const job = waiting.shift();
      if (!job) break;
      inFlight += 1;
      perform(job).catch(fail);
    }
    if (more && waiting.length < CLAIM / 2) claim().catch(fail);
  }

  async function perform(job: Job): Promise<void> {
    const result = await work.perform(url, job);
    inFlight -= 1;
    results.push(result);
    if (!writing) {
      writing = true;
      setTimeout(() => void write().catch(fail), GATHER_MS);
    }
    start();
  }

  async function write(): Promise<void> {
    while (results.length > 0) {
      const batch = results.splice(0, CLAIM);
      await pool.query({ name: 'write', ...work.write(batch) });
      written += batch.length;
    }
    writing = false;
  }

  async function store(fill: string, at: number, from: number, to: number): Promise<void> {
    await pool.query(work.tables);
    await pool.query(fill, [new Date(at), from, to]);
    await pool.query('CREATE INDEX IF NOT EXISTS jobs_due ON jobs (due_at) WHERE due_at IS NOT NULL');
    clearTimeout(timer);
    await sleep();
  }

  return {
    async burst(load: BurstLoad) {
      url = load.url;
      await store(work.fill.burst, load.at, stored, stored + load.jobs - 1);
      stored += load.jobs;
    },
    async recurring(load: RecurringLoad) {
      url = load.url;
      await store(work.fill.recurring, Math.ceil(load.from / MINUTE) * MINUTE, 0, load.schedules - 1);
    },
    written: async () => written,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await pool.end();
    },
  };
}
