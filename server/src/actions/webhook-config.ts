import { z } from 'zod';
import { inAnyCase } from '../domain/any-case.ts';
import type { ConfigFields, ConfigProblem } from './action.ts';
import { isTemplate } from './template.ts';

export const MOST_URL = 2_048;
const MOST_HEADERS = 50;
const MOST_HEADER_VALUE = 8_192;
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Tab, visible ASCII and Latin-1: no CR, LF or NUL, so that a value can't become a second header. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * Headers that frame the message, that say of a body what is not so, or that receivers trust because only this server, or
 * the proxies before them, can set them.
 */
const RESERVED = new Set(
  (
    'host content-length content-encoding transfer-encoding connection upgrade te trailer keep-alive expect ' +
    'http2-settings traceparent tracestate forwarded via x-real-ip'
  ).split(' '),
);
const RESERVED_PREFIXES = ['proxy-', 'webhook-', 'x-hydracore-', 'x-forwarded-'];

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const COMPLETIONS = ['SYNC', 'ASYNC'] as const;
const lowerType = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
    ? { ...value, type: value.type.toLowerCase() }
    : value;

/** Whether a text may stand in a header: checked when the schedule is made, and again after rendering. */
export function isHeaderValue(text: string): boolean {
  return text.length <= MOST_HEADER_VALUE && HEADER_VALUE.test(text);
}

function isReserved(name: string): boolean {
  const lower = name.toLowerCase();
  return RESERVED.has(lower) || RESERVED_PREFIXES.some((prefix) => lower.startsWith(prefix));
}

const headers = z
  .record(z.string(), z.string())
  .default({})
  .superRefine((record, context) => {
    const names = Object.keys(record);
    const seen = new Set<string>();
    const problem = (name: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [name], message, input: record });
    if (names.length > MOST_HEADERS) {
      context.addIssue({ code: 'custom', message: `holds more than ${MOST_HEADERS} headers`, input: record });
    }
    for (const [name, value] of Object.entries(record)) {
      if (!TOKEN.test(name)) problem(name, 'is not a valid header name');
      else if (isReserved(name)) problem(name, 'is a header that the server sets itself');
      else if (seen.has(name.toLowerCase())) problem(name, 'is given twice; case makes no difference in header names');
      if (!isTemplate(value) && !isHeaderValue(value)) {
        problem(name, `must be at most ${MOST_HEADER_VALUE} Latin-1 characters without line breaks`);
      }
      seen.add(name.toLowerCase());
    }
  })
  .meta({ description: 'Further headers. Values may be templates.' });

const secret = z.string().min(1).max(4_096);
const auth = z
  .preprocess(
    lowerType,
    z.discriminatedUnion('type', [
      z.strictObject({ type: z.literal('none') }),
      z.strictObject({
        type: z.literal('bearer'),
        token: secret.refine(
          (token) => isTemplate(token) || isHeaderValue(token),
          'must be Latin-1 characters without line breaks, as it stands in a header',
        ),
      }),
      z.strictObject({
        type: z.literal('basic'),
        username: z
          .string()
          .max(4_096)
          .regex(/^[^:]*$/, 'must not hold a colon'),
        password: z.string().max(4_096),
      }),
    ]),
  )
  .default({ type: 'none' })
  .meta({ description: 'The Authorization header. Secrets are masked in every answer.' });

const status = z.union([
  z.int().min(200).max(599),
  z.string().regex(/^([2-5]xx|[2-5]\d\d(-[2-5]\d\d)?)$/i, 'must be a status such as 200, "2xx" or "200-204"'),
]);

/** Seconds until an ASYNC completion is due, unless the config says otherwise, and the most that it may say. */
export const COMPLETION_TIMEOUT = 3_600;
const MOST_COMPLETION_TIMEOUT = 7 * 86_400;

/** `action_config` of a WEBHOOK. */
export const webhookConfig = z
  .strictObject({
    url: z
      .string()
      .min(1)
      .max(MOST_URL)
      .meta({ description: 'http:// or https://. May be a template.', examples: ['https://example.com/hook'] }),
    method: z.preprocess(inAnyCase(METHODS), z.enum(METHODS).default('POST')),
    headers,
    body: z.unknown().optional().meta({
      description:
        'JSON, sent as such, or a string; strings inside may be templates. Absent or null: POST, PUT and PATCH send the standard envelope.',
    }),
    timeout_seconds: z
      .number()
      .min(1)
      .max(300)
      .default(30)
      .meta({ description: 'For the whole exchange, from the name look-up to the last byte of the answer.' }),
    success_statuses: z.array(status).min(1).max(50).default(['2xx']),
    auth,
    completion: z.preprocess(inAnyCase(COMPLETIONS), z.enum(COMPLETIONS).default('SYNC')).meta({
      description:
        'ASYNC: the receiver answers at once and reports the end by POST /v1/runs/{run_id}/complete, with the token of the header x-hydracore-completion-token.',
    }),
    completion_timeout_seconds: z
      .int()
      .min(1)
      .max(MOST_COMPLETION_TIMEOUT)
      .nullable()
      .optional()
      .meta({
        description: `For completion ASYNC only: by when it must be reported, or a heartbeat sent. ${COMPLETION_TIMEOUT} where absent.`,
      }),
  })
  .superRefine((config, context) => {
    for (const { path, msg } of clashes(config)) {
      context.addIssue({ code: 'custom', path: [...path], message: msg, input: config });
    }
  });

export type WebhookConfig = z.output<typeof webhookConfig>;

/** What does not go together, as far as both are there. */
export function clashes(config: ConfigFields<WebhookConfig>): ConfigProblem[] {
  const { method, headers = {}, body, auth, completion, completion_timeout_seconds: within } = config;
  const problem = (path: readonly string[], msg: string): ConfigProblem[] => [{ path, msg, type: 'value_error' }];
  const own = Object.keys(headers).find((name) => name.toLowerCase() === 'authorization');
  return [
    ...(body !== undefined && body !== null && (method === 'GET' || method === 'HEAD')
      ? problem(['body'], `${method} carries no body`)
      : []),
    ...(completion === 'SYNC' && within !== undefined && within !== null
      ? problem(
          ['completion_timeout_seconds'],
          'is for completion ASYNC only; set completion to ASYNC, or leave it out',
        )
      : []),
    ...(own !== undefined && auth !== undefined && auth.type !== 'none'
      ? problem(['headers', own], 'is given by auth already')
      : []),
  ];
}

const FIELDS: ReadonlySet<string> = new Set(Object.keys(webhookConfig.shape));

/** Whether it has the fields that the schema leaves, of their types, and no others. */
export function isStoredConfig(config: unknown): config is WebhookConfig {
  const stored = config as Readonly<Record<string, unknown>>;
  for (const name in stored) if (!FIELDS.has(name)) return false;
  return (
    typeof stored['url'] === 'string' &&
    typeof stored['method'] === 'string' &&
    typeof stored['timeout_seconds'] === 'number' &&
    typeof stored['completion'] === 'string' &&
    Array.isArray(stored['success_statuses']) &&
    isObject(stored['headers']) &&
    isObject(stored['auth'])
  );
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Whether it gives more than where to call and how: headers, a body, or credentials. */
export function hasOwnParts({ headers, body, auth }: ConfigFields<WebhookConfig>): boolean {
  for (const _name in headers) return true;
  return (body !== undefined && body !== null) || (auth !== undefined && auth.type !== 'none');
}

const isSuccess = (status: number): boolean => status >= 200 && status <= 299;

/** `success_statuses` in words, where they are the config's own: `201, 204 or 3xx`. Null: every 2xx, which goes without saying. */
export function successWords(statuses: WebhookConfig['success_statuses']): string | null {
  const words = statuses.map((status) => String(status).toLowerCase());
  return words.length === 1 && words[0] === '2xx' ? null : EITHER.format(words);
}

/** British: no comma before the `or`. */
const EITHER = new Intl.ListFormat('en-GB', { type: 'disjunction' });

/** Compiles `success_statuses` into a test. */
export function successTest(statuses: WebhookConfig['success_statuses']): (status: number) => boolean {
  if (statuses.length === 1 && statuses[0] === '2xx') return isSuccess;
  const ranges = statuses.map((s): readonly [number, number] => {
    if (typeof s === 'number') return [s, s];
    if (/xx$/i.test(s)) return [Number(s[0]) * 100, Number(s[0]) * 100 + 99];
    const [low, high] = s.split('-').map(Number);
    return [low ?? 0, high ?? low ?? 0];
  });
  return (status) => ranges.some(([low, high]) => status >= low && status <= high);
}
