import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Action, ActionContext, ActionTarget, Outcome } from '../actions/action.ts';
import type { Egress } from '../actions/egress.ts';
import type { Database } from '../store/db.ts';
import type { LeasedRun } from '../store/leases.ts';
import type { Vault } from '../store/vault/vault.ts';
import { named, nameOf, namesIn, textsIn } from '../../test/support/uuid-names.ts';
import { OPEN_MS, TRIPS_AFTER } from './breaker.ts';
import { Dispatcher } from './dispatcher.ts';
import { Lanes } from './lanes.ts';

/* What becomes of a claim whatever its action does, by a database that takes everything; what is written is tested on a real one. */

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const DELIVERED: Outcome = { kind: 'delivered', request: null, response: null };
const error = { code: 'timeout', message: '' };
const SILENT: Outcome = { kind: 'retryable', error, request: null, response: null };

/** A dispatcher that performs one run at a time, what it has written (`id token outcome`), and how to end an attempt. */
function dispatcher() {
  const written: string[] = [];
  const open = new Map<string, { readonly end: (outcome: Outcome) => void; readonly context: ActionContext }>();
  const started: string[] = [];
  const action = {
    secretPaths: [],
    isStored: () => true,
    perform: ({ run }: ActionTarget<unknown>, context: ActionContext) => {
      const name = nameOf(run.id);
      started.push(name);
      return new Promise<Outcome>((end) => open.set(name, { end, context }));
    },
  } as unknown as Action;
  const runs = new Map<string, LeasedRun>();
  const answering = new Map<string, Promise<void>>();
  /** From now on the database does not answer a statement. @returns what lets it */
  const hold = (statement = 'write_results'): (() => void) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    answering.set(statement, promise);
    return resolve;
  };
  const query = async (_text: string, values: readonly unknown[], name = ''): Promise<unknown[]> => {
    await answering.get(name);
    if (name === 'read_leased') return [{ ...runs.get(String(values[1])), webhook_secrets: '[]', gone: null }];
    if (name !== 'write_results') return [];
    const [ids = [], tokens = []] = [values[1], values[2]].map(namesIn);
    const entries = textsIn(values[7]);
    for (const [i, id] of ids.entries()) {
      const entry = JSON.parse(entries[i] ?? '{}') as { outcome?: string };
      written.push(`${id} ${tokens[i]} ${entry.outcome ?? 'handed back'}`);
    }
    const [tenant_id, schedule_id] = [named('t'), named('s')];
    return ids.map((id) => ({ tenant_id, id: named(id), schedule_id, status: 'PENDING' }));
  };
  const db = { query, transaction: (work: (tx: object) => unknown) => work({ query }) } as unknown as Database;
  const now = () => Date.now();
  let returned = 0;
  const starts = { room: () => 9, take: () => 0, giveBack: () => void (returned += 1), opensAt: () => null };
  const lanes = new Lanes({ node: 9, tenant: 9, host: 9 }, now, () => undefined, starts);
  const made = new Dispatcher({
    db,
    node: 'n',
    now,
    findAction: () => action,
    egress: {} as Egress,
    vault: {} as Vault,
    lanes,
    mostUnderWay: { node: 1, tenant: 1, host: 1 },
    wake: () => undefined,
    ended: () => undefined,
    log: () => undefined,
  });
  const start = (name: string, token: string, more: Partial<LeasedRun> = {}): void => {
    const lane = { tenant_id: named('t'), destination: 'a.test' };
    const slot = lanes.take(lane);
    const run = {
      ...lane,
      id: named(name),
      lease_token: named(token),
      schedule_id: named('s'),
      attempt: 1,
      interrupted: 0,
      fire_at: 0,
      scheduled_for: 0,
    };
    const rest = {
      action_config: {},
      action_overlay: null,
      record_id: null,
      webhook_secrets: [],
      egress_version: null,
    };
    const leased = { ...run, rate_limit_per_minute: null, ...rest, ...more } as unknown as LeasedRun;
    runs.set(leased.id, leased);
    if (slot) made.start([{ run: leased, slot }]);
  };
  const end = async (id: string, outcome = DELIVERED): Promise<void> => {
    open.get(id)?.end(outcome);
    await vi.advanceTimersByTimeAsync(100);
  };
  return {
    made,
    start,
    end,
    started,
    written,
    lanes,
    hold,
    givenBack: () => returned,
    stopped: (id: string) => open.get(id)?.context.stop?.stopped,
  };
}

test('begins in the turn in which it is started, and the next as one ends', async () => {
  const { start, end, started, written, made } = dispatcher();
  start('a', '1');
  start('b', '2');
  expect(started).toEqual(['a']);
  expect([made.inFlight(), made.waiting()]).toEqual([1, 1]);
  await end('a');
  expect(started).toEqual(['a', 'b']);
  await end('b');
  expect(written).toEqual(['a 1 SUCCEEDED', 'b 2 SUCCEEDED']);
  expect([made.inFlight(), made.waiting()]).toEqual([0, 0]);
});

test('gives up an action that does not heed its stop, once, and hands back what waits', async () => {
  const { made, start, end, written, lanes, stopped } = dispatcher();
  start('deaf', '1');
  start('waits', '2');
  const drained = made.drain(1_000);
  await vi.advanceTimersByTimeAsync(999);
  expect(stopped('deaf')).toBe(false);
  await vi.advanceTimersByTimeAsync(499);
  expect(stopped('deaf')).toBe(true);
  expect(written).toEqual(['waits 2 handed back']);
  await vi.advanceTimersByTimeAsync(10);
  await drained;
  expect(written).toEqual(['waits 2 handed back', 'deaf 1 INTERRUPTED']);
  await end('deaf');
  expect(written).toHaveLength(2);
  expect([lanes.free(), made.inFlight()]).toEqual([9, 0]);
});

test('what ends within the time for heeding is written as it ended', async () => {
  const { made, start, end, written } = dispatcher();
  start('a', '1');
  made.cancel(named('a'));
  await vi.advanceTimersByTimeAsync(400);
  await end('a');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(written).toEqual(['a 1 SUCCEEDED']);
});

test('a run that is cancelled while it waits is handed back at once', async () => {
  const { made, start, end, started, written } = dispatcher();
  start('a', '1');
  start('b', '2');
  made.cancel(named('b'));
  await end('a');
  expect(started).toEqual(['a']);
  expect(written.toSorted()).toEqual(['a 1 SUCCEEDED', 'b 2 handed back']);
});

test('a run that is claimed again before its first end is written has two ends, and the later claim is the one that is stopped', async () => {
  const { made, start, end, written, lanes, stopped } = dispatcher();
  start('a', '1');
  await made.renew(Date.now());
  expect(stopped('a')).toBe(true);
  start('a', '2');
  await end('a');
  // The first has ended, the second has begun.
  expect([written, stopped('a'), lanes.free()]).toEqual([['a 1 SUCCEEDED'], false, 8]);
  made.cancel(named('a'));
  expect(stopped('a')).toBe(true);
  await end('a');
  expect(written).toEqual(['a 1 SUCCEEDED', 'a 2 SUCCEEDED']);
  expect(lanes.free()).toBe(9);
});

test('a run that is claimed again while the leases are renewed keeps its new claim: only the one that was lost is stopped', async () => {
  const { made, start, end, written, hold, stopped } = dispatcher();
  start('a', '1');
  const release = hold('renew_leases');
  const renewed = made.renew(Date.now());
  await end('a');
  start('a', '2');
  release();
  await renewed;
  expect([written, stopped('a')]).toEqual([['a 1 SUCCEEDED'], false]);
});

test('a run that is claimed again while its first attempt goes on has one: the first has lost its lease, and is stopped', async () => {
  const { start, end, stopped, written } = dispatcher();
  start('a', '1');
  start('a', '2');
  expect(stopped('a')).toBe(true);
  await end('a');
  expect([written, stopped('a')]).toEqual([['a 1 SUCCEEDED'], false]);
});

test('what waits for its turn is handed back when its destination is found not to answer: nothing is sent there', async () => {
  const { made, start, end, started, written, lanes } = dispatcher();
  for (let i = 1; i < TRIPS_AFTER; i += 1) {
    start(`run ${i}`, 'token');
    await end(`run ${i}`, SILENT);
  }
  written.length = 0;
  start('last', 'token');
  for (const name of ['a', 'b']) start(name, 'token');
  await end('last', SILENT);
  expect(started.at(-1)).toBe('last');
  expect(written.toSorted()).toEqual(['a token handed back', 'b token handed back', 'last token FAILED']);
  expect([made.waiting(), lanes.free()]).toEqual([0, 9]);
  // The probe goes, and what comes of it is what counts.
  await vi.advanceTimersByTimeAsync(OPEN_MS);
  start('probe', 'token');
  expect(started.at(-1)).toBe('probe');
});

test('a run that is handed back has used up no start of its tenant', async () => {
  const { made, start, end, givenBack } = dispatcher();
  start('a', '1');
  start('b', '2');
  made.cancel(named('b'));
  await end('a');
  expect(givenBack()).toBe(1);
});

test('a slot is free as its attempt ends, before that is written; not while thousands of outcomes wait to be', async () => {
  const { start, end, lanes, hold, written } = dispatcher();
  const release = hold();
  const one = async (name: string): Promise<number> => {
    start(name, 'token');
    await end(name);
    return lanes.free();
  };
  for (let i = 1; i < 2_000; i += 1) if ((await one(`run ${i}`)) !== 9) throw new Error(`slot ${i} is not free`);
  expect([await one('too many'), written]).toEqual([8, []]);
  release();
  await vi.advanceTimersByTimeAsync(1_000);
  expect([lanes.free(), written.length]).toEqual([9, 2_000]);
});

test('runs of a schedule with a rate limit that waited together start apart; those of others go on meanwhile', async () => {
  const { start, end, started, written, made } = dispatcher();
  const limited = { rate_limit_per_minute: 60 };
  start('slow', 'l', { schedule_id: named('other') });
  for (const name of ['a', 'b', 'c']) start(name, 'l', limited);
  start('d', 'l', { schedule_id: named('other') });
  await vi.advanceTimersByTimeAsync(30_000);
  await end('slow');
  expect(started).toEqual(['slow', 'a']);
  await end('a');
  // It is not b's turn yet, nor c's.
  expect(started).toEqual(['slow', 'a', 'd']);
  await end('d');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(started).toEqual(['slow', 'a', 'd', 'b']);
  await end('b');
  // Who stops a server does not wait for turns.
  const drained = made.drain(10_000);
  await vi.advanceTimersByTimeAsync(100);
  await drained;
  expect(started).not.toContain('c');
  expect(written.at(-1)).toBe('c l handed back');
});
