import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { errorSentence, errorWords, isOverdue, latenessWords, runSentence } from './run-words.ts';

const DOCS = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
const [, codes = '', reasons = ''] = DOCS.split(/^## On runs: .*$/m);
const rowsOf = (text: string) =>
  text.split('\n').flatMap((line) => /^\| `(\w+)`\s*\| *(\w+)/.exec(line)?.slice(1, 3) ?? []);

const RUN = {
  trigger: 'SCHEDULE',
  reason: null,
  error: null,
  missed_count: null,
  attempt: 1,
  cancel_requested: false,
  fire_at: '2027-03-01T09:00:00.000Z',
  created_at: '2027-03-01T08:59:59.990Z',
} as const;
const NOW = Date.parse(RUN.fire_at) + 1_000;

it('has a sentence for every reason of the docs', () => {
  const found = rowsOf(reasons);
  expect(found.length).toBeGreaterThan(30);
  for (let i = 0; i < found.length; i += 2) {
    const [reason, status] = found.slice(i, i + 2);
    const plain = runSentence({ ...RUN, status: status as 'FAILED' }, NOW);
    expect(
      runSentence({ ...RUN, status: status as 'FAILED', reason: reason ?? null }, NOW),
      `${status} ${reason}`,
    ).not.toBe(plain);
  }
});

it('has a sentence for every error code of the docs', () => {
  const found = rowsOf(codes).filter((_, i) => i % 2 === 0);
  expect(found.length).toBeGreaterThan(20);
  expect(found.filter((code) => errorSentence(code) === '')).toEqual([]);
});

it.each([
  [
    { status: 'MISSED', reason: 'PAUSED', missed_count: 1_200 },
    'because the schedule was paused. This row stands for 1,200',
  ],
  [{ status: 'PENDING', attempt: 1 }, 'waits for its retry'],
  [{ status: 'PENDING', attempt: 0 }, 'about to start'],
  [{ status: 'RUNNING', cancel_requested: true }, 'asked to stop'],
  [{ status: 'FAILED', reason: 'OF_A_LATER_VERSION' }, 'It failed.'],
] as const)('%j is told as %j', (run, words) => {
  expect(runSentence({ ...RUN, ...run }, NOW)).toContain(words);
});

it('tells lateness as on time below a second', () => {
  expect([latenessWords(12), latenessWords(61_000), latenessWords(null)]).toEqual([
    'on time (12 ms after)',
    '1 min 1 s late',
    '',
  ]);
});

it.each([
  ['http_status', 'The receiver answered 500.', /^The receiver answered 500\. 408/],
  ['recipients_refused', 'Not for a@b.c (550 unknown)', /^Not for a@b\.c \(550 unknown\)\. The mail server took/],
  ['of_a_later_version', 'It broke', /^It broke$/],
  [
    'mail_not_configured',
    'This server is not configured to send mail.',
    /^This server is not configured to send mail\.$/,
  ],
])('what happened and what %s means are sentences, each told once', (code, message, words) => {
  expect(errorWords({ code, message })).toMatch(words);
});

it('says of a run that could have started a while ago that it waits, and for what that can be', () => {
  const waits = { ...RUN, status: 'PENDING', attempt: 0 } as const;
  const later = NOW + 60_000;
  expect(runSentence(waits, NOW)).toBe('It is about to start.');
  expect(runSentence(waits, later)).toContain('is due and has not started');
  expect(runSentence({ ...waits, attempt: 1 }, later)).toContain('waits for its retry');
  expect(runSentence({ ...waits, reason: 'OVERLAP' }, later)).toContain('waits for an earlier run');
  // A backfill makes runs of the past: they wait since they are there.
  expect(isOverdue({ ...waits, created_at: new Date(later).toISOString() }, later)).toBe(false);
});
