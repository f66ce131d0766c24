import pg from 'pg';
import { deliver } from './deliver.ts';
import { MINUTE, type BurstLoad, type Peer, type RecurringLoad } from './peer.ts';

/*
 * The limit: the shortest loop that does the job at all. It claims what is due, posts it, and writes results in batches. No
 * ledger, no retries, no leases, no rules; what a product adds, it adds to this.
 */

const CLAIM = 500;
const IN_FLIGHT = 100;
const GATHER_MS = 4;

interface Job {
  readonly id: number;
  readonly due_at: number;
}

/** @returns the loop, stopped as yet */
export function limit(database: string): Peer {
  const pool = new pg.Pool({ connectionString: database, max: 4 });
  const waiting: Job[] = [];
  const results: number[] = [];
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
    const { rows } = await pool.query<Job>({
      name: 'claim',
      text: `WITH due AS (SELECT id, due_at FROM jobs WHERE due_at <= now() ORDER BY due_at LIMIT ${CLAIM} FOR UPDATE SKIP LOCKED)
        UPDATE jobs j SET due_at = CASE WHEN every THEN j.due_at + interval '1 minute' END FROM due WHERE j.id = due.id
        RETURNING j.id, (extract(epoch FROM due.due_at) * 1000)::float8 AS due_at`,
    });
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
    await deliver(url, job.id, job.due_at);
    inFlight -= 1;
    results.push(job.id);
    if (!writing) {
      writing = true;
      setTimeout(() => void write().catch(fail), GATHER_MS);
    }
    start();
  }

  async function write(): Promise<void> {
    while (results.length > 0) {
      const batch = results.splice(0, CLAIM);
      await pool.query({
        name: 'write',
        text: `UPDATE jobs SET status = 'done', done_at = now() WHERE id = ANY($1::int[])`,
        values: [batch],
      });
      written += batch.length;
    }
    writing = false;
  }

  async function store(fill: string, values: unknown[]): Promise<void> {
    await pool.query(`CREATE TABLE IF NOT EXISTS jobs (id int PRIMARY KEY, due_at timestamptz, every boolean NOT NULL, status text, done_at timestamptz)
      WITH (fillfactor = 80)`);
    await pool.query(fill, values);
    await pool.query('CREATE INDEX IF NOT EXISTS jobs_due ON jobs (due_at) WHERE due_at IS NOT NULL');
    clearTimeout(timer);
    await sleep();
  }

  return {
    async burst(load: BurstLoad) {
      url = load.url;
      await store(`INSERT INTO jobs SELECT i, $1::timestamptz, false FROM generate_series($2::int, $3::int) i`, [
        new Date(load.at),
        stored,
        stored + load.jobs - 1,
      ]);
      stored += load.jobs;
    },
    async recurring(load: RecurringLoad) {
      url = load.url;
      await store(
        `INSERT INTO jobs SELECT i, $1::timestamptz + (i % 60) * interval '1 second', true FROM generate_series(0, $2::int - 1) i`,
        [new Date(Math.ceil(load.from / MINUTE) * MINUTE), load.schedules],
      );
    },
    written: async () => written,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await pool.end();
    },
  };
}
