import { CronExpressionParser } from 'cron-parser';
import { Cron } from 'croner';
import { type Recurrence, compile, tzdbVersion } from '../../../server/src/time/index.ts';
import { COMMON } from '../support/arena.ts';
import { readFlags } from '../support/flags.ts';
import { conclude, type Table, type Target } from '../support/results.ts';
import { round } from '../support/stats.ts';
import { shown, type Cell } from '../support/table.ts';

/*
 * next-instant and compile, side by side with croner and cron-parser in the same run. Each figure is the best of three
 * rounds: what the code can do, with other work on the machine left out as far as may be.
 */

const START = Date.UTC(2026, 0, 1);
const ROUNDS = 3;

/** How long a round takes. */
let roundMs = 400;

/** Calls of `step` per second. `step` does `batch` of them. */
function rate(batch: number, step: () => void): number {
  let best = 0;
  for (let turn = 0; turn < ROUNDS; turn += 1) {
    let calls = 0;
    const start = performance.now();
    let elapsed = 0;
    while (elapsed < roundMs) {
      step();
      calls += batch;
      elapsed = performance.now() - start;
    }
    best = Math.max(best, (calls / elapsed) * 1000);
  }
  return best;
}

function cron(expression: string, timezone: string): Recurrence {
  return compile({ type: 'CRON', expression, timezone, anchor: 0, anchorFires: true });
}

/** Walks `next` forward, a million instants and then from the start again. */
function walk(next: (after: number) => number | null, batch: number): () => void {
  let at = START;
  let walked = 0;
  return () => {
    for (let i = 0; i < batch; i += 1) at = next(at) ?? START;
    walked += batch;
    if (walked > 1_000_000 || at > Date.UTC(2060, 0, 1)) {
      at = START;
      walked = 0;
    }
  };
}

function ours(expression: string, timezone: string): number {
  const recurrence = cron(expression, timezone);
  return rate(
    1000,
    walk((after) => recurrence.next(after), 1000),
  );
}

function cronerRate(expression: string, timezone: string): number {
  const job = new Cron(expression, { timezone });
  return rate(
    50,
    walk((after) => job.nextRun(new Date(after))?.getTime() ?? null, 50),
  );
}

function cronParserRate(expression: string, timezone: string): number {
  // Its iterator is its fastest way: parsed once, then asked for the next and the next.
  const iterator = CronExpressionParser.parse(expression, { currentDate: new Date(START), tz: timezone });
  return rate(
    50,
    walk(() => iterator.next().getTime(), 50),
  );
}

const SUBJECTS: readonly (readonly [expression: string, timezone: string, wanted: number])[] = [
  ['*/5 * * * *', 'UTC', 1_000_000],
  ['0 9 * * 1-5', 'UTC', 1_000_000],
  ['*/5 * * * *', 'America/New_York', 500_000],
  ['0 9 * * 1-5', 'America/New_York', 500_000],
  ['0 0 L * *', 'America/New_York', 100_000],
  ['0 9 * * MON#2', 'America/New_York', 100_000],
];

const COMPILED = ['*/5 * * * *', '0 9 * * MON-FRI', '*/5 9-17 1,15 JAN-JUN MON-FRI', 'cron(0 9 ? * MON-FRI *)'];

/** The next instant of an expression, compiling one, and counting over long spans, beside croner and cron-parser. */
export async function time(args: readonly string[]): Promise<void> {
  const flags = readFlags(args, { ...COMMON, ms: roundMs });
  if (flags.ms < 1) throw new Error('--ms is 0; it takes a whole number of at least 1');
  roundMs = flags.ms;
  const found = SUBJECTS.map(([expression, timezone, wanted]) => ({
    expression,
    timezone,
    wanted,
    own: ours(expression, timezone),
    croner: cronerRate(expression, timezone),
    cronParser: cronParserRate(expression, timezone),
  }));
  const targets = found.map(({ expression, timezone, wanted, own }): Target => ({
    what: `next instant of ${expression}, ${timezone}`,
    wanted: `≥ ${shown(wanted)}/s`,
    found: `${shown(own)}/s`,
    held: own >= wanted,
  }));
  const nextTable: Table = {
    title: 'Next instant of a compiled expression, calls a second',
    head: ['expression', 'zone', 'HydraCore', 'croner', 'HydraCore ÷ this', 'cron-parser', 'HydraCore ÷ this'],
    rows: found.map(({ expression, timezone, own, croner, cronParser }): Cell[] => [
      `\`${expression}\``,
      timezone,
      own,
      croner,
      own / croner,
      cronParser,
      own / cronParser,
    ]),
  };
  await conclude(
    {
      workload: 'time',
      title: 'Time: the next instant of an expression',
      method: `Pure computation in one process, beside croner and cron-parser in the same run, each walking forward from instant to instant. Each figure is the best of ${ROUNDS} rounds of ${flags.ms} ms. Time zones as of tzdb ${tzdbVersion()}.`,
      notes: [],
      targets,
      tables: [nextTable, compileTable(), spansTable()],
      charts: [],
      settings: { ms: flags.ms },
      raw: found,
    },
    '',
    flags,
  );
}

function compileTable(): Table {
  const zone = 'America/New_York';
  return {
    title: 'Compiling an expression, µs',
    head: ['expression', 'HydraCore', 'croner', 'cron-parser'],
    rows: COMPILED.map((expression): Cell[] => {
      const own = micros(() => cron(expression, zone));
      // The others don't know AWS's form.
      if (expression.startsWith('cron(')) return [`\`${expression}\``, own, null, null];
      const croner = micros(() => new Cron(expression, { timezone: zone }));
      return [`\`${expression}\``, own, croner, micros(() => CronExpressionParser.parse(expression, { tz: zone }))];
    }),
  };
}

function spansTable(): Table {
  const second = cron('* * * * * *', 'America/New_York');
  const rare = cron('0 0 29 2 *', 'America/New_York');
  const year = START + 365 * 86_400_000;
  const century = Date.UTC(2126, 0, 1);
  return {
    title: 'Count and last over long spans, µs',
    head: ['question', 'answer', 'HydraCore'],
    rows: [
      ['how often in a year, `* * * * * *`', second.count(START, year), micros(() => second.count(START, year))],
      ['how often in a century, `0 0 29 2 *`', rare.count(START, century), micros(() => rare.count(START, century))],
      ['the last in a year, `* * * * * *`', null, micros(() => second.last(START, year))],
    ],
  };
}

function micros(work: () => unknown): number {
  return round(1e6 / rate(20, () => repeat(20, work)), 3);
}

function repeat(times: number, work: () => unknown): void {
  for (let i = 0; i < times; i += 1) work();
}
