import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { relativePlan, type RelativePlan, type RelativeSchedule } from '../../src/domain/relative.ts';
import type { EntityDefinition } from '../../src/domain/entity.ts';
import type { Queryable, Transaction } from '../../src/store/db.ts';
import { heldRuns, queueHeld, startHeld, supersedeHeld } from '../../src/store/held.ts';
import { lockExpired, renewLeases } from '../../src/store/leases.ts';
import { writeResults } from '../../src/store/outcomes.ts';
import { advance, countOpenRuns, lockDue, lockOverdueBeside, nameOpenRuns } from '../../src/store/planning.ts';
import { noteEnds } from '../../src/store/health.ts';
import { askRelease, findStranded, lockEnded, lockReleasable, setLooks } from '../../src/store/release.ts';
import { planOnce, replanning } from '../../src/store/plans.ts';
import { claimRuns, lookAhead } from '../../src/store/queue.ts';
import { countDue, dueAndNext, dueRecords } from '../../src/store/relative-dates.ts';
import { nextDue } from '../../src/store/relative-next.ts';
import { remembering } from '../../src/store/relative-sql.ts';
import { SUCCEEDED } from '../support/results.ts';
import { World } from '../support/world.ts';

const AT = Date.parse('2027-03-01T09:00:00Z');
const KEY = { tenant_id: '01990000-0000-7000-8000-000000000001', id: '01990000-0000-7000-8000-000000000002' };
const RUN = { ...KEY, schedule_id: KEY.id, lease_token: KEY.id };
const LEASE = { node: 'n', token: KEY.id, expires_at: AT };
const STATE = {
  status: 'ACTIVE',
  status_reason: null,
  status_detail: null,
  next_run_at: AT,
  due_at: AT,
  paused_from: null,
  relative_cursor: null,
  relative_look_at: null,
} as const;
const FAILED = { ...RUN, status: 'FAILED', trigger: 'SCHEDULE', started_at: AT } as const;
const RESULT = { ...RUN, ...SUCCEEDED, started_at: AT };

/** A part of a plan, as EXPLAIN tells it. */
interface Part {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly Plans?: readonly Part[];
}

const partsOf = (part: Part): Part[] => [part, ...(part.Plans ?? []).flatMap(partsOf)];

let world: World;
beforeAll(async () => {
  // No other had it: nothing is known of how large its tables are, as on the first day of a server.
  world = await World.openFresh('2027-03-01T09:00:00Z');
});
afterAll(() => world.close());

const HOT: Readonly<Record<string, (tx: Transaction) => Promise<unknown>>> = {
  lock_due: (tx) => lockDue(tx, AT, 500),
  lock_due_of_slice: (tx) => lockDue(tx, AT, 500, { first: 0, last: 9 }),
  lock_due_beside: (tx) => lockOverdueBeside(tx, AT, 500, { first: 0, last: 9 }),
  count_open_runs: (tx) => countOpenRuns(tx, [KEY]),
  name_open_runs: (tx) => nameOpenRuns(tx, [KEY]),
  advance: (tx) =>
    advance(tx, [{ ...KEY, state: STATE, rate_free_at: null, release_at: null, runs: 1, starts: true }], AT),
  look_ahead: (tx) => lookAhead(tx, AT, AT, 100),
  claim_runs: (tx) => claimRuns(tx, LEASE, AT, [{ ...KEY, destination: 'd', most: 1 }]),
  renew_leases: (tx) => renewLeases(tx, [RUN], AT),
  lock_expired: (tx) => lockExpired(tx, AT, 500),
  write_results: (tx) => writeResults(tx, [RESULT], AT),
  lock_releasable: (tx) => lockReleasable(tx, AT, 200),
  lock_schedules: (tx) => askRelease(tx, [KEY], AT),
  ask_release: (tx) => askRelease(tx, [KEY], AT),
  lock_ended: (tx) => lockEnded(tx, [KEY]),
  read_ended: (tx) => lockEnded(tx, [KEY]),
  held_runs: (tx) => heldRuns(tx, [{ ...KEY, most: 1, until: AT }]),
  set_looks: (tx) => setLooks(tx, [{ ...KEY, release_at: AT, rate_free_at: null, started: true }], AT),
  start_held: (tx) => startHeld(tx, [RUN], LEASE, AT),
  queue_held: (tx) => queueHeld(tx, [RUN], AT),
  walk_holding: (tx) => findStranded(tx, AT, 500),
  read_counted: (tx) => noteEnds(tx, [FAILED], new Set(), AT),
  set_health: (tx) => noteEnds(tx, [FAILED], new Set(), AT),
  supersede_held: (tx) => supersedeHeld(tx, [KEY], AT),
};

/** They change runs by their ids: a week that is known to hold a few rows may be read as a whole, until the plan is forgotten. */
const OF_SMALL_WEEKS = new Set(['claim_runs', 'renew_leases', 'write_results', 'start_held', 'queue_held']);

describe.each([
  ['nothing is known of the tables', async () => undefined, Object.keys(HOT)],
  [
    'the tables are known to hold a few rows, and may soon hold many',
    async () => {
      for (const name of ['a', 'b', 'c']) await world.create({ name });
      await world.advanceTo('2027-03-01T09:02:00Z');
      await world.db.query('ANALYZE schedules, runs');
    },
    Object.keys(HOT).filter((name) => !OF_SMALL_WEEKS.has(name)),
  ],
])('the plans of the hot statements, made while %s', (_state, come, names) => {
  beforeAll(come);

  it.each(names)('%s looks rows up, and reads no table from end to end', async (name) => {
    const parts = await world.engineDb.plannedOnce().transaction(async (tx) => {
      const [version] = await tx.query<{ n: number }>("SELECT current_setting('server_version_num')::int AS n");
      const asked = new Map<string, string>();
      await HOT[name]?.({
        ...tx,
        query: async <Row>(text: string, values?: readonly unknown[], named = '') => {
          asked.set(named, text);
          return await tx.query<Row>(text, values, named);
        },
      });
      const text = asked.get(name);
      if (text === undefined) throw new Error(`${name} was not asked, but ${[...asked.keys()].join()}`);
      // Before 16 PostgreSQL does not tell the plan for all values; the statement has run there.
      if ((version?.n ?? 0) < 160_000) return null;
      const [plan] = await tx.query<{ 'QUERY PLAN': [{ Plan: Part }] }>(`EXPLAIN (GENERIC_PLAN, FORMAT JSON) ${text}`);
      return partsOf(plan?.['QUERY PLAN'][0].Plan as Part);
    });
    if (parts === null) return;
    const scans = parts.filter((part) => part['Node Type'].endsWith('Scan') && part['Relation Name'] !== undefined);
    expect(scans.length).toBeGreaterThan(0);
    expect(parts.map((part) => part['Node Type'])).not.toContain('Hash Join');
    for (const scan of scans) {
      expect(scan, `${scan['Relation Name']}`).toHaveProperty('Index Cond');
      expect(scan['Index Cond'], `${scan['Relation Name']}`).toMatch(/\b(?:tenant_id|id|due_at|wake_at|release_at)\b/);
    }
  });
});

/** A rule over dates of a definition. */
function rule(fields: Partial<RelativeSchedule>): RelativePlan {
  const schedule = {
    ...KEY,
    schedule_expression: '',
    timezone: 'UTC',
    start_at: null,
    end_at: null,
    customer_id: null,
    flexible_window_minutes: 0,
    catchup_window_minutes: 10,
    relative_field_name: 'meets_at',
    relative_filter: { status: 'active' },
    relative_offset_days: 0,
    relative_recurrence: 'NONE',
    ...fields,
  } as const satisfies RelativeSchedule;
  const definition = {
    ...KEY,
    slug: 'contracts',
    fields: [
      { name: 'status', type: 'STRING' },
      { name: 'meets_at', type: 'DATETIME' },
    ],
  } as unknown as EntityDefinition;
  return relativePlan(schedule, definition);
}

const WINDOW = { after: AT - 1, until: AT };
const YEARLY = { relative_recurrence: 'YEARLY' } as const;
const DATES: Readonly<Record<string, (db: Queryable) => Promise<unknown>>> = {
  'what is due and next': (db) => dueAndNext(db, rule({}), WINDOW, null, 500),
  'the same without a filter': (db) => dueAndNext(db, rule({ relative_filter: null }), WINDOW, null, 500),
  'the same of a customer': (db) => dueAndNext(db, rule({ customer_id: KEY.id }), WINDOW, null, 500),
  'the rest of a window': (db) => dueAndNext(db, rule({}), WINDOW, { end: AT, at: AT, record_id: KEY.id }, 500),
  'what was too late': (db) => countDue(db, rule({}), WINDOW),
  'what is next': (db) => nextDue(db, rule({}), AT, null),
  'what comes round': (db) => dueRecords(db, rule(YEARLY), WINDOW, null, 500),
  'what comes round next': (db) => nextDue(db, rule(YEARLY), AT, null),
};

/** Costs as they are where tables are large: there these are little beside what several processes are believed to save. */
const PARALLEL = [
  'parallel_setup_cost',
  'parallel_tuple_cost',
  'min_parallel_table_scan_size',
  'min_parallel_index_scan_size',
];

/** A few records, and the belief that there are a million. */
async function believeInMany(): Promise<void> {
  const { body: definition } = await world.call('POST', '/v1/entity-definitions', {
    slug: 'contracts',
    name: 'Contracts',
    fields: [{ name: 'meets_at', type: 'DATETIME' }],
  });
  const records = Array.from({ length: 100 }, (_, i) => ({
    data: { meets_at: new Date(AT + i * 60_000).toISOString() },
  }));
  await world.call('POST', `/v1/entity-definitions/${definition.id}/records/bulk`, { records });
  await world.db.query('ANALYZE entity_dates, entity_records');
  await world.db.query(
    `UPDATE pg_class SET relpages = 1, reltuples = 1000000 WHERE oid IN ('entity_dates'::regclass, 'entity_records'::regclass)`,
  );
}

describe.each([
  ['nothing is known of the tables', async () => undefined, []],
  ['the tables are believed to be large', believeInMany, PARALLEL],
])('the plans of statements about dates, made while %s', (_state, come, free) => {
  beforeAll(come);

  it.each(Object.keys(DATES))('%s is found by the dates, and by one process', async (name) => {
    const plans = await world.engineDb.plannedOnce({ plannedFor: 'lists' }).transaction(async (tx) => {
      const [version] = await tx.query<{ n: number }>("SELECT current_setting('server_version_num')::int AS n");
      const asked = new Set<string>();
      const query = async <Row>(text: string, values?: readonly unknown[], named?: string) => {
        asked.add(text);
        return await tx.query<Row>(text, values, named);
      };
      await DATES[name]?.({ ...tx, query });
      if ((version?.n ?? 0) < 160_000) return null;
      for (const setting of free) await tx.query(`SET LOCAL ${setting} = 0`);
      const found: Part[][] = [];
      for (const text of asked) {
        const [plan] = await tx.query<{ 'QUERY PLAN': [{ Plan: Part }] }>(
          `EXPLAIN (GENERIC_PLAN, FORMAT JSON) ${text}`,
        );
        found.push(partsOf(plan?.['QUERY PLAN'][0].Plan as Part));
      }
      return found;
    });
    expect(plans?.length).not.toBe(0);
    for (const parts of plans ?? []) {
      const kinds = parts.map((part) => part['Node Type']);
      expect(kinds.filter((kind) => /^Gather|^Hash|^Merge Join|^Seq Scan/.test(kind))).toEqual([]);
      const scans = parts.filter((part) => part['Index Name'] !== undefined);
      expect(scans.length).toBeGreaterThan(0);
      for (const scan of scans) {
        const cond = scan['Index Name']?.startsWith('entity_dates') ? /\(at [<>]|ROW\(at|day_key = / : /\(id = /;
        expect(scan['Index Cond'], scan['Index Name']).toMatch(cond);
      }
    }
  });
});

test('rules that ask the same of one transaction share the answer, also where one has less room', async () => {
  const asked: unknown[] = [];
  const rows = Array.from({ length: 3 }, (_, i) => ({ is_due: true, date_at: AT, id: `${i}` }));
  const db = remembering({
    query: async <Row>(_text: string, values: readonly unknown[] = []) => {
      asked.push(values);
      return rows as Row[];
    },
  });
  const page = async (limit: number, fields: Partial<RelativeSchedule> = {}) => {
    const { due, rest } = await dueAndNext(db, rule({ relative_filter: null, ...fields }), WINDOW, null, limit);
    return { due: due.map(({ record }) => record.id), rest: rest?.record_id ?? null };
  };
  expect(await page(500)).toEqual({ due: ['0', '1', '2'], rest: null });
  expect(await page(470, { id: KEY.tenant_id })).toEqual({ due: ['0', '1', '2'], rest: null });
  expect(asked.length).toBe(1);
  expect(await page(3)).toEqual({ due: ['0', '1', '2'], rest: null });
  expect(await page(2)).toEqual({ due: ['0', '1'], rest: '1' });
  await page(500, { customer_id: KEY.id });
  await page(500, { relative_offset_days: 1 });
  expect(asked.length).toBe(4);
});

test('a transaction that is planned once leaves nothing of it behind', async () => {
  const mode = 'SHOW plan_cache_mode';
  expect(await world.engineDb.plannedOnce().query(mode)).toEqual([{ plan_cache_mode: 'force_generic_plan' }]);
  expect(await world.engineDb.query(mode)).toEqual([{ plan_cache_mode: 'auto' }]);
});

test('a plan that was made without these settings is not used with them: statements have names of their own', async () => {
  const names = 'SELECT name FROM pg_prepared_statements WHERE name LIKE $1 ORDER BY name';
  const ask = (db: Queryable, to: Queryable = db) => to.query('SELECT 1', [], 'by_name');
  const own = await world.engineDb.transaction(async (tx) => {
    await ask(tx);
    await ask(tx, await planOnce(tx));
    return await tx.query<{ name: string }>(names, ['by_name%']);
  });
  expect(own.map(({ name }) => name)).toEqual(['by_name', 'by_name_once']);
  for (const plannedFor of ['keys', 'lists'] as const) {
    const rows = await world.engineDb.plannedOnce({ plannedFor }).transaction(async (tx) => {
      await ask(tx);
      return await tx.query<{ name: string }>(names, ['by_name%']);
    });
    expect(rows.map(({ name }) => name)).toContain(`by_name_${plannedFor}`);
  }
});

test('a connection forgets its plans as it is used first, and not again at once', () => {
  const [one, other] = [{}, {}];
  expect(replanning(one, 'BEGIN')).toBe('DISCARD PLANS; BEGIN');
  expect(replanning(one, 'BEGIN')).toBe('BEGIN');
  expect(replanning(other, 'BEGIN')).toBe('DISCARD PLANS; BEGIN');
});
