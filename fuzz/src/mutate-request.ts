import type { Random } from '../../faults/src/random.ts';
import type { ApiOperation } from '../../server/test/support/operations.ts';
import type { WireRequest } from './client.ts';
import { edgesOf } from './mutate-value.ts';
import { DOCUMENTS, NAMES, NUMBERS, TEXTS } from './naughty.ts';

/** Credentials that are no use here. */
export interface Strangers {
  /** Of another tenant. */
  readonly foreign: string;
  readonly revoked: string;
}

/** A changed request, and what may come of it where that is known. */
export interface Mutated {
  readonly request: WireRequest;
  readonly what: string;
  /** The statuses that are right; absent: whatever the API page says. */
  readonly statuses?: readonly number[];
}

type Mutation = (request: WireRequest, operation: ApiOperation, random: Random, strangers: Strangers) => Mutated;

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'TRACE', 'QUERY', 'BREW', 'get'];
const CONTENT_TYPES = [
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'multipart/form-data; boundary=x',
  'application/json; charset=utf-16',
  'application/x-ndjson',
  'application/jsonlines',
  '',
  '/',
  'application/json, text/html',
];
const NONSENSE: readonly (readonly [string, string])[] = [
  ['Content-Encoding', 'gzip'],
  ['Accept', 'text/html;q=0'],
  ['Accept-Encoding', 'br;q=x'],
  ['Range', 'bytes=0-0'],
  ['Expect', '100-continue'],
  ['Expect', 'nonsense'],
  ['Upgrade', 'websocket'],
  ['Host', ''],
  ['Host', 'a b'],
  ['Host', '[::1'],
  ['Host', '%00'],
  ['Content-Length', '-1'],
  ['Transfer-Encoding', 'gzip'],
  ['X-Request-Id', 'a b'],
  ['X-Request-Id', 'x'.repeat(129)],
  ['traceparent', '00-0-0-0'],
  ['traceparent', `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`],
  ['X-Forwarded-For', '::'],
  ['X-HTTP-Method-Override', 'DELETE'],
  ['Cookie', '='],
  ['X-Long', 'x'.repeat(20_000)],
  ['', 'nameless'],
  ['Date', 'yesterday'],
  ['If-None-Match', '*'],
  ['If-Modified-Since', 'x'],
];
const TAGS = ['*', '"1"', 'W/"1"', '""', '"', '1', '"99999999999999999999"', '"1", "2"', ',', 'null'];

/** Whether an operation has a parameter or a header of this name. */
export const takes = ({ parameters }: ApiOperation, header: string) => parameters.some(({ name }) => name === header);
const takesBody = ({ body }: ApiOperation) => body !== null;

/** What makes no difference to an operation is left out: chance is better spent on what does. */
const WHERE: Readonly<Record<string, (operation: ApiOperation) => boolean>> = {
  document: takesBody,
  bytes: takesBody,
  contentType: takesBody,
  lines: ({ lines }) => lines,

  conditional: (operation) => takes(operation, 'If-Match'),
  idempotency: (operation) => takes(operation, 'Idempotency-Key'),
};

/** Changes a request to an operation in one of the ways that fit it, other than in what its body says. */
export function mutatedRequest(
  request: WireRequest,
  operation: ApiOperation,
  random: Random,
  strangers: Strangers,
): Mutated & { readonly addressed: boolean } {
  const [name, mutate] = random.pick(Object.entries(mutations).filter(([name]) => WHERE[name]?.(operation) ?? true));
  return { ...mutate(request, operation, random, strangers), addressed: !ASTRAY.has(name) };
}

/** After these the request may be to no operation of the page. */
const ASTRAY = new Set(['path', 'method', 'framing', 'header', 'promise']);

/** Ways to change a request. */
const mutations: Readonly<Record<string, Mutation>> = {
  document: (request, _, random) => same('a body that is no such thing', { ...request, body: random.pick(DOCUMENTS) }),
  bytes: (request, _, random) => same('bytes of the body changed', { ...request, body: bent(request.body, random) }),
  lines: (request, _, random) =>
    same('lines of JSON', {
      ...with_(request, ['Content-Type', 'application/x-ndjson']),
      body: Buffer.concat(
        Array.from({ length: random.int(1, 5) }, () =>
          Buffer.concat([
            random.chance(0.5) ? (request.body ?? Buffer.from('{}')) : random.pick(DOCUMENTS),
            Buffer.from('\n'),
          ]),
        ),
      ),
    }),
  framing: (request, _, random) =>
    same('another framing', {
      ...request,
      body: request.body ?? Buffer.from('{}'),
      framing: random.pick(['cut', 'chunked', 'broken-chunks'] as const),
    }),
  contentType: (request, _, random) =>
    same('another content type', with_(request, ['Content-Type', random.pick(CONTENT_TYPES)])),
  method: (request, _, random) => same('another method', { ...request, method: random.pick(METHODS) }),
  header: (request, _, random) => same('a header of nonsense', with_(request, random.pick(NONSENSE))),
  promise: (request) =>
    same('a body promised that does not come', {
      ...with_(request, ['Content-Length', '300']),
      body: null,
      framing: 'cut',
    }),
  conditional: (request, _, random) =>
    same('If-Match', with_(request, ['If-Match', random.chance(0.6) ? random.pick(TAGS) : latin1(random.pick(TEXTS))])),
  idempotency: (request, _, random) =>
    same(
      'Idempotency-Key',
      with_(request, ['Idempotency-Key', random.pick(['', ' ', 'again', 'x'.repeat(256), ...TEXTS.map(latin1)])]),
    ),
  credential: (request, operation, random, { foreign, revoked }) => {
    // What concerns a session goes by its cookie: a key in a header is nothing to it.
    if (operation.scope === 'session') return same('a cookie', with_(request, ['Cookie', latin1(random.pick(TEXTS))]));
    const own = operation.scope === 'completion token' ? 'Authorization' : 'X-Api-Key';
    if (random.chance(0.3) && own === 'X-Api-Key') {
      // Whatever is named is not there for it; what names nothing is for it as for anybody.
      const statuses = operation.named.length === 0 || makesWhatItNames(operation) ? undefined : [403, 404, 422];
      return {
        what: 'the key of another tenant',
        request: with_(request, [own, foreign]),
        ...(statuses && { statuses }),
      };
    }
    const bad = random.pick([
      revoked,
      `${revoked.slice(0, -1)}!`,
      '',
      'hc_live_',
      'x'.repeat(300),
      ...TEXTS.map(latin1),
    ]);
    const value = own === 'X-Api-Key' ? bad : `Bearer ${bad}`;
    // From many addresses: one of them would soon be told to wait.
    const from = ['X-Forwarded-For', `10.0.${random.int(0, 255)}.${random.int(1, 254)}`] as const;
    const statuses = [401, 429];
    return { what: 'no good credential', request: with_(with_(request, [own, value]), from), statuses };
  },
  query: (request, operation, random) => {
    const parameters = operation.parameters.filter((parameter) => parameter.in === 'query');
    const pairs = Array.from({ length: random.int(1, 3) }, () => {
      if (parameters.length === 0 || random.chance(0.15)) return `${escaped(random.pick(NAMES), random)}=1`;
      const { name, schema } = random.pick(parameters);
      const value = random.pick([...TEXTS, ...edgesOf(schema).map(String), ...NUMBERS.map(({ text }) => text)]);
      return `${name}=${escaped(value, random)}`;
    });
    return same('another query', { ...request, target: `${request.target.split('?')[0]}?${pairs.join('&')}` });
  },
  path: (request, operation, random) => {
    const bad = () => escaped(random.pick([...TEXTS, ...NAMES]), random);
    const target =
      operation.named.length > 0
        ? operation.path(bad)
        : `${operation.template}${random.pick(['/', '//', '/x', '%2f', '/..', '/%00', ';a=b', '.json'])}`;
    return same('another path', { ...request, target: target.replaceAll(/\s/g, '%20') });
  },
};

const same = (what: string, request: WireRequest): Mutated => ({ what, request });

/** Whether a name in the path is the caller's to choose. */
function makesWhatItNames({ method, answers }: ApiOperation): boolean {
  return method === 'PUT' && answers.has(201);
}

/** In the place of those headers that it has of that name. */
function with_(request: WireRequest, header: readonly [string, string]): WireRequest {
  const others = request.headers.filter(([name]) => name.toLowerCase() !== header[0].toLowerCase());
  return { ...request, headers: [...others, header] };
}

/** A text as the bytes of its UTF-8 in a header, where it is one line. */
function latin1(text: string): string {
  return Buffer.from(text.slice(0, 2_000))
    .toString('latin1')
    .replaceAll(/\p{Cc}/gu, ' ');
}

/** Percent-encoded, mostly well. */
function escaped(text: string, random: Random): string {
  if (random.chance(0.1)) return random.pick(['%', '%ff', '%00', '%c3%28', '%ed%a0%80', '+', '%u0041', '%2e%2e%2f']);
  return encodeURIComponent(text.toWellFormed().slice(0, 3_000));
}

function bent(body: Buffer | null, random: Random): Buffer {
  const bytes = Buffer.from(body ?? Buffer.from('{}'));
  const at = random.int(0, Math.max(0, bytes.length - 1));
  switch (random.int(0, 3)) {
    case 0:
      return bytes.subarray(0, at);
    case 1:
      return Buffer.concat([bytes.subarray(0, at), Buffer.from([random.int(0, 255)]), bytes.subarray(at)]);
    case 2:
      return Buffer.concat([bytes, bytes.subarray(at)]);
    default:
      if (bytes.length > 0) bytes[at] = random.int(0, 255);
      return bytes;
  }
}
