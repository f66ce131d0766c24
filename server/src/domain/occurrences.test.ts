import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planDue, type DueSchedule, type PlannedRow } from './occurrences.ts';
import { nextOccurrence, recurrenceOf } from './recurrence.ts';

const NONE = { active: 0, held: 0, first: null };
const START = Date.UTC(2027, 2, 12, 8);

function schedule(fields: Partial<DueSchedule>): DueSchedule {
  const timing = {
    id: '01a20a45-dd9c-700b-884e-6caaaed805fe',
    schedule_type: 'CRON' as const,
    schedule_expression: '* * * * *',
    timezone: 'America/New_York',
    start_at: null,
    end_at: null,
    flexible_window_minutes: 0,
    catchup_window_minutes: 10,
    overlap_policy: 'ALLOW_ALL' as const,
    rate_limit_per_minute: null,
    rate_free_at: null,
    created_at: START,
    ...fields,
  };
  return { ...timing, next_run_at: nextOccurrence(timing, START)?.scheduled_for ?? 0 };
}

/** Plans at each instant in turn, as passes of the planner do, until nothing more is due there. */
function planAt(first: DueSchedule, instants: readonly number[], maxRows: number): PlannedRow[] {
  const rows: PlannedRow[] = [];
  let current: DueSchedule | null = first;
  for (const now of instants) {
    for (;;) {
      if (current === null) return rows;
      const plan = planDue(
        current,
        now,
        { active: 0, held: rows.filter((row) => row.fate === 'HOLD').length, first: null },
        maxRows,
      );
      rows.push(...plan.rows);
      const { next_run_at } = plan.state;
      current = next_run_at === null ? null : { ...current, next_run_at, rate_free_at: plan.rate_free_at };
      if (plan.rows.length === 0) break;
    }
  }
  return rows;
}

describe('planning', () => {
  it('gives every occurrence exactly one fate, whenever and however often it looks', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('* * * * *', '*/7 * * * *', '30 2 * * *', '0 9 * * MON-FRI', '*/20 * * * * *'),
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 0, max: 20 }),
        fc.array(fc.integer({ min: 1, max: 6 * 3_600_000 }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 50 }),
        (schedule_expression, catchup_window_minutes, flexible_window_minutes, pauses, maxRows) => {
          const first = schedule({ schedule_expression, catchup_window_minutes, flexible_window_minutes });
          let now = START;
          const instants = pauses.map((pause) => (now += pause));
          const rows = planAt(first, instants, maxRows);
          let after = START;
          for (const row of rows) {
            expect(row.scheduled_for).toBe(nextOccurrence(first, after)?.scheduled_for);
            const last = row.fate === 'MISSED' ? row.missed_until : row.scheduled_for;
            if (row.fate === 'MISSED') {
              expect(row.missed_count).toBe(recurrenceOf(first).count(after, row.missed_until));
            } else {
              expect(row.fire_at).toBeLessThanOrEqual(now);
            }
            after = last;
          }
          // And nothing that is due is left over.
          expect(nextOccurrence(first, after)?.fire_at ?? Number.POSITIVE_INFINITY).toBeGreaterThan(now);
        },
      ),
      { seed: 7, numRuns: 300 },
    );
  });

  it.each([
    // The window is a minute at least; then what the schedule says, counted from fire_at.
    { catchup: 0, lateMs: 60_000, fate: 'RUN' },
    { catchup: 0, lateMs: 60_001, fate: 'MISSED' },
    { catchup: 10, lateMs: 600_000, fate: 'RUN' },
    { catchup: 10, lateMs: 600_001, fate: 'MISSED' },
  ])('catchup_window_minutes $catchup, $lateMs ms late: $fate', ({ catchup, lateMs, fate }) => {
    const once = schedule({
      schedule_type: 'ONE_TIME',
      schedule_expression: '2027-03-12T09:00:00Z',
      catchup_window_minutes: catchup,
    });
    const { rows, state } = planDue(once, once.next_run_at + lateMs, NONE, 10);
    expect(rows.map((row) => row.fate)).toEqual([fate]);
    expect(state).toMatchObject({ status: 'COMPLETED', status_reason: fate === 'RUN' ? 'FIRED' : 'END_REACHED' });
  });

  it('spaces starts under a rate limit, through several passes', () => {
    const limited = schedule({ schedule_expression: '*/10 * * * * *', rate_limit_per_minute: 3 });
    const rows = planAt(limited, [START + 30_000, START + 60_000], 2);
    expect(rows.map((row) => row.fate)).toEqual(['RUN', 'HOLD', 'HOLD', 'HOLD', 'HOLD', 'HOLD']);
    const last = planDue(
      { ...limited, rate_free_at: START + 50_000 },
      START + 30_000,
      { active: 1, held: 2, first: 'old' },
      9,
    );
    expect(last.release_at).toBe(START + 50_000);
    expect(last.rows.map((row) => 'reason' in row && row.reason)).toEqual(['RATE_LIMIT', 'RATE_LIMIT', 'RATE_LIMIT']);
  });

  // Three occurrences are due at once, before them so many runs are open. The last word of a fate is what it is behind: the one
  // that was open before, or the first of the three.
  it.each([
    ['SKIP', 0, 0, ['RUN', 'SKIPPED OVERLAP first', 'SKIPPED OVERLAP first'], null],
    ['SKIP', 1, 0, ['SKIPPED OVERLAP before', 'SKIPPED OVERLAP before', 'SKIPPED OVERLAP before'], null],
    ['BUFFER_ONE', 0, 0, ['RUN', 'HOLD OVERLAP first', 'SKIPPED OVERLAP first'], null],
    ['BUFFER_ONE', 1, 0, ['HOLD OVERLAP before', 'SKIPPED OVERLAP before', 'SKIPPED OVERLAP before'], null],
    ['BUFFER_ONE', 1, 1, ['SKIPPED OVERLAP before', 'SKIPPED OVERLAP before', 'SKIPPED OVERLAP before'], null],
    ['BUFFER_ALL', 0, 0, ['RUN', 'HOLD OVERLAP first', 'HOLD OVERLAP first'], null],
    ['BUFFER_ALL', 1, 998, ['HOLD OVERLAP before', 'HOLD OVERLAP before', 'SKIPPED BUFFER_FULL before'], null],
    ['CANCEL_OTHER', 0, 0, ['RUN', 'CANCELLED SUPERSEDED first', 'HOLD OVERLAP first'], 'now'],
    [
      'CANCEL_OTHER',
      1,
      1,
      ['CANCELLED SUPERSEDED before', 'CANCELLED SUPERSEDED before', 'HOLD OVERLAP before'],
      'now',
    ],
    [
      'TERMINATE_OTHER',
      1,
      0,
      ['CANCELLED SUPERSEDED before', 'CANCELLED SUPERSEDED before', 'HOLD OVERLAP before'],
      'now',
    ],
    // What only waits for its turn makes way: nothing is left to be behind.
    ['CANCEL_OTHER', 0, 1, ['CANCELLED SUPERSEDED', 'CANCELLED SUPERSEDED', 'HOLD OVERLAP'], 'now'],
    ['ALLOW_ALL', 5, 0, ['RUN', 'RUN', 'RUN'], null],
    // Those that are held go first, whatever the policy says now.
    ['ALLOW_ALL', 1, 1, ['HOLD RATE_LIMIT', 'HOLD RATE_LIMIT', 'HOLD RATE_LIMIT'], 'now'],
  ] as const)('%s with %i active and %i held', (overlap_policy, active, held, fates, release) => {
    const now = START + 180_000;
    const first = active + held > 0 ? 'before' : null;
    const plan = planDue(schedule({ overlap_policy }), now, { active, held, first }, 10);
    const told = plan.rows.map((row) => {
      const behind = ('behind' in row ? row.behind : null) ?? null;
      const who =
        typeof behind === 'string' ? behind : behind?.scheduled_for === plan.rows[0]?.scheduled_for && 'first';
      return [row.fate, 'reason' in row && row.reason, behind !== null && (who || 'another')].filter(Boolean).join(' ');
    });
    expect(told).toEqual(fates);
    expect(plan.release_at).toBe(release === 'now' ? now : null);
    expect(plan.supersedes).toBe(fates.some((fate) => fate.startsWith('CANCELLED SUPERSEDED')));
  });
});
