import { afterAll, describe, expect, it } from 'vitest';
import { testEgress } from './testing.ts';
import { webhookConfig } from './webhook-config.ts';
import { webhook } from './webhook.ts';

const url = 'https://example.com/hook';
const egress = testEgress({ allowLoopback: false });
afterAll(() => egress.close());

const problems = (input: unknown): string[] => {
  const result = webhookConfig.safeParse(input);
  if (result.success) return webhook.check(result.data, egress).map(({ path, msg }) => `${path.join('.')}: ${msg}`);
  return result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
};

it('fills in the defaults', () => {
  expect(webhookConfig.parse({ url })).toEqual({
    url,
    method: 'POST',
    headers: {},
    timeout_seconds: 30,
    success_statuses: ['2xx'],
    auth: { type: 'none' },
    completion: 'SYNC',
  });
});

it('takes its own output, so that what is stored can be read again', () => {
  const full = webhookConfig.parse({
    url,
    method: 'patch',
    headers: { 'X-A': 'b' },
    body: [1, 'a', null],
    success_statuses: [200, '3xx', '201-204'],
    auth: { type: 'Basic', username: 'u', password: 'p' },
    completion: 'sync',
    completion_timeout_seconds: null,
  });
  expect(webhookConfig.parse(full)).toEqual(full);
  expect(full).toMatchObject({ method: 'PATCH', completion: 'SYNC', auth: { type: 'basic' } });
});

it.each([
  {},
  { method: 'get', body: null },
  { headers: { accept: 'x/y', 'X-Ü': undefined } },
  { body: { a: '{{ run.id }}' } },
  { timeout_seconds: 300 },
])('has nothing against %j', (input) => {
  expect(problems({ url, ...JSON.parse(JSON.stringify(input)) })).toEqual([]);
});

it('has nothing against a URL that a template completes', () => {
  expect(problems({ url: '{{ record.callback }}' })).toEqual([]);
});

describe('problems', () => {
  it.each([
    [{}, /^url: /],
    [{ url: '' }, /^url: /],
    [{ url: `https://x/${'a'.repeat(2_048)}` }, /^url: Too big/],
    [{ url: 'nonsense' }, 'url: is not a valid URL; use one such as https://example.com/hook'],
    [{ url: 'ftp://x/' }, 'url: must start with http:// or https://'],
    [{ url: 'http://u:p@x/' }, 'url: must not hold a user name or password, use auth'],
    [
      { url: 'http://127.1/' },
      'url: 127.0.0.1 may not be reached from here (loopback), unless HYDRACORE_EGRESS_ALLOW of the server names it',
    ],
    [{ url: 'http://localhost/' }, /^url: localhost is 127\.0\.0\.1, which may not be reached/],
    [{ url: 'https://x/{{ 1 | foo }}' }, /^url: undefined filter: foo/],
    [{ url, method: 'TRACE' }, /^method: /],
    [{ url, method: 'CONNECT' }, /^method: /],
    [{ url, nonsense: 1 }, /Unrecognized key/],
    [{ url, headers: { 'bad name': 'x' } }, 'headers.bad name: is not a valid header name'],
    [{ url, headers: { '': 'x' } }, 'headers.: is not a valid header name'],
    [{ url, headers: { 'X-A': 'a\r\nb' } }, /^headers\.X-A: must be at most 8192 Latin-1/],
    [{ url, headers: { 'X-A': 'a\0' } }, /^headers\.X-A: must be at most/],
    [{ url, headers: { 'X-A': '☃' } }, /^headers\.X-A: must be at most/],
    [{ url, headers: { 'X-A': 1 } }, /^headers\.X-A: /],
    [{ url, headers: { 'X-A': '1', 'x-a': '2' } }, /^headers\.x-a: is given twice/],
    [{ url, headers: { 'X-A': '{% x %}' } }, /^headers\.X-A: tag "x" not found/],
    [
      { url, headers: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`x-${i}`, ''])) },
      'headers: holds more than 50 headers',
    ],
    [{ url, headers: { Authorization: 'x' }, auth: { type: 'bearer', token: 't' } }, /given by auth already/],
    [{ url, method: 'GET', body: 'x' }, 'body: GET carries no body'],
    [{ url, method: 'HEAD', body: {} }, 'body: HEAD carries no body'],
    [{ url, body: { a: ['{{'] } }, /^body\.a\.0: /],
    [{ url, timeout_seconds: 0 }, /^timeout_seconds: /],
    [{ url, timeout_seconds: 301 }, /^timeout_seconds: /],
    [{ url, success_statuses: [] }, /^success_statuses: /],
    [{ url, success_statuses: ['1xx'] }, /^success_statuses\.0: /],
    [{ url, success_statuses: [199] }, /^success_statuses\.0: /],
    [{ url, auth: { type: 'bearer' } }, /^auth\.token: /],
    [
      { url, auth: { type: 'bearer', token: 'pasted\n' } },
      /^auth\.token: must be Latin-1 characters without line breaks/,
    ],
    [{ url, auth: { type: 'bearer', token: '12 €' } }, /^auth\.token: must be Latin-1/],
    [{ url, auth: { type: 'digest' } }, /^auth\.type: /],
    [{ url, auth: { type: 'bearer', token: 't', more: 1 } }, /^auth: Unrecognized key/],
    [{ url, auth: { type: 'basic', username: 'a:b', password: '' } }, 'auth.username: must not hold a colon'],
    [{ url, completion: 'LATER' }, /^completion: /],
    [{ url, completion: 'async', completion_timeout_seconds: 604_801 }, /^completion_timeout_seconds: /],
    [{ url, completion_timeout_seconds: 60 }, /^completion_timeout_seconds: is for completion ASYNC only/],
  ])('%j', (input, expected) => {
    const found = problems(input);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(expected);
  });

  it.each(
    (
      'Host Content-Length Transfer-Encoding Connection Upgrade TE Trailer Keep-Alive Proxy-Authorization Expect ' +
      'Webhook-Id webhook-anything X-HydraCore-Attempt Traceparent tracestate Content-Encoding HTTP2-Settings ' +
      'Proxy-Connection Forwarded Via X-Real-IP X-Forwarded-For x-forwarded-proto'
    ).split(' '),
  )('the header %s is reserved', (name) => {
    expect(problems({ url, headers: { [name]: 'x' } })).toEqual([
      `headers.${name}: is a header that the server sets itself`,
    ]);
  });

  it.each('Cookie Content-Type Accept User-Agent Date X-Webhook-Id X-Forwarded Baggage Authorization'.split(' '))(
    'the header %s is free',
    (name) => {
      expect(problems({ url, headers: { [name]: 'x' } })).toEqual([]);
    },
  );

  it('are all told at once', () => {
    expect(problems({ url: 1, method: 'X', headers: { 'a b': '' }, timeout_seconds: 0, more: 1 })).toHaveLength(5);
  });
});
