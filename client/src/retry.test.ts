import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConnectionError } from './errors.ts';
import { isRepeatable, retryAfter, send, type Fetch } from './retry.ts';

const RETRIES = { max: 3, baseMs: 100, maxMs: 1_000, maxRetryAfterMs: 60_000 };
const ORIGIN = 'http://127.0.0.1:8080';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

type Step = Response | Error | (() => Promise<Response>);

/** Sends a request to what does these steps, one a try; tells how long was waited before each. */
async function sendTo(steps: Step[], options: { repeatable?: boolean; request?: Request; timeoutMs?: number } = {}) {
  const bodies: string[] = [];
  const waits: number[] = [];
  let last = Date.now();
  const fetch: Fetch = async (request) => {
    waits.push(Date.now() - last);
    last = Date.now();
    bodies.push(await request.text());
    const step = steps[bodies.length - 1];
    if (step === undefined) throw new Error('one try more than expected');
    if (typeof step === 'function') {
      return await Promise.race([
        step(),
        new Promise<never>((_, reject) =>
          request.signal.addEventListener('abort', () => reject(request.signal.reason)),
        ),
      ]);
    }
    if (step instanceof Error) throw step;
    return step;
  };
  const request = options.request ?? new Request(`${ORIGIN}/v1/schedules`, { method: 'POST', body: '{"a":1}' });
  const { repeatable = true, timeoutMs = 60_000 } = options;
  const sending = send(request, { fetch, retries: RETRIES, timeoutMs, repeatable }).then(
    (answer) => answer.status,
    (error: unknown) => error,
  );
  await vi.runAllTimersAsync();
  return { result: await sending, bodies, waits: waits.slice(1) };
}

const answer = (status: number, headers: Record<string, string> = {}, body = '{}') =>
  new Response(body, { status, headers });

describe('a request that does no harm done twice', () => {
  it.each([502, 503, 504, 429])('is sent again after %i, with the same body', async (status) => {
    const { result, bodies } = await sendTo([answer(status), answer(status), answer(201)]);
    expect(result).toBe(201);
    expect(bodies).toEqual(['{"a":1}', '{"a":1}', '{"a":1}']);
  });

  it('is done once where the answer has no body, though Chromium says it has an empty one', async () => {
    const empty = new Response(null, { status: 204 });
    Object.defineProperty(empty, 'body', { value: new ReadableStream() });
    expect(await sendTo([empty])).toMatchObject({ result: 204, waits: [] });
  });

  it('is sent again after a connection that broke, before or amid the answer', async () => {
    const broken = new ReadableStream({ pull: (stream) => stream.error(new TypeError('terminated')) });
    expect(await sendTo([new TypeError('fetch failed'), new Response(broken), answer(200)])).toMatchObject({
      result: 200,
    });
  });

  it('is given up on after the last try: with its answer, or with why there was none', async () => {
    expect((await sendTo([answer(503), answer(503), answer(503), answer(503)])).result).toBe(503);
    const failure = new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:8080') });
    const { result } = await sendTo([failure, failure, failure, failure]);
    expect(result).toBeInstanceOf(ConnectionError);
    expect(result).toMatchObject({
      status: 0,
      code: 'connection_failed',
      detail: 'http://127.0.0.1:8080 does not answer (4 tries): connect ECONNREFUSED 127.0.0.1:8080',
    });
  });

  it('waits longer each time, half of it at random', async () => {
    const { waits } = await sendTo([answer(503), answer(503), answer(503), answer(503)]);
    for (const [index, most] of [100, 200, 400].entries()) {
      expect(waits[index]).toBeGreaterThanOrEqual(most / 2);
      expect(waits[index]).toBeLessThanOrEqual(most);
    }
  });

  it('waits as long as Retry-After asks, unless that is too long', async () => {
    const { waits } = await sendTo([answer(429, { 'retry-after': '7' }), answer(200)]);
    expect(waits[0]).toBeGreaterThanOrEqual(7_050);
    expect(waits[0]).toBeLessThanOrEqual(7_100);
    expect(await sendTo([answer(429, { 'retry-after': '61' })])).toMatchObject({ result: 429, waits: [] });
  });

  it('is given up on a try that takes too long, and sent again; in the end with that as the reason', async () => {
    const never = () => new Promise<Response>(() => undefined);
    const { result, waits } = await sendTo([never, answer(200)], { timeoutMs: 5_000 });
    expect(result).toBe(200);
    expect(waits[0]).toBeGreaterThanOrEqual(5_050);
    const given = await sendTo([never, never, never, never], { timeoutMs: 5_000 });
    expect(given.result).toMatchObject({ detail: expect.stringContaining('no answer within 5000 ms') });
  });
});

describe('a request that may not be done twice', () => {
  it.each([502, 503, 504])('is not sent again after %i', async (status) => {
    expect((await sendTo([answer(status)], { repeatable: false })).result).toBe(status);
  });

  it('is not sent again after a connection that broke', async () => {
    const { result } = await sendTo([new TypeError('fetch failed')], { repeatable: false });
    expect(result).toMatchObject({ detail: 'http://127.0.0.1:8080 does not answer: fetch failed' });
  });

  it('is sent again where it was certainly not done: 429, and a conflict that was taken back', async () => {
    const conflict = () => answer(409, {}, '{"detail":"…","code":"conflict"}');
    expect((await sendTo([answer(429), conflict(), answer(200)], { repeatable: false })).result).toBe(200);
    expect((await sendTo([answer(409, {}, '{"detail":"…","code":"slug_taken"}')])).result).toBe(409);
  });

  it('is one with If-Match, and a POST without an Idempotency-Key', () => {
    const ask = (method: string, headers: Record<string, string> = {}) =>
      isRepeatable(new Request(ORIGIN, { method, headers }));
    expect([ask('GET'), ask('PUT'), ask('DELETE'), ask('POST', { 'Idempotency-Key': 'k' })]).toEqual(
      Array(4).fill(true),
    );
    expect([ask('POST'), ask('PUT', { 'If-Match': '"3"' })]).toEqual([false, false]);
  });
});

it.each([400, 401, 403, 404, 409, 412, 422, 500])('%i is an answer: it is not asked for again', async (status) => {
  expect((await sendTo([answer(status)])).result).toBe(status);
});

it('an abort ends it at once, amid a try or between two, with the reason given', async () => {
  const stopped = async (steps: Step[]) => {
    const stop = new AbortController();
    setTimeout(() => stop.abort('enough'), 20);
    return await sendTo(steps, { request: new Request(ORIGIN, { signal: stop.signal }) });
  };
  expect(await stopped([() => new Promise(() => undefined)])).toMatchObject({ result: 'enough' });
  expect(await stopped([answer(503)])).toMatchObject({ result: 'enough' });
  const before = new Request(ORIGIN, { signal: AbortSignal.abort('before') });
  expect(await sendTo([], { request: before })).toMatchObject({ result: 'before', bodies: [] });
});

it('Retry-After is seconds, or an instant by the clock of who answers', () => {
  const at = (value: string, date = 'Mon, 01 Mar 2027 09:00:00 GMT') =>
    retryAfter(new Headers({ 'retry-after': value, date }));
  expect(at('3')).toBe(3_000);
  expect(at('Mon, 01 Mar 2027 09:00:30 GMT')).toBe(30_000);
  expect(at('Mon, 01 Mar 2027 08:00:00 GMT')).toBe(0);
  expect(at('soon')).toBeNull();
  expect(retryAfter(new Headers())).toBeNull();
});
