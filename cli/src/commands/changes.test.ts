import { expect, it } from 'vitest';
import type { Run } from '../api.ts';
import { Changes } from './changes.ts';

const run = (id: string, status: string, attempt = 1) =>
  ({ id, status, attempt, reason: null, missed_count: null, cancel_requested: false }) as Run;
const ids = (runs: Run[]) => runs.map(({ id, status }) => `${id} ${status}`);

it('tells what is new and what has changed, oldest first', () => {
  const changes = new Changes();
  expect(ids(changes.of([run('b', 'RUNNING'), run('a', 'SUCCEEDED')]))).toEqual(['a SUCCEEDED', 'b RUNNING']);
  expect(changes.of([run('b', 'RUNNING'), run('a', 'SUCCEEDED')])).toEqual([]);
  expect(ids(changes.of([run('c', 'PENDING'), run('b', 'RUNNING', 2)]))).toEqual(['b RUNNING', 'c PENDING']);
  expect(ids(changes.of([run('b', 'FAILED', 2)]))).toEqual(['b FAILED']);
});

it('forgets the longest unseen beyond twenty thousand', () => {
  const changes = new Changes();
  changes.of([run('first', 'PENDING')]);
  for (let index = 0; index < 20_000; index += 1) changes.of([run(`r${index}`, 'SUCCEEDED')]);
  expect(changes.of([run('r19999', 'SUCCEEDED')])).toEqual([]);
  expect(ids(changes.of([run('first', 'PENDING')]))).toEqual(['first PENDING']);
});
