import { setTimeout as sleep } from 'node:timers/promises';
import { fill } from '../peers/product-load.ts';
import { COMMON, say, withArena } from '../support/arena.ts';
import type { TestDatabase } from '../support/cluster.ts';
import { readFlags } from '../support/flags.ts';
import { load } from '../support/load.ts';
import { KEY } from '../support/product.ts';
import { conclude } from '../support/results.ts';
import { round } from '../support/stats.ts';
import { shown } from '../support/table.ts';

const WANTED_MS = 100;
const CUSTOMER = '00000000-0000-4000-8000-000000000007';

/** Lists, their pages, and the overview, as the console asks for them, over a full store. */
export async function lists(args: readonly string[]): Promise<void> {
  const flags = readFlags(args, { ...COMMON, schedules: 100_000, runs: 1_000_000, hours: 72, seconds: 4 });
  await withArena(flags, async (arena) => {
    const { product, database } = await arena.product();
    say(`storing ${flags.schedules} schedules and ${flags.runs} runs`);
    await fill(product, database, flags.schedules, arena.receiver.url);
    await vary(database);
    await addRuns(database, flags.runs, flags.hours);
    await database.settle();
    await arena.cluster.checkpoint();
    await summed(database);
    const [schedule] = await database.query<{ id: string }>('SELECT schedule_id AS id FROM runs LIMIT 1');
    const day = (back: number) => encodeURIComponent(new Date(Date.now() - back * 86_400_000).toISOString());
    const last = (count: number) => Math.max(0, count - 50);
    const paths: Readonly<Record<string, string>> = {
      overview: '/v1/overview',
      'schedules, first page': '/v1/schedules',
      'schedules, last page': `/v1/schedules?offset=${last(flags.schedules)}`,
      'schedules, PAUSED': '/v1/schedules?status=PAUSED',
      'schedules, CRON, middle': `/v1/schedules?schedule_type=CRON&offset=${Math.floor(flags.schedules / 2)}`,
      'schedules of a customer': `/v1/schedules?customer_id=${CUSTOMER}`,
      'schedules by part of the name': '/v1/schedules?name_contains=9999',
      'schedules by a name that none has': '/v1/schedules?name_contains=nobody',
      'what fires next': '/v1/upcoming',
      'what fires next, of a customer': `/v1/upcoming?customer_id=${CUSTOMER}`,
      'what fires next, by a name that none has': '/v1/upcoming?name_contains=nobody',
      'runs, first page': '/v1/runs?limit=50',
      'runs, page 1,000': '/v1/runs?limit=50&offset=50000',
      'runs, FAILED': '/v1/runs?limit=50&status=FAILED',
      'runs, SUCCEEDED': '/v1/runs?limit=50&status=SUCCEEDED',
      'runs, PENDING': '/v1/runs?limit=50&status=PENDING',
      'runs of a schedule': `/v1/runs?limit=50&schedule_id=${schedule?.id}`,
      'runs of a customer': `/v1/runs?limit=50&customer_id=${CUSTOMER}`,
      'runs of a customer, FAILED': `/v1/runs?limit=50&customer_id=${CUSTOMER}&status=FAILED`,
      'runs of a day': `/v1/runs?limit=50&from=${day(2)}&to=${day(1)}`,
      'runs of a day, FAILED': `/v1/runs?limit=50&status=FAILED&from=${day(2)}&to=${day(1)}`,
    };
    const rows: [string, number, number, number][] = [];
    const headers = { 'x-api-key': KEY };
    for (const [what, path] of Object.entries(paths)) {
      say(what);
      const result = await load(product.first.url, { connections: 1, seconds: flags.seconds, headers }, () => ({
        method: 'GET',
        path,
      }));
      if (result.failed > 0) throw new Error(`${path}: ${result.failed} failed`);
      rows.push([what, round(result.p50), round(result.p95), result.count]);
    }
    const slowest = rows.toSorted((a, b) => b[2] - a[2])[0] ?? ['', NaN, NaN, 0];
    const overview = rows[0]?.[2] ?? NaN;
    await conclude(
      {
        workload: 'lists',
        title: `Lists and the overview: ${shown(flags.schedules)} schedules, ${shown(flags.runs)} runs of one tenant`,
        method: `Made in the database, the runs over the last ${flags.hours} h, 3 % of them FAILED; 100 customers. Each page is asked for by one connection, again and again, for ${flags.seconds} s.`,
        notes: [],
        targets: [
          {
            what: 'the overview, p95',
            wanted: `< ${WANTED_MS} ms`,
            found: `${overview} ms`,
            held: overview < WANTED_MS,
          },
          {
            what: 'the slowest page, p95',
            wanted: `< ${WANTED_MS} ms`,
            found: `${slowest[2]} ms (${slowest[0]})`,
            held: slowest[2] < WANTED_MS,
          },
        ],
        tables: [{ title: 'By page', head: ['what', 'p50, ms', 'p95, ms', 'requests'], rows }],
        charts: [],
        settings: { schedules: flags.schedules, runs: flags.runs, hours: flags.hours, env: flags.env },
        raw: rows,
      },
      arena.cluster.version,
      flags,
    );
  });
}

/** Customers, names, and some schedules that do not go on. */
async function vary(database: TestDatabase): Promise<void> {
  await database.query(
    `UPDATE schedules s SET name = 'report ' || n, customer_id = ('00000000-0000-4000-8000-' || lpad((n % 100)::text, 12, '0'))::uuid,
       status = CASE WHEN n % 20 = 0 THEN 'PAUSED' ELSE s.status END,
       status_reason = CASE WHEN n % 20 = 0 THEN (ARRAY['BY_USER', 'FAILURES', 'PARKED'])[1 + (n / 20) % 3] END,
       next_run_at = CASE WHEN n % 20 = 0 THEN NULL ELSE s.next_run_at + n * interval '1 second' END,
       due_at = CASE WHEN n % 20 = 0 THEN NULL ELSE s.due_at + n * interval '1 second' END,
       consecutive_failures = CASE WHEN n % 50 = 1 THEN 2 ELSE 0 END
     FROM (SELECT id, row_number() OVER (ORDER BY id)::int AS n FROM schedules) u WHERE u.id = s.id`,
  );
}

/** Runs that have ended, evenly over the last hours, and some that wait. */
async function addRuns(database: TestDatabase, count: number, hours: number): Promise<void> {
  await database.query(
    'CREATE TEMP TABLE numbered AS SELECT id, tenant_id, row_number() OVER (ORDER BY id)::int AS n FROM schedules',
  );
  await database.query('CREATE UNIQUE INDEX ON numbered (n)');
  await database.query('ANALYZE numbered');
  const size = 100_000;
  for (let from = 0; from < count; from += size) {
    await database.query(
      `INSERT INTO runs (bucket, tenant_id, id, schedule_id, trigger, scheduled_for, fire_at, status, reason, attempt, wake_at, started_at,
         finished_at, created_at, attempts)
       SELECT bucket_of(s.tenant_id), s.tenant_id, overlay(overlay(lpad(to_hex((1000 * extract(epoch FROM at))::bigint), 12, '0') || md5(i::text) PLACING '7' FROM 13 FOR 1)
           PLACING '8' FROM 17 FOR 1)::char(32)::uuid,
         s.id, 'SCHEDULE', at, at, status, CASE status WHEN 'FAILED' THEN 'REJECTED' WHEN 'SKIPPED' THEN 'OVERLAP' END,
         CASE WHEN made THEN 1 ELSE 0 END, CASE status WHEN 'PENDING' THEN now() + interval '1 day' END,
         CASE WHEN made THEN at + (i % 300) * interval '1 millisecond' END,
         CASE WHEN status <> 'PENDING' THEN at + (i % 300 + 40) * interval '1 millisecond' END, at,
         CASE WHEN made THEN ARRAY[jsonb_build_object('attempt', 1, 'node', 'bench:1', 'outcome', status, 'started_at', at, 'finished_at', at,
           'error', NULL, 'request', jsonb_build_object('method', 'POST', 'url', 'https://example.com/' || i, 'headers', jsonb_build_object('webhook-id', i)),
           'response', jsonb_build_object('status', 200, 'body', repeat('x', 100)))::text] ELSE '{}' END
       FROM (SELECT i, now() - ($4::float8 * (1 - i::float8 / $3)) * interval '1 hour' AS at,
           CASE WHEN i % 1000 = 7 THEN 'PENDING' WHEN i % 100 < 3 THEN 'FAILED' WHEN i % 100 = 3 THEN 'SKIPPED' ELSE 'SUCCEEDED' END AS status
         FROM generate_series($1::int, $2::int) i) r
       CROSS JOIN LATERAL (SELECT status IN ('SUCCEEDED', 'FAILED') AS made) m
       JOIN numbered s ON s.n = 1 + (i::bigint * 7919) % (SELECT count(*) FROM numbered)`,
      [from, Math.min(from + size, count) - 1, count, hours],
    );
    say(`${Math.min(from + size, count)} runs`);
  }
}

/** Waits until what has ended is summed: on a server that has been up for a while it is. */
async function summed(database: TestDatabase): Promise<void> {
  for (;;) {
    const behind = await database.number(
      `SELECT extract(epoch FROM now() - value::timestamptz) FROM facts WHERE name = 'run_sums'`,
    );
    if (behind < 150) return;
    await sleep(1_000);
  }
}
