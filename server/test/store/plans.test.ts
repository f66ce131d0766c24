import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { Transaction } from '../../src/store/db.ts';
import { askRelease, lockReleasable, queueHeld, startHeld, supersedeHeld } from '../../src/store/held.ts';
import { lockExpired, renewLeases } from '../../src/store/leases.ts';
import { writeResults } from '../../src/store/outcomes.ts';
import { advance, countOpenRuns, lockDue, lockOverdueBeside } from '../../src/store/planning.ts';
import { replanning } from '../../src/store/plans.ts';
import { claimRuns, lookAhead } from '../../src/store/queue.ts';
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
const RESULT = {
  ...RUN,
  status: 'SUCCEEDED',
  reason: null,
  wake_at: null,
  entry: {},
  amends: false,
  interrupted: false,
  unstarted: false,
  started_at: AT,
  completes_within_seconds: null,
  park: false,
  completion: null,
} as const;

/** A part of a plan, as EXPLAIN tells it. */
interface Part {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
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
  start_held: (tx) => startHeld(tx, [RUN], LEASE, AT),
  queue_held: (tx) => queueHeld(tx, [RUN], AT),
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

test('a transaction that is planned once leaves nothing of it behind', async () => {
  const mode = 'SHOW plan_cache_mode';
  expect(await world.engineDb.plannedOnce().query(mode)).toEqual([{ plan_cache_mode: 'force_generic_plan' }]);
  expect(await world.engineDb.query(mode)).toEqual([{ plan_cache_mode: 'auto' }]);
});

test('a connection forgets its plans as it is used first, and not again at once', () => {
  const [one, other] = [{}, {}];
  expect(replanning(one, 'BEGIN')).toBe('DISCARD PLANS; BEGIN');
  expect(replanning(one, 'BEGIN')).toBe('BEGIN');
  expect(replanning(other, 'BEGIN')).toBe('DISCARD PLANS; BEGIN');
});
