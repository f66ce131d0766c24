import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { EntityUpdate } from '../domain/entity-update.ts';
import type { Database } from '../store/db.ts';
import type { AttemptResult } from '../store/outcomes.ts';
import { SUCCEEDED } from '../../test/support/results.ts';
import { named, nameOf, namesIn } from '../../test/support/uuid-names.ts';
import { Finisher } from './finisher.ts';

/* When results are written, by a database that answers when it is let; what is written is tested on a real one. */

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const result = (name: string, updates?: string): AttemptResult => ({
  tenant_id: named('t'),
  id: named(name),
  schedule_id: named('s'),
  lease_token: named('l'),
  ...SUCCEEDED,
  ...(updates !== undefined && {
    update: { definition_id: named(updates), record: { id: named(name) } } as EntityUpdate,
  }),
});

/** A finisher, the batches that it has sent so far, and what lets the oldest that is unanswered through, or fails it. */
function finisher() {
  const sent: string[][] = [];
  const open: { readonly commit: () => void; readonly fail: (error: Error) => void }[] = [];
  const written: string[] = [];
  const query = async (_text: string, values: readonly unknown[], name?: string): Promise<unknown[]> => {
    if (name !== 'write_results') return [];
    const names = namesIn(values[1]);
    sent.push(names);
    await new Promise<void>((resolve, reject) => open.push({ commit: resolve, fail: reject }));
    const [tenant_id, schedule_id] = [named('t'), named('s')];
    return names.map((name) => ({ tenant_id, id: named(name), schedule_id, status: 'PENDING', started_at: null }));
  };
  const db = { transaction: (work: (tx: object) => unknown) => work({ query }) } as unknown as Database;
  const made = new Finisher<string>(
    { db, now: () => 0, log: () => undefined },
    () => false,
    (results, owners) => {
      expect(owners).toEqual(results.map(({ id }) => `owner of ${nameOf(id)}`));
      written.push(...results.map(({ id }) => nameOf(id)));
    },
  );
  const add = (...results: AttemptResult[]): void => {
    for (const one of results) made.add(one, `owner of ${nameOf(one.id)}`);
  };
  const next = async (fails?: Error): Promise<void> => {
    const oldest = open.shift();
    if (fails) oldest?.fail(fails);
    else oldest?.commit();
    await vi.advanceTimersByTimeAsync(0);
  };
  return { made, add, sent, open, written, next };
}

test('gathers for some milliseconds, and what comes while it writes again', async () => {
  const { add, sent, next, written } = finisher();
  add(result('a'), result('b'));
  expect(sent).toEqual([]);
  await vi.advanceTimersByTimeAsync(20);
  add(result('c'));
  await next();
  expect(sent).toEqual([['a', 'b']]);
  await vi.advanceTimersByTimeAsync(20);
  await next();
  expect(sent).toEqual([['a', 'b'], ['c']]);
  expect(written).toEqual(['a', 'b', 'c']);
});

test('changes of records hold up no other results, and those of one definition go together', async () => {
  const { add, sent, next, written } = finisher();
  add(result('a'), result('b', 'contracts'), result('c', 'people'), result('d', 'contracts'), result('e'));
  await vi.advanceTimersByTimeAsync(20);
  // Neither waits for the other.
  expect(sent).toEqual([
    ['a', 'e'],
    ['b', 'd'],
  ]);
  await next();
  expect(written).toEqual(['a', 'e']);
  await next();
  await next();
  expect(sent.slice(2)).toEqual([['c']]);
  expect(written).toEqual(['a', 'e', 'b', 'd', 'c']);
});

test('a flush waits for the write under way and is the only one that writes then: each result once', async () => {
  const { made, add, sent, open, written, next } = finisher();
  add(result('a'));
  await vi.advanceTimersByTimeAsync(20);
  add(result('b'), result('c'));
  const flushed = made.flush();
  await next();
  // Longer than results gather.
  await vi.advanceTimersByTimeAsync(100);
  expect(open).toHaveLength(1);
  await next();
  await flushed;
  expect(sent).toEqual([['a'], ['b', 'c']]);
  expect(written).toEqual(['a', 'b', 'c']);
});

test('what can not be written is tried again, and a flush says why it could not', async () => {
  const { made, add, sent, next, written } = finisher();
  add(result('a'));
  await vi.advanceTimersByTimeAsync(20);
  await next(new Error('away'));
  await vi.advanceTimersByTimeAsync(300);
  await next();
  expect([sent, written]).toEqual([[['a'], ['a']], ['a']]);
  add(result('b'));
  const flushed = made.flush();
  const refused = expect(flushed).rejects.toThrow('away');
  await vi.advanceTimersByTimeAsync(0);
  await next(new Error('away'));
  await refused;
  expect(written).toEqual(['a']);
});
