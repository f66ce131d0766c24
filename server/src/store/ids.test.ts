import * as fc from 'fast-check';
import { createHash } from 'node:crypto';
import { v7 } from 'uuid';
import { expect, test } from 'vitest';
import { firstIdOf, occurrenceId } from './ids.ts';

const NOW = Date.UTC(2027, 2, 1);

test("an occurrence's id is the UUIDv7 of its instant whose other bits are a hash of what it is", () => {
  const identities = fc.record({
    schedule_id: fc.uuid(),
    scheduled_for: fc.integer({ min: -NOW, max: 2 * NOW }),
    record_id: fc.option(fc.uuid()),
  });
  const ago = fc.integer({ min: 0, max: 25 * 3_600_000 });
  fc.assert(
    fc.property(identities, ago, (identity, ms) => {
      const { schedule_id, scheduled_for, record_id } = identity;
      const digest = createHash('sha256')
        .update(`${schedule_id}@${scheduled_for}@${record_id ?? ''}`)
        .digest();
      const theirs = v7({ msecs: NOW - ms, seq: digest.readUInt32BE(0), random: digest.subarray(4, 20) });
      expect(occurrenceId(identity, NOW - ms, NOW)).toBe(theirs);
    }),
    { numRuns: 1_000 },
  );
});

test('an instant in the future counts as now, one of long ago as 26 hours', () => {
  const identity = { schedule_id: 's', scheduled_for: 1, record_id: null };
  const timeOf = (at: number) => occurrenceId(identity, at, NOW).slice(0, 13);
  expect(timeOf(NOW + 1)).toBe(firstIdOf(NOW).slice(0, 13));
  expect(timeOf(0)).toBe(firstIdOf(NOW - 26 * 3_600_000).slice(0, 13));
});
