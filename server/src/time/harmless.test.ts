import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Recurrence, compile } from './index.ts';

const SEED = 20260308;
const DAY = 86_400_000;
const ANY_INSTANT = fc.integer({ min: 0, max: Date.UTC(2199, 11, 31) });

type Kind = 'CRON' | 'RATE' | 'ONE_TIME' | 'RRULE';
const KINDS: readonly Kind[] = ['CRON', 'RATE', 'ONE_TIME', 'RRULE'];

const DAY_ITEMS = [
  '*',
  '?',
  'L',
  'LW',
  '15W',
  'FRI#2',
  '5L',
  '*/5',
  '1-5',
  '22-2',
  'MON',
  '31',
  'x',
  '99',
  '',
  '-',
  '+5',
];
const RULE_PARTS = [
  ['INTERVAL=7', 'INTERVAL=60', 'INTERVAL=420', 'INTERVAL=9999999'],
  ['BYDAY=MO', 'BYDAY=MO,TU', 'BYDAY=5TU', 'BYDAY=-1FR'],
  ['BYHOUR=3', 'BYHOUR=0,23'],
  ['BYMINUTE=3', 'BYMINUTE=0,30'],
  ['BYSECOND=5', 'BYSECOND=0,59'],
  ['BYMONTH=2', 'BYMONTH=2,4'],
  ['BYMONTHDAY=30', 'BYMONTHDAY=29', 'BYMONTHDAY=-31'],
  ['BYWEEKNO=53', 'BYYEARDAY=366', 'BYSETPOS=5', 'BYSETPOS=-1'],
  ['COUNT=999999999', 'COUNT=3', 'UNTIL=21000101', 'UNTIL=20260201T000000Z', 'UNTIL=20270201T090000', 'WKST=SU'],
];

const nearRules = fc
  .tuple(
    fc.constantFrom('DAILY', 'SECONDLY', 'MINUTELY', 'HOURLY', 'YEARLY', 'WEEKLY', 'MONTHLY', 'NEVER'),
    ...RULE_PARTS.map((part) => fc.oneof({ weight: 2, arbitrary: fc.constant('') }, fc.constantFrom(...part))),
  )
  .map(([frequency, ...parts]) => [`FREQ=${frequency}`, ...parts.filter((part) => part !== '')].join(';'));

const glued = (pieces: readonly string[], maxLength: number, between = ''): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...pieces), { maxLength }).map((chosen) => chosen.join(between));

/** Plain noise for any kind, and text so near the grammar of a kind that it gets far, some of it right. */
const texts: fc.Arbitrary<readonly [Kind, string]> = fc.oneof(
  fc.tuple(fc.constantFrom(...KINDS), fc.string({ maxLength: 300, unit: 'binary' })),
  fc.tuple(fc.constantFrom(...KINDS), glued('0123456789*/-,#LW?+@ ()TZ:=;'.split(''), 60)),
  fc.tuple(fc.constant<Kind>('CRON'), glued(DAY_ITEMS, 8, ' ')),
  {
    weight: 4,
    arbitrary: fc.tuple(
      fc.constant<Kind>('CRON'),
      fc.array(fc.constantFrom(...DAY_ITEMS), { minLength: 3, maxLength: 3 }).map((f) => `*/7 3 ${f.join(' ')}`),
    ),
  },
  fc.tuple(
    fc.constant<Kind>('RATE'),
    glued(['rate(', '5', '0', ' minutes', 'P', 'T', '1H', '30M', 'PT1H', '90s', ')'], 5),
  ),
  fc.tuple(
    fc.constant<Kind>('ONE_TIME'),
    fc
      .tuple(
        fc.constantFrom('', 'at('),
        fc.constantFrom('2026-03-08', '2026-02-29', '1969-01-01'),
        fc.constantFrom('', 'T02:30', ' 02:30:00.5', 'T2:30'),
        fc.constantFrom('', 'Z', '-04:00', '+25:00'),
        fc.constantFrom('', ')'),
      )
      .map((pieces) => pieces.join('')),
  ),
  { weight: 3, arbitrary: fc.tuple(fc.constant<Kind>('RRULE'), nearRules) },
);

const BOUND = 50;

/** The best of three: the bound is on the work, and a machine may pause for its own reasons. */
function timed<T>(what: string, run: () => T): T {
  let result = run();
  let best = Infinity;
  for (let i = 0; i < 3 && best > BOUND; i += 1) {
    const start = performance.now();
    result = run();
    best = Math.min(best, performance.now() - start);
  }
  expect(best, what).toBeLessThan(BOUND);
  return result;
}

function attempt(type: Kind, expression: string): Recurrence | null {
  try {
    return compile({
      type,
      expression,
      timezone: 'America/New_York',
      anchor: Date.UTC(2026, 0, 31, 9),
      anchorFires: true,
    });
  } catch (error) {
    expect(error, `${type} "${expression}"`).toMatchObject({
      name: 'ExpressionError',
      field: 'schedule_expression',
      type: expect.stringMatching(/^[a-z_]+$/),
    });
    return null;
  }
}

describe('no text does harm', () => {
  test(`any text compiles or is refused in words, and every question is answered, within ${BOUND} ms`, () => {
    const accepted = new Map<Kind, number>();
    fc.assert(
      fc.property(texts, ANY_INSTANT, ([type, expression], after) => {
        const recurrence = timed(`compile ${type} "${expression}"`, () => attempt(type, expression));
        if (recurrence === null) return;
        accepted.set(type, (accepted.get(type) ?? 0) + 1);
        const fresh = (): Recurrence => attempt(type, expression) ?? recurrence;
        timed(`next of ${type} "${expression}"`, () => fresh().next(after));
        timed(`count of ${type} "${expression}"`, () => fresh().count(after, after + 365 * DAY));
        timed(`last of ${type} "${expression}"`, () => fresh().last(0, after));
        expect(recurrence.describe()).not.toBe('');
        expect(attempt(type, recurrence.canonical)?.canonical, `canonical of "${expression}"`).toBe(
          recurrence.canonical,
        );
      }),
      { numRuns: 3000, seed: SEED },
    );
    for (const kind of KINDS) expect(accepted.get(kind) ?? 0, `${kind} texts that compile`).toBeGreaterThan(10);
  });
});
