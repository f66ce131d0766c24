import { expect, it } from 'vitest';
import { instantIn, instantOf, localOf } from './search-params.ts';

it.each(['2027-03-01T09:00:07.000Z', '2026-12-31T23:59:59.000Z', '2027-07-01T00:00:00.000Z'])(
  'has %s as a field has it, and back',
  (instant) => {
    const local = localOf(instant);
    expect(local).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
    expect(instantIn({ from: local }, 'from')).toEqual({ from: local });
    expect(instantOf(local)).toBe(instant);
  },
);
