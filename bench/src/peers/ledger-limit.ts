import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { Agent, request } from 'undici';
import { loop } from './loop.ts';
import type { Peer } from './peer.ts';

/*
 * The limit of a scheduler that keeps a ledger: the same loop, but each request is signed by Standard Webhooks, and each run has a row with
 * its instants, lease, request and answer, written as it starts (in one statement with the move of its schedule's cursor) and as it
 * ends. Still no retries, rules, tenants, templates, limits, or a schedule that knows how its run ended.
 */

const agent = new Agent({ connections: 100, pipelining: 1, keepAliveTimeout: 60_000 });
const key = createSecretKey(randomBytes(32));
const LEASE = '01a2198f-0f25-7a44-9f0e-95b8c8a1f7d1';

interface Job {
  readonly id: number;
  readonly schedule_id: string;
  readonly run_id: string;
  readonly name: string;
  readonly config: { readonly path: string };
  readonly due_at: number;
}

interface Result {
  readonly run: string;
  readonly started: string;
  readonly entry: string;
  readonly schedule: string;
  readonly due: string;
}

const TABLES = `CREATE TABLE IF NOT EXISTS jobs (id int, schedule_id uuid PRIMARY KEY, name text NOT NULL, config jsonb NOT NULL, due_at timestamptz,
    every boolean NOT NULL, runs int NOT NULL DEFAULT 0, last_run_at timestamptz, description text) WITH (fillfactor = 80);
  CREATE TABLE IF NOT EXISTS runs (id uuid PRIMARY KEY, schedule_id uuid NOT NULL, trigger text NOT NULL, scheduled_for timestamptz NOT NULL,
    fire_at timestamptz NOT NULL, status text NOT NULL, reason text, attempt int NOT NULL, wake_at timestamptz, lease_token uuid,
    lease_node text, started_at timestamptz, finished_at timestamptz, attempts text[] NOT NULL DEFAULT '{}', destination text NOT NULL,
    created_at timestamptz NOT NULL);
  CREATE INDEX IF NOT EXISTS runs_of_schedule ON runs (schedule_id, id DESC);
  CREATE INDEX IF NOT EXISTS runs_wake ON runs (wake_at) WHERE wake_at IS NOT NULL`;

const FILL = {
  burst: filled('$1::timestamptz', false),
  recurring: filled(`$1::timestamptz + (i % 60) * interval '1 second'`, true),
};

/** Claims up to `$1` schedules and writes, by the statement `started`, what begins with them: a row of `moved` each. */
const claiming = (started: string) => `WITH
  due AS (SELECT schedule_id, due_at FROM jobs WHERE due_at <= now() ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED),
  moved AS (UPDATE jobs j SET due_at = CASE WHEN every THEN j.due_at + interval '1 minute' END, runs = runs + 1, last_run_at = now()
    FROM due WHERE j.schedule_id = due.schedule_id RETURNING j.id, j.schedule_id, j.name, j.config, due.due_at, uuidv7() AS run_id),
  added AS (${started})
  SELECT id, schedule_id, run_id, name, config, date_part('epoch', due_at) * 1000 AS due_at FROM moved`;

/** @returns the loop, stopped as yet */
export function ledgerLimit(database: string): Peer {
  return loop<Job, Result>(database, {
    tables: TABLES,
    fill: FILL,
    claim:
      claiming(`INSERT INTO runs (id, schedule_id, trigger, scheduled_for, fire_at, status, attempt, wake_at, lease_token, lease_node,
        started_at, destination, created_at)
      SELECT run_id, schedule_id, 'SCHEDULE', due_at, due_at, 'RUNNING', 1, now() + interval '30 seconds', '${LEASE}', 'node-1', now(),
        '127.0.0.1', now() FROM moved`),
    perform,
    write: (results) => ({
      text: `UPDATE runs r SET status = 'SUCCEEDED', wake_at = NULL, lease_token = NULL, lease_node = NULL, started_at = u.started,
          finished_at = now(), attempts = r.attempts || u.entry
        FROM unnest($1::uuid[], $2::timestamptz[], $3::text[]) AS u (id, started, entry)
        WHERE r.id = u.id AND r.lease_token = '${LEASE}'`,
      values: [results.map(({ run }) => run), results.map(({ started }) => started), results.map(({ entry }) => entry)],
    }),
  });
}

/**
 * The same with each run's row written once, as it has ended: of what has started there is one row for each claim, with lists, from which
 * the runs of a node that died would be found. @returns the loop, stopped as yet
 */
export function journalLimit(database: string): Peer {
  return loop<Job, Result>(database, {
    tables: `${TABLES};
      CREATE TABLE IF NOT EXISTS claims (id uuid PRIMARY KEY, wake_at timestamptz NOT NULL, lease_token uuid NOT NULL, lease_node text NOT NULL,
        runs uuid[] NOT NULL, schedules uuid[] NOT NULL, due timestamptz[] NOT NULL)`,
    fill: FILL,
    claim: claiming(`INSERT INTO claims (id, wake_at, lease_token, lease_node, runs, schedules, due)
      SELECT uuidv7(), now() + interval '30 seconds', '${LEASE}', 'node-1', array_agg(run_id), array_agg(schedule_id), array_agg(due_at)
      FROM moved HAVING count(*) > 0`),
    perform,
    write: (results) => ({
      text: `INSERT INTO runs (id, schedule_id, trigger, scheduled_for, fire_at, status, attempt, started_at, finished_at, destination, created_at, attempts)
        SELECT u.id, u.schedule_id, 'SCHEDULE', u.due_at, u.due_at, 'SUCCEEDED', 1, u.started, now(), '127.0.0.1', u.due_at, ARRAY[u.entry]
        FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::uuid[], $5::timestamptz[]) AS u (id, started, entry, schedule_id, due_at)`,
      values: [
        results.map(({ run }) => run),
        results.map(({ started }) => started),
        results.map(({ entry }) => entry),
        results.map(({ schedule }) => schedule),
        results.map(({ due }) => due),
      ],
    }),
  });
}

function filled(due: string, every: boolean): string {
  return `INSERT INTO jobs (id, schedule_id, name, config, due_at, every, description)
    SELECT i, uuidv7(), 'burst ' || i, jsonb_build_object('path', i), ${due}, ${every}, repeat('x', 300) FROM generate_series($2::int, $3::int) i`;
}

async function perform(url: string, { schedule_id, run_id, name, config, due_at }: Job): Promise<Result> {
  const started = new Date();
  const at = String(Math.floor(started.getTime() / 1_000));
  const scheduledFor = new Date(due_at).toISOString();
  const data = {
    run_id,
    schedule_id,
    schedule_name: name,
    trigger: 'SCHEDULE',
    scheduled_for: scheduledFor,
    attempt: 1,
    record: null,
  };
  const body = JSON.stringify({ type: 'schedule.fired', timestamp: scheduledFor, data });
  const headers = {
    'content-type': 'application/json',
    'webhook-id': run_id,
    'webhook-timestamp': at,
    'webhook-signature': `v1,${createHmac('sha256', key).update(`${run_id}.${at}.${body}`).digest('base64')}`,
    'x-hydracore-schedule-id': schedule_id,
    'x-hydracore-scheduled-for': scheduledFor,
    'x-hydracore-attempt': '1',
  };
  const target = `${url}${config.path}`;
  const answer = await request(target, { method: 'POST', dispatcher: agent, headers, body });
  const text = await answer.body.text();
  if (answer.statusCode !== 200) throw new Error(`the receiver answered ${answer.statusCode}`);
  const entry = JSON.stringify({
    attempt: 1,
    started_at: started.toISOString(),
    finished_at: new Date().toISOString(),
    node: 'node-1',
    outcome: 'SUCCEEDED',
    error: null,
    // Headers and body repeat the row: left out, as the product does.
    sent: { method: 'POST', url: target, envelope: [name] },
    response: { status: answer.statusCode, headers: answer.headers, body: text },
  });
  return { run: run_id, started: started.toISOString(), entry, schedule: schedule_id, due: scheduledFor };
}
