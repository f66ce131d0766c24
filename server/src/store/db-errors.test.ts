import { expect, it } from 'vitest';
import { isAway, isRefused } from './db-errors.ts';

const failed = (code: string) => Object.assign(new Error('it failed'), { code });

it.each([
  ['08006', 'the connection broke'],
  ['57P01', 'it is shutting down'],
  ['57014', 'it took too long'],
  ['53100', 'the disk is full'],
  ['53200', 'memory is short'],
  ['53300', 'there are too many connections'],
  ['25006', 'it is read-only, as a replica is'],
  ['ECONNREFUSED', 'nobody listens'],
])('%s: the database is away, whatever was asked: %s', (code) => {
  expect(isAway(failed(code))).toBe(true);
  expect(isRefused(failed(code))).toBe(false);
});

it.each(['23505', '22P02', '40P01', '42501', '55P03'])('%s is about the statement', (code) => {
  expect(isAway(failed(code))).toBe(false);
  expect(isRefused(failed(code))).toBe(true);
});
