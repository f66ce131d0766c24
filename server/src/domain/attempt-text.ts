import { instantText } from '../time/index.ts';
import type { Attempt, Run } from './run.ts';

/** What of a run the requests of its attempts repeat. */
export type RepeatedOfRun = Pick<Run, 'id' | 'schedule_id' | 'trigger' | 'scheduled_for' | 'fire_at'>;

/** An attempt as it is stored: without what is null, and a usual request without what the run's own columns tell. */
export type StoredAttempt = Omit<Attempt, Nullable> & {
  readonly [Key in Nullable]?: Attempt[Key] | undefined;
} & { readonly sent?: Sent | undefined };
type Nullable = 'request' | 'response' | 'error';

/** A webhook's request without what its run tells. */
interface Sent {
  readonly method: string;
  readonly url: string;
  /** Those before the run's; absent: `USUAL_HEADERS`. */
  readonly headers?: Headers | undefined;
  /** The `webhook-timestamp`; absent: the second in which the attempt began. */
  readonly at?: string | undefined;
  /** The `traceparent`; where its trace is the run and it is sampled, the span alone. */
  readonly trace: string;
  /** Those after the run's; absent: `USUAL_END`. */
  readonly after?: Headers | undefined;
  /** A body that is the standard envelope, in the pieces that are the schedule's: name, references, record. As JSON, as they were sent. */
  readonly envelope?: readonly [name: string, references?: string, record?: string] | undefined;
  /** Any other body. */
  readonly body?: string | null | undefined;
  readonly body_truncated?: true | undefined;
}

type Headers = Readonly<Record<string, string>>;
type Began = Pick<Attempt, 'attempt' | 'started_at'>;

/** A request as the webhook action keeps it. */
interface WholeRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: string | null;
  readonly body_truncated: boolean;
}

// What is left out is part of the format: rows are read by these for as long as the ledger is kept. What a later version sends
// otherwise is kept as it is until there is another form for it.
const USUAL_HEADERS: Headers = { 'user-agent': 'HydraCore-Schedules/0.1', 'content-type': 'application/json' };
const USUAL_END: Headers = { 'webhook-signature': '********' };
const NO_REFERENCES = ',"external_id":null,"customer_id":null';
const NO_RECORD = 'null}}';
const SPAN = /^[0-9a-f]{16}$/;
const TRACEPARENT = 55;

/**
 * The JSON text that the ledger keeps of an attempt. Its request is most of it, and most of a usual one is told by the run's row:
 * that is left out. `attemptFrom` gives it back letter for letter.
 */
export function attemptText(entry: Attempt, run: RepeatedOfRun): string {
  const { attempt, started_at, finished_at, node, outcome, error, request, response, ...more } = entry;
  const sent = isWhole(request) ? fold(request, entry, run) : null;
  const kept: StoredAttempt = {
    attempt,
    started_at,
    finished_at,
    node,
    outcome,
    error: error ?? undefined,
    request: sent ? undefined : (request ?? undefined),
    sent: sent ?? undefined,
    response: response ?? undefined,
    ...more,
  };
  return JSON.stringify(kept);
}

/** The attempt whose text was stored, by `attemptText` or as a whole. */
export function attemptFrom(stored: StoredAttempt, run: RepeatedOfRun): Attempt {
  const { attempt, started_at, finished_at, node, outcome, error, sent, request, response, ...more } = stored;
  return {
    attempt,
    started_at,
    finished_at,
    node,
    outcome,
    error: error ?? null,
    request: request ?? (sent ? { ...unfold(sent, stored, run) } : null),
    response: response ?? null,
    ...more,
  };
}

function isWhole(request: Attempt['request']): request is WholeRequest & Record<string, unknown> {
  if (request === null || Object.keys(request).join() !== 'method,url,headers,body,body_truncated') return false;
  const { method, url, headers, body, body_truncated } = request;
  return (
    typeof method === 'string' &&
    typeof url === 'string' &&
    typeof headers === 'object' &&
    headers !== null &&
    (body === null || typeof body === 'string') &&
    typeof body_truncated === 'boolean'
  );
}

/** Null: the run's own headers are not in it as they usually are. */
function fold(request: WholeRequest, entry: Began, run: RepeatedOfRun): Sent | null {
  const { method, url, headers, body, body_truncated } = request;
  const names = Object.keys(headers);
  const first = names.indexOf('webhook-id');
  const { traceparent: trace, 'webhook-timestamp': at } = headers;
  if (first === -1 || trace?.length !== TRACEPARENT || at === undefined) return null;
  const own = ofRun(entry.attempt, run, at, trace);
  if (!OWN.every((name, i) => names[first + i] === name && headers[name] === own[name])) return null;
  const before = names.slice(0, first);
  const after = names.slice(first + OWN.length);
  const span = trace.slice(36, 52);
  const envelope = body === null || body_truncated ? undefined : foldEnvelope(body, entry.attempt, run);
  // What is undefined is left out of the text.
  return {
    method,
    url,
    headers: areUsual(headers, before, USUAL_HEADERS) ? undefined : part(headers, before),
    at: at === secondOf(entry) ? undefined : at,
    trace: trace === traceOfRun(run, span) && SPAN.test(span) ? span : trace,
    after: areUsual(headers, after, USUAL_END) ? undefined : part(headers, after),
    envelope,
    body: envelope ? undefined : body,
    body_truncated: body_truncated || undefined,
  };
}

function unfold(sent: Sent, entry: Began, run: RepeatedOfRun): WholeRequest {
  const { method, url, headers = USUAL_HEADERS, at = secondOf(entry), trace, after = USUAL_END, envelope } = sent;
  const traceparent = trace.length === TRACEPARENT ? trace : traceOfRun(run, trace);
  return {
    method,
    url,
    headers: { ...headers, ...ofRun(entry.attempt, run, at, traceparent), ...after },
    body: envelope ? unfoldEnvelope(envelope, entry.attempt, run) : (sent.body ?? null),
    body_truncated: sent.body_truncated ?? false,
  };
}

/** The names of `ofRun`, in their order. */
const OWN = [
  'webhook-id',
  'webhook-timestamp',
  'x-hydracore-schedule-id',
  'x-hydracore-scheduled-for',
  'x-hydracore-attempt',
  'traceparent',
] as const;

/** The headers that say which run it is, in the order in which they are sent. */
function ofRun(
  attempt: number,
  run: RepeatedOfRun,
  at: string,
  traceparent: string,
): Record<(typeof OWN)[number], string> {
  return {
    'webhook-id': run.id,
    'webhook-timestamp': at,
    'x-hydracore-schedule-id': run.schedule_id,
    'x-hydracore-scheduled-for': instantText(run.scheduled_for),
    'x-hydracore-attempt': String(attempt),
    traceparent,
  };
}

function secondOf({ started_at }: Began): string {
  return String(Math.floor(Date.parse(started_at) / 1_000));
}

function traceOfRun(run: RepeatedOfRun, span: string): string {
  return `00-${run.id.replaceAll('-', '')}-${span}-01`;
}

function part(headers: Headers, names: readonly string[]): Headers {
  return Object.fromEntries(names.map((name) => [name, headers[name] ?? '']));
}

/** Whether those of them are the usual ones, in their order. */
function areUsual(headers: Headers, names: readonly string[], usual: Headers): boolean {
  const wanted = Object.keys(usual);
  return (
    names.length === wanted.length && wanted.every((name, i) => names[i] === name && headers[name] === usual[name])
  );
}

/** The envelope up to the schedule's name, and what is between its references and the record. */
function around(attempt: number, run: RepeatedOfRun): readonly [start: string, middle: string] {
  const { id, schedule_id, trigger } = run;
  return [
    `{"type":"schedule.fired","timestamp":"${instantText(run.fire_at)}","data":{"run_id":"${id}","schedule_id":"${schedule_id}","schedule_name":`,
    `,"trigger":"${trigger}","scheduled_for":"${instantText(run.scheduled_for)}","attempt":${attempt},"record":`,
  ];
}

function foldEnvelope(body: string, attempt: number, run: RepeatedOfRun): Sent['envelope'] {
  const [start, middle] = around(attempt, run);
  const cut = body.startsWith(start) ? body.indexOf(middle, start.length) : -1;
  if (cut === -1) return undefined;
  const about = body.slice(start.length, cut);
  const record = body.slice(cut + middle.length);
  const hasNone = about.endsWith(NO_REFERENCES);
  const name = hasNone ? about.slice(0, -NO_REFERENCES.length) : about;
  if (record !== NO_RECORD) return [name, hasNone ? NO_REFERENCES : '', record];
  return hasNone ? [name] : [name, ''];
}

function unfoldEnvelope(pieces: NonNullable<Sent['envelope']>, attempt: number, run: RepeatedOfRun): string {
  const [name, references = NO_REFERENCES, record = NO_RECORD] = pieces;
  const [start, middle] = around(attempt, run);
  return start + name + references + middle + record;
}
