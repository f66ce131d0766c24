import { randomBytes, randomUUID } from 'node:crypto';
import type { ActionTarget, AttemptError } from './action.ts';
import { attemptError } from './attempt-error.ts';
import type { Egress } from './egress.ts';
import { cleanText, isSensitive, MASK, maskUrl, textBody, type LedgerBody } from './ledger.ts';
import { sign } from './signature.ts';
import { SecretMask } from './secret-mask.ts';
import { hasTemplates, isTemplate, TemplateError } from './template.ts';
import { envelope } from './webhook-envelope.ts';
import { hasOwnParts, isHeaderValue, MOST_URL, successTest, type WebhookConfig } from './webhook-config.ts';
import type { HttpRequest } from './webhook-exchange.ts';
import { renderParts, type WebhookParts } from './webhook-render.ts';

/** A request as it is sent and as the ledger keeps it. */
export interface WebhookRequest {
  readonly http: HttpRequest;
  /** What is known of its config. */
  readonly about: Prepared;
  readonly ledger: Readonly<Record<string, unknown>>;
  /** Takes the secrets that are sent out of what comes back. */
  readonly mask: SecretMask;
}

/** A request that can't be made, with what of it may be kept. */
export interface RefusedRequest {
  readonly error: AttemptError;
  readonly ledger: Readonly<Record<string, unknown>> | null;
}

/** The part of a request that is the same for every run of a config without templates. */
interface Fixed {
  readonly url: URL;
  readonly origin: string;
  readonly path: string;
  readonly ledgerUrl: string;
  readonly headers: readonly string[];
  readonly ledgerHeaders: Readonly<Record<string, string>>;
  /** Undefined: the standard envelope. */
  readonly body: string | null | undefined;
  readonly ledgerBody: LedgerBody | null;
  readonly mask: SecretMask;
}

/** What is worth knowing of a config for all its runs. */
interface Prepared {
  readonly timeoutMs: number;
  readonly isSuccess: (status: number) => boolean;
  readonly isTemplated: boolean;
  fixed: Fixed | null;
  /** The guard that has passed the fixed URL. */
  passedBy: Egress | null;
}

const USER_AGENT = 'HydraCore-Schedules/0.1';
/** The last config and what is known of it: the runs of a RELATIVE schedule's records share one, those of others have their own. */
let last: { readonly config: WebhookConfig; readonly about: Prepared } | null = null;

/** The strings of a config that are templates. */
export function templatedParts({ url, headers, body, auth }: WebhookConfig): WebhookParts {
  return { url, headers, body, auth };
}

/** What is worth knowing of a config; the same object, asked for again at once, gives the same answer. */
function prepare(config: WebhookConfig): Prepared {
  if (last?.config === config) return last.about;
  const about: Prepared = {
    timeoutMs: config.timeout_seconds * 1_000,
    isSuccess: successTest(config.success_statuses),
    isTemplated: isTemplate(config.url) || (hasOwnParts(config) && hasTemplates(templatedParts(config))),
    fixed: null,
    passedBy: null,
  };
  last = { config, about };
  return about;
}

/** Builds the request of an attempt: renders, checks, signs. */
export function makeRequest(
  target: ActionTarget<WebhookConfig>,
  egress: Egress,
  nowMs: number,
): WebhookRequest | RefusedRequest {
  const { config } = target;
  const about = prepare(config);
  let fixed = about.fixed;
  if (fixed === null) {
    const made = fix(target, about.isTemplated);
    if ('error' in made) return made;
    fixed = made;
    if (!about.isTemplated) about.fixed = fixed;
  }
  if (about.passedBy !== egress || about.isTemplated) {
    const verdict = egress.checkUrl(fixed.url);
    if (!verdict.ok) {
      const url = verdict.code === 'egress_blocked' ? fixed.ledgerUrl : null;
      const error = attemptError(verdict.code, `The URL ${verdict.reason}.`);
      return { error, ledger: { method: config.method, url } };
    }
    about.passedBy = egress;
  }
  return addRun(fixed, about, target, nowMs);
}

/** Renders the config and builds everything that doesn't depend on the run. */
function fix(target: ActionTarget<WebhookConfig>, isTemplated: boolean): Fixed | RefusedRequest {
  const { method } = target.config;
  const refuse = (code: 'template_error' | 'url_invalid' | 'header_invalid', message: string): RefusedRequest => ({
    error: attemptError(code, message),
    ledger: { method, url: null },
  });
  let parts = templatedParts(target.config);
  let shown = parts;
  try {
    if (isTemplated) ({ parts, shown } = renderParts(parts, target));
  } catch (error) {
    if (error instanceof TemplateError) return refuse('template_error', error.message);
    throw error;
  }
  const url = parts.url.length <= MOST_URL ? URL.parse(parts.url) : null;
  if (url === null) return refuse('url_invalid', `The URL is not valid or longer than ${MOST_URL} characters.`);
  if (!hasOwnParts(target.config)) return { ...place(url), ...(method.startsWith('P') ? WITH_ENVELOPE : EMPTY) };
  const body = bodyText(method, parts.body);
  const shownBody = shown === parts ? body : bodyText(method, shown.body);
  const headers = headersOf(parts, body);
  for (const [name, value] of headers) {
    if (!isHeaderValue(value)) {
      return refuse(
        'header_invalid',
        `headers.${name}: holds a line break or a character outside Latin-1, or is too long.`,
      );
    }
  }
  return {
    ...place(url),
    headers: [...headers].flat(),
    ledgerHeaders: Object.fromEntries(
      [...(shown === parts ? headers : headersOf(shown, body))].map(([name, value]) => [
        name,
        // What a mask makes of a template is not what was checked above.
        isSensitive(name) ? MASK : cleanText(value),
      ]),
    ),
    body,
    ledgerBody: typeof shownBody === 'string' ? textBody(shownBody) : null,
    mask: new SecretMask([...target.secrets.values(), ...secretsOf(parts.auth)]),
  };
}

function place(url: URL): Pick<Fixed, 'url' | 'origin' | 'path' | 'ledgerUrl'> {
  return { url, origin: url.origin, path: url.pathname + url.search, ledgerUrl: maskUrl(url) };
}

type Parts = Omit<Fixed, keyof ReturnType<typeof place>>;

function partsOfNone(body: null | undefined): Parts {
  const headers = headersOf({ url: '', headers: {}, body: undefined, auth: { type: 'none' } }, body);
  const ledgerHeaders = Object.fromEntries(headers);
  return { headers: [...headers].flat(), ledgerHeaders, body, ledgerBody: null, mask: new SecretMask([]) };
}

/** What is fixed of a config that gives nothing but a URL, as most do: with the envelope as its body, and without any. */
const [WITH_ENVELOPE, EMPTY] = [partsOfNone(undefined), partsOfNone(null)];

function headersOf({ headers, body: given, auth }: WebhookParts, body: string | null | undefined): Map<string, string> {
  return new Map([
    ['user-agent', USER_AGENT],
    ...(body === null ? [] : [['content-type', contentType(given)] as const]),
    ...Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const),
    ...authorization(auth),
  ]);
}

/** Null: none. Undefined: the envelope, which depends on the run. */
function bodyText(method: WebhookConfig['method'], body: unknown): string | null | undefined {
  if (body === undefined || body === null) return method.startsWith('P') ? undefined : null;
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function contentType(body: unknown): string {
  return typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json';
}

function authorization(auth: WebhookConfig['auth']): [string, string][] {
  if (auth.type === 'none') return [];
  if (auth.type === 'bearer') return [['authorization', `Bearer ${auth.token}`]];
  return [['authorization', `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}`]];
}

/** What of the authorization is secret, also as the header has it. */
function secretsOf(auth: WebhookConfig['auth']): string[] {
  if (auth.type === 'none') return [];
  const secret = auth.type === 'bearer' ? auth.token : auth.password;
  return [secret, ...authorization(auth).map(([, header]) => header.replace(/^\w+ /, ''))];
}

/** Adds what belongs to the run: identity, signature, the envelope. */
function addRun(fixed: Fixed, about: Prepared, target: ActionTarget<WebhookConfig>, nowMs: number): WebhookRequest {
  const { run, schedule, signingSecrets, config } = target;
  const { method } = config;
  const body = fixed.body === undefined ? envelope(target) : fixed.body;
  const timestamp = Math.floor(nowMs / 1_000);
  const at = String(timestamp);
  const attempt = String(run.attempt);
  const trace = target.traceparent ?? traceparent(run.id);
  const headers = fixed.headers.slice();
  headers.push('webhook-id', run.id, 'webhook-timestamp', at, 'x-hydracore-schedule-id', schedule.id);
  headers.push('x-hydracore-scheduled-for', run.scheduled_for, 'x-hydracore-attempt', attempt, 'traceparent', trace);
  const ledgerHeaders: Record<string, string> = {
    ...fixed.ledgerHeaders,
    'webhook-id': run.id,
    'webhook-timestamp': at,
    'x-hydracore-schedule-id': schedule.id,
    'x-hydracore-scheduled-for': run.scheduled_for,
    'x-hydracore-attempt': attempt,
    traceparent: trace,
  };
  let { mask } = fixed;
  if (config.completion === 'ASYNC') {
    const token = target.completionToken();
    mask = mask.and(token);
    headers.push('x-hydracore-completion-token', token);
    ledgerHeaders['x-hydracore-completion-token'] = MASK;
  }
  if (signingSecrets.length > 0) {
    headers.push('webhook-signature', sign(run.id, timestamp, body ?? '', signingSecrets));
    ledgerHeaders['webhook-signature'] = MASK;
  }
  const kept = fixed.ledgerBody ?? (body === null ? { body: null, body_truncated: false } : textBody(body));
  return {
    http: { origin: fixed.origin, path: fixed.path, method, headers, body, headersTimeout: 0, bodyTimeout: 0 },
    about,
    ledger: {
      method,
      url: fixed.ledgerUrl,
      headers: ledgerHeaders,
      body: kept.body,
      body_truncated: kept.body_truncated,
    },
    mask,
  };
}

const UUID = /^(?!0{8}-0{4}-0{4}-0{4}-0{12})[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The run id is the trace id, so that all attempts are one trace and a run is found by either name. */
function traceparent(runId: string): string {
  const trace = UUID.test(runId) ? runId.replaceAll('-', '').toLowerCase() : randomBytes(16).toString('hex');
  // Of a UUID, since Node makes those in stock: 64 bits that are all by chance.
  const span = randomUUID();
  return `00-${trace}-${span.slice(0, 8)}${span.slice(28)}-01`;
}
