import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ActionTarget } from './action.ts';
import { envelope } from './webhook-envelope.ts';

test('is the JSON that JSON.stringify writes, whatever names and records hold', () => {
  const text = fc.string({ unit: 'binary' });
  const schedules = fc.record({
    id: fc.uuid(),
    name: text,
    external_id: fc.option(text),
    customer_id: fc.option(text),
  });
  const runs = fc.record({
    id: fc.uuid(),
    trigger: fc.constantFrom('SCHEDULE', 'MANUAL', 'BACKFILL'),
    scheduled_for: fc.constant('2027-03-01T09:00:00.000Z'),
    fire_at: fc.constant('2027-03-01T09:00:00.001Z'),
    attempt: fc.integer({ min: 1, max: 40 }),
  });
  const records = fc.option(fc.dictionary(text, fc.jsonValue()));
  fc.assert(
    fc.property(schedules, runs, records, (schedule, run, record) => {
      const target = { schedule, run, record } as unknown as ActionTarget<unknown>;
      expect(envelope(target)).toBe(
        JSON.stringify({
          type: 'schedule.fired',
          timestamp: run.fire_at,
          data: {
            run_id: run.id,
            schedule_id: schedule.id,
            schedule_name: schedule.name,
            external_id: schedule.external_id,
            customer_id: schedule.customer_id,
            trigger: run.trigger,
            scheduled_for: run.scheduled_for,
            attempt: run.attempt,
            record,
          },
        }),
      );
    }),
  );
});
