import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantText } from '../time/index.ts';
import { attemptFrom, attemptText, type RepeatedOfRun, type StoredAttempt } from './attempt-text.ts';
import type { Attempt } from './run.ts';

const RUN: RepeatedOfRun = {
  id: '0199a1b2-c3d4-7e5f-8a6b-0123456789ab',
  schedule_id: '0199a1b2-0000-7000-8000-000000000001',
  trigger: 'SCHEDULE',
  scheduled_for: Date.parse('2027-03-01T09:00:00Z'),
  fire_at: Date.parse('2027-03-01T09:00:20Z'),
};
const TRACE = '00-0199a1b2c3d47e5f8a6b0123456789ab-7649c5b1670f4e48-01';

/** The body that is sent where the config gives none. */
function envelope(about: string, attempt = 1, record = 'null'): string {
  return (
    `{"type":"schedule.fired","timestamp":"2027-03-01T09:00:20.000Z","data":{"run_id":"${RUN.id}","schedule_id":"${RUN.schedule_id}",` +
    `"schedule_name":${about},"trigger":"SCHEDULE","scheduled_for":"2027-03-01T09:00:00.000Z","attempt":${attempt},"record":${record}}}`
  );
}

const NO_REFERENCES = ',"external_id":null,"customer_id":null';
const NAMED = '"every \\"minute\\"","external_id":null,"customer_id":null';
const HEADERS = {
  'user-agent': 'HydraCore-Schedules/0.1',
  'content-type': 'application/json',
  'webhook-id': RUN.id,
  'webhook-timestamp': '1803891620',
  'x-hydracore-schedule-id': RUN.schedule_id,
  'x-hydracore-scheduled-for': '2027-03-01T09:00:00.000Z',
  'x-hydracore-attempt': '1',
  traceparent: TRACE,
  'webhook-signature': '********',
};
const REQUEST = {
  method: 'POST',
  url: 'https://example.com/hook',
  headers: HEADERS,
  body: envelope(NAMED),
  body_truncated: false,
};
const ATTEMPT: Attempt = {
  attempt: 1,
  started_at: '2027-03-01T09:00:20.017Z',
  finished_at: '2027-03-01T09:00:20.044Z',
  node: 'a:1',
  outcome: 'SUCCEEDED',
  error: null,
  request: REQUEST,
  response: { status: 200, headers: {}, body: 'ok', body_truncated: false },
};

function stored(attempt: Attempt, run = RUN): StoredAttempt {
  return JSON.parse(attemptText(attempt, run)) as StoredAttempt;
}

/** Also letter for letter: people compare what a receiver got with what the ledger says. */
function expectBack(attempt: Attempt, run = RUN): void {
  const back = attemptFrom(stored(attempt, run), run);
  expect(back).toEqual(attempt);
  expect(JSON.stringify(back)).toBe(JSON.stringify(attempt));
}

it('keeps of a usual request what its run does not tell', () => {
  expect(stored(ATTEMPT)).toEqual({
    attempt: 1,
    started_at: '2027-03-01T09:00:20.017Z',
    finished_at: '2027-03-01T09:00:20.044Z',
    node: 'a:1',
    outcome: 'SUCCEEDED',
    sent: {
      method: 'POST',
      url: 'https://example.com/hook',
      trace: '7649c5b1670f4e48',
      envelope: ['"every \\"minute\\""'],
    },
    response: { status: 200, headers: {}, body: 'ok', body_truncated: false },
  });
  expectBack(ATTEMPT);
});

const { 'webhook-signature': _, ...UNSIGNED } = HEADERS;
const LATER = { ...HEADERS, 'x-hydracore-attempt': '2', 'webhook-timestamp': '1803891621' };

it.each<[string, Readonly<Record<string, unknown>>, Partial<Attempt>, readonly string[]]>([
  ['a customer and an external id', { body: envelope('"a","external_id":"x","customer_id":"c"') }, {}, ['envelope']],
  ['a record', { body: envelope(NAMED, 1, '{"id":"r","data":{"at":"2027"}}') }, {}, ['envelope']],
  ['a record and a customer', { body: envelope('"a","external_id":"x","customer_id":"c"', 1, '{}') }, {}, ['envelope']],
  ['a second attempt', { headers: LATER, body: envelope(NAMED, 2) }, { attempt: 2 }, ['envelope', 'at']],
  ['a body of its own', { body: '{"a":1}' }, {}, ['body']],
  ['no body', { method: 'GET', body: null }, {}, ['body']],
  ['an empty body', { body: '' }, {}, ['body']],
  ['a body that was cut', { body: envelope(NAMED), body_truncated: true }, {}, ['body', 'body_truncated']],
  ['an envelope that ends otherwise', { body: `${envelope(NAMED)} ` }, {}, ['envelope']],
  ['an envelope of another attempt', { body: envelope(NAMED, 2) }, {}, ['body']],
  ['no signature', { headers: UNSIGNED }, {}, ['after', 'envelope']],
  ['headers of its own', { headers: { 'x-a': '1', ...HEADERS } }, {}, ['headers', 'envelope']],
  ['a trace from outside', { headers: { ...HEADERS, traceparent: TRACE.replace('0199', '7777') } }, {}, ['envelope']],
  ['a trace that is not sampled', { headers: { ...HEADERS, traceparent: TRACE.replace(/1$/, '0') } }, {}, ['envelope']],
])('keeps %s beside it', (_, request, about, keys) => {
  const attempt = { ...ATTEMPT, ...about, request: { ...REQUEST, ...request } };
  expectBack(attempt);
  const sent = Object.keys(stored(attempt).sent ?? {});
  expect(sent.filter((key) => !['method', 'url', 'trace'].includes(key)).toSorted()).toEqual(keys.toSorted());
});

it.each<[string, Attempt['request']]>([
  ['none', null],
  ['one that was refused before it was made', { method: 'POST', url: null }],
  ['that of another action', { level: 'info', message: 'x' }],
  ['one with more in it', { ...REQUEST, sent: 1 }],
  ['one whose headers are of another run', { ...REQUEST, headers: { ...HEADERS, 'webhook-id': 'other' } }],
  [
    'one with the headers in another order',
    { ...REQUEST, headers: Object.fromEntries(Object.entries(HEADERS).toReversed()) },
  ],
  ['one with a traceparent that is none', { ...REQUEST, headers: { ...HEADERS, traceparent: '7649c5b1670f4e48' } }],
])('keeps a request as it is: %s', (_, request) => {
  expectBack({ ...ATTEMPT, request });
  expect(stored({ ...ATTEMPT, request }).sent).toBeUndefined();
});

it('reads what was kept as a whole, and what came to an attempt later', () => {
  expect(attemptFrom(ATTEMPT, RUN)).toEqual(ATTEMPT);
  const completion = { status: 'FAILED' as const, result: null, error: 'x', at: '2027-03-01T09:01:00.000Z' };
  const error = { code: 'reported_failure', message: 'x' };
  expect(attemptFrom({ ...stored(ATTEMPT), outcome: 'FAILED', error, completion }, RUN)).toEqual({
    ...ATTEMPT,
    outcome: 'FAILED',
    error,
    completion,
  });
});

describe('whatever it is', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('null', '"', '\\', NO_REFERENCES));
  // Names of headers have no quotes and no backslashes.
  const token = fc.stringMatching(/^[a-z0-9_-]{1,12}$/);
  const name = fc.oneof(token, fc.constantFrom(...Object.keys(HEADERS), '__proto__', '1'));
  const headers = fc.dictionary(name, text);
  const instant = fc.integer({ min: 0, max: 4_000_000_000_000 });
  const body = fc.oneof(
    fc.constant(null),
    text,
    fc
      .tuple(text, fc.integer({ min: 1, max: 2 }), text)
      .map(([about, attempt, record]) => envelope(about, attempt, record)),
  );

  it('gives back what it was given', () => {
    fc.assert(
      fc.property(
        fc.record({
          before: headers,
          after: headers,
          changed: headers,
          body,
          isCut: fc.boolean(),
          at: instant,
          attempt: fc.integer({ min: 1, max: 2 }),
        }),
        fc.boolean(),
        ({ before, after, changed, body, isCut, at, attempt }, isUsual) => {
          const mixed = { ...before, ...HEADERS, ...after, ...(isUsual ? {} : changed) };
          const request = { method: 'PUT', url: 'https://example.com', headers: mixed, body, body_truncated: isCut };
          expectBack({ ...ATTEMPT, attempt, started_at: instantText(at), request });
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
