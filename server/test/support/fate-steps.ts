import fc from 'fast-check';

/** Random lives of schedules, for `fates`: how one is made, and what is done to it and its receiver as time goes on. */

export const MINUTE = 60_000;
/** Shortly before the hour that New York has twice. */
export const START = Date.parse('2026-11-01T04:00:00Z');

const RULES = [
  {
    schedule_type: 'CRON',
    expressions: ['* * * * *', '*/7 * * * *', '0 */10 * * * *', '30 1 * * *', '17,19 0-3 * * *'],
  },
  { schedule_type: 'RATE', expressions: ['rate(3 minutes)', '7m', '90s', 'PT1H'] },
  {
    schedule_type: 'RRULE',
    expressions: ['FREQ=MINUTELY;INTERVAL=4', 'FREQ=HOURLY;BYMINUTE=0,30', 'FREQ=MINUTELY;INTERVAL=5;COUNT=20'],
  },
] as const;

/** How a receiver answers. */
export type Mood = 'well' | 'rejects' | 'accepts' | 'fails';

export type Fields = Readonly<Record<string, unknown>>;

export type Step =
  | { readonly kind: 'advance' | 'outage'; readonly by: number }
  | { readonly kind: 'pause' | 'resume' | 'trigger' }
  | { readonly kind: 'change'; readonly fields: Fields }
  | { readonly kind: 'backfill'; readonly minutes: number; readonly overlap_policy: string }
  | { readonly kind: 'receiver'; readonly mood: Mood };

/** One life. */
export interface Life {
  readonly fields: Fields;
  readonly steps: readonly Step[];
}

const offset = (...minutes: (number | null)[]) =>
  fc.constantFrom(...minutes).map((at) => (at === null ? null : new Date(START + at * MINUTE).toISOString()));

const fieldsOf = (expressions: readonly string[]) => ({
  schedule_expression: fc.constantFrom(...expressions),
  timezone: fc.constantFrom('UTC', 'America/New_York', 'Australia/Lord_Howe'),
  start_at: offset(null, 0, 10, -30, 61),
  end_at: offset(null, null, null, 40, 100, 180),
  flexible_window_minutes: fc.constantFrom(0, 0, 5, 60),
  catchup_window_minutes: fc.constantFrom(0, 10, 60),
  overlap_policy: fc.constantFrom('SKIP', 'BUFFER_ONE', 'BUFFER_ALL', 'CANCEL_OTHER', 'TERMINATE_OTHER', 'ALLOW_ALL'),
  rate_limit_per_minute: fc.constantFrom(null, null, 1, 4),
});

const seconds = (...of: number[]) => fc.constantFrom(...of).map((s) => s * 1_000);

function stepOf(expressions: readonly string[]): fc.Arbitrary<Step> {
  return fc.oneof<fc.MaybeWeightedArbitrary<Step>[]>(
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant('advance'), by: seconds(0.001, 1, 30, 60, 300, 1_200, 2_820) }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('outage'), by: seconds(1, 60, 300, 1_200, 6_000) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('pause', 'resume', 'resume', 'trigger') }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('change'),
        fields: fc.record(
          { ...fieldsOf(expressions), status: fc.constantFrom('ACTIVE', 'PAUSED') },
          { requiredKeys: [] },
        ),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('backfill'),
        minutes: fc.constantFrom(5, 30),
        overlap_policy: fc.constantFrom('ALLOW_ALL', 'SKIP', 'BUFFER_ALL'),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('receiver'),
        mood: fc.constantFrom<Mood>('well', 'rejects', 'accepts', 'fails'),
      }),
    },
  );
}

export const LIVES: fc.Arbitrary<Life> = fc.constantFrom(...RULES).chain(({ schedule_type, expressions }) =>
  fc.record({
    fields: fc.record({
      ...fieldsOf(expressions),
      schedule_type: fc.constant(schedule_type),
      max_retries: fc.constantFrom(0, 1),
      pause_on_failure_count: fc.constantFrom(2, 100),
    }),
    steps: fc.array(stepOf(expressions), { minLength: 4, maxLength: 16 }),
  }),
);
