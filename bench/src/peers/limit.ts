import { deliver } from './deliver.ts';
import { loop } from './loop.ts';
import type { Peer } from './peer.ts';

interface Job {
  readonly id: number;
  readonly due_at: number;
}

/**
 * The limit: the loop that does the job at all. No ledger, no retries, no leases, no rules; what a product adds, it adds to this.
 * @returns the loop, stopped as yet
 */
export function limit(database: string): Peer {
  return loop<Job, number>(database, {
    tables: `CREATE TABLE IF NOT EXISTS jobs (id int PRIMARY KEY, due_at timestamptz, every boolean NOT NULL, status text, done_at timestamptz)
      WITH (fillfactor = 80)`,
    fill: {
      burst: 'INSERT INTO jobs SELECT i, $1::timestamptz, false FROM generate_series($2::int, $3::int) i',
      recurring: `INSERT INTO jobs SELECT i, $1::timestamptz + (i % 60) * interval '1 second', true FROM generate_series($2::int, $3::int) i`,
    },
    claim: `WITH due AS (SELECT id, due_at FROM jobs WHERE due_at <= now() ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
      UPDATE jobs j SET due_at = CASE WHEN every THEN j.due_at + interval '1 minute' END FROM due WHERE j.id = due.id
      RETURNING j.id, (extract(epoch FROM due.due_at) * 1000)::float8 AS due_at`,
    async perform(url, { id, due_at }) {
      await deliver(url, id, due_at);
      return id;
    },
    write: (ids) => ({
      text: `UPDATE jobs SET status = 'done', done_at = now() WHERE id = ANY($1::int[])`,
      values: [ids],
    }),
  });
}
