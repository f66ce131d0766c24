import { CronExpressionParser } from 'cron-parser';
import { Cron } from 'croner';
import { type Recurrence, compile, tzdbVersion } from '../../server/src/time/index.ts';

/*
 * next-instant and compile, side by side with croner and cron-parser in the same run. Each figure is the best of three
 * rounds: what the code can do, with other work on the machine left out as far as may be.
 */

const START = Date.UTC(2026, 0, 1);
const ROUNDS = 3;
const ROUND_MS = 400;

/** Calls of `step` per second. `step` does `batch` of them. */
function rate(batch: number, step: () => void): number {
  let best = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    let calls = 0;
    const start = performance.now();
    let elapsed = 0;
    while (elapsed < ROUND_MS) {
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

export function run(): string {
  const lines = [
    `next instant of a compiled expression, calls per second (Node ${process.version}, tz ${tzdbVersion()})`,
    '',
    '| expression | zone | time/ | wanted | croner | ratio | cron-parser | ratio |',
    '|---|---|---:|---:|---:|---:|---:|---:|',
  ];
  for (const [expression, timezone, wanted] of SUBJECTS) {
    const own = ours(expression, timezone);
    const peers = [cronerRate(expression, timezone), cronParserRate(expression, timezone)];
    const cells = peers.flatMap((peer) => [whole(peer), `${Math.round(own / peer)}×`]);
    lines.push(`| \`${expression}\` | ${timezone} | ${whole(own)} | ${whole(wanted)} | ${cells.join(' | ')} |`);
  }
  lines.push(
    '',
    'compile, microseconds (wanted: under 20)',
    '',
    '| expression | time/ | croner | cron-parser |',
    '|---|---:|---:|---:|',
  );
  for (const expression of COMPILED) {
    const own = micros(() => cron(expression, 'America/New_York'));
    const aws = expression.startsWith('cron(');
    const croner = aws ? '–' : micros(() => new Cron(expression, { timezone: 'America/New_York' }));
    const parser = aws ? '–' : micros(() => CronExpressionParser.parse(expression, { tz: 'America/New_York' }));
    lines.push(`| \`${expression}\` | ${own} | ${croner} | ${parser} |`);
  }
  lines.push('', 'count and last over long spans, microseconds', '', '| question | time/ |', '|---|---:|');
  const second = cron('* * * * * *', 'America/New_York');
  const year = START + 365 * 86_400_000;
  lines.push(
    `| a year of \`* * * * * *\` in New York: ${whole(second.count(START, year))} | ${micros(() => second.count(START, year))} |`,
  );
  const rare = cron('0 0 29 2 *', 'America/New_York');
  const century = Date.UTC(2126, 0, 1);
  lines.push(
    `| a century of \`0 0 29 2 *\`: ${rare.count(START, century)} | ${micros(() => rare.count(START, century))} |`,
  );
  lines.push(`| the last \`* * * * * *\` of a year | ${micros(() => second.last(START, year))} |`);
  return lines.join('\n');
}

function micros(work: () => unknown): string {
  return (1e6 / rate(20, () => repeat(20, work))).toFixed(1);
}

function repeat(times: number, work: () => unknown): void {
  for (let i = 0; i < times; i += 1) work();
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}
