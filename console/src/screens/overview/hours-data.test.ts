import { expect, it } from 'vitest';
import { chartWords, hourName, successShare, totalsOf } from './hours-data.ts';

const hour = (parts: object) => ({
  hour: '2027-03-01T09:00:00.000Z',
  succeeded: 0,
  failed: 0,
  skipped: 0,
  missed: 0,
  cancelled: 0,
  ...parts,
});

it('sums the hours', () => {
  const totals = totalsOf([hour({ succeeded: 1_200, failed: 3 }), hour({ succeeded: 1, missed: 5 })]);
  expect(totals).toEqual({ succeeded: 1_201, failed: 3, missed: 5, skipped: 0, cancelled: 0 });
  expect(chartWords(totals)).toBe('Runs that ended in the last 24 hours: 1,201 succeeded, 3 failed, 5 missed.');
  expect(chartWords(totalsOf([]))).toContain('none');
});

it.each([
  [{}, null],
  [{ succeeded: 5 }, '100 %'],
  [{ succeeded: 99_999, failed: 1 }, '99.9 %'],
  [{ failed: 4, skipped: 9 }, '0.0 %'],
])('the share of %j is %j: not all as long as one failed', (parts, share) => {
  expect(successShare(totalsOf([hour(parts)]))).toBe(share);
});

it('names hours in the viewer’s zone', () => {
  expect(hourName('2027-03-01T09:00:00.000Z', 'Asia/Kolkata')).toBe('14:30');
});
