import { createHash } from 'node:crypto';
import type { OpenAPIHono, z } from '@hono/zod-openapi';
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { AppError, ValidationError, type FieldProblem } from '../domain/errors.ts';
import type { Database, Queryable, Transaction } from '../store/db.ts';
import { findAnswer, keepAnswer } from '../store/idempotency.ts';
import type { StorableSchedule } from '../store/schedules.ts';
import type { Principal } from '../store/tenants.ts';
import type { Vault } from '../store/vault/vault.ts';
import type { Egress } from '../actions/egress.ts';
import { admitted, stillAdmitted } from './admission.ts';
import { requireAudits, type Audit, type Audited, type Change } from './audit.ts';
import type { Credentials } from './auth.ts';
import type { Gate } from './gate.ts';
import type { Creations } from './creations.ts';
import { confined, requireOwn } from './customer.ts';
import { documentOperation, IdempotencyHeader } from './document.ts';
import { tenantEgress } from './egress-policy.ts';
import { bodyText, endOfBody, readBody } from './read-body.ts';
import { readPart } from './read-part.ts';
import { readQuery } from './read-query.ts';
import type { Quotas } from './quotas.ts';
import { noteAbout, type AboutRequest } from './request-scope.ts';
import type { Scope } from './scopes.ts';
import type { EventHub } from './events/hub.ts';
import type { Sessions } from './session.ts';
import type { SharedLookup } from './shared-lookup.ts';
import { wholeAnswer } from './whole-answer.ts';

/** What the operations work with. */
export interface ApiDeps {
  /** In an operation: as one who sees the caller's tenant alone. */
  readonly db: Database;
  readonly now: () => number;
  readonly egress: Egress;
  /** The same as a tenant's policy narrows it now. */
  readonly egressOf: SharedLookup<Egress>;
  readonly vault: Vault;
  /** Whether what signs the webhooks of the tenant `default` is set by HYDRACORE_WEBHOOK_SECRETS. */
  readonly fixedSigning?: boolean | undefined;
  readonly credentials: Credentials;
  readonly gate: Gate;
  readonly quotas: Quotas;
  readonly creations: Creations;
  readonly sessions: Sessions;
  readonly streams: EventHub;
}

/** What an operation gets: who asks, what for, and the parsed parts of the request. */
export interface Call<Params, Query, Body> extends ApiDeps {
  readonly principal: Principal;
  readonly params: Params;
  /** With `problems` not empty some may be missing, as of the body. */
  readonly query: Query;
  /** The fields of the body that are valid. With `problems` not empty there are others. */
  readonly body: Partial<Body>;
  /** What is wrong with the request so far; an operation that sees it checks the rest and throws all together. */
  readonly problems: readonly FieldProblem[];
  readonly headers: Headers;
  /** The way out as the tenant's egress policy narrows it, for looking at URLs. */
  readonly tenantEgress: (db: Queryable) => Promise<Egress>;
  /** The W3C trace context of this request's span; null when it is not traced. */
  readonly traceparent: string | null;
  /** Runs a change: in a transaction of its own, or in the one that also keeps the answer for the Idempotency-Key. */
  readonly transact: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>;
  /** Tells the audit log of a change, in its transaction: a transaction that has not told is not committed. */
  readonly audit: Audit;
  /**
   * Makes a schedule together with those that others make at this moment: all, with their audit events, in one transaction. Absent: it has
   * to be made by `transact`.
   */
  readonly createTogether?: ((schedule: StorableSchedule, change: Change) => Promise<void>) | undefined;
  /** For answers that go on: looks again whether the caller still would be admitted. @throws AppError where not */
  readonly stillAdmitted: () => Promise<void>;
  /** Ends the connection, whatever is still to be sent. */
  readonly drop: () => void;
}

/** What an operation answers. */
export interface Answer {
  readonly status: ContentfulStatusCode | 204;
  readonly body?: unknown;
  /** Instead of a body: a text/event-stream. */
  readonly events?: ReadableStream<Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
  /** The rows that it made, for the log. */
  readonly about?: AboutRequest;
  /** Members of the body that are told once: where the answer is kept for an Idempotency-Key, they are null. */
  readonly toldOnce?: readonly string[];
}

/** One operation of the API: its place, what it asks for, what it answers, what it does. */
export interface Operation<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodObject> {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly description: string;
  readonly scope: Scope;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly bodyOptional?: boolean;
  /** Whether `If-Match` is honoured. */
  readonly conditional?: boolean;
  /** The good answers: status → what it means and its schema (none: no body). */
  readonly answers: Readonly<
    Record<number, { readonly description: string; readonly schema?: z.ZodType; readonly type?: string }>
  >;
  /** Further errors beyond 401, 403, 404, 422 that this operation has. */
  readonly errors?: readonly number[];
  /** Whether the handler wants the valid part of an invalid query and body, to report all problems at once. */
  readonly checksFurther?: boolean;
  /** Whether the handler reads the items of the body one by one: a bad one is no problem of the others. */
  readonly itemwise?: boolean;
  /** The member of the body that a body of lines (`application/x-ndjson`) stands for; each line is a `JsonLine`. */
  readonly lines?: string;
  /** Its chapter on the API's page. */
  readonly tag?: string;
  /**
   * What keys that are bound to a customer may do with it, where http/customer can't tell by what the request names:
   * `served` shows such a key nothing of others; `refused` is not for such keys.
   */
  readonly customers?: 'served' | 'refused';
  /** What the rows are that it changes, for the audit log. False: none, or the ledger tells. What is asked by GET need not say. */
  readonly audits?: Audited | false;
  handle(call: Call<z.output<P>, z.output<Q>, z.output<B>>): Promise<Answer>;
}

/** Adds an operation to the app and to its OpenAPI page. */
export function addOperation<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodObject>(
  app: OpenAPIHono,
  deps: ApiDeps,
  operation: Operation<P, Q, B>,
): void {
  requireAudits(operation);
  documentOperation(app, operation);
  app.on(operation.method, operation.path.replaceAll(/\{(\w+)\}/g, ':$1'), async (c) => {
    const { principal, trail } = await admitted(deps, c, operation);
    const scope = c.get('request');
    noteAbout(scope, { tenant_id: principal.tenant_id, ...c.req.param() });
    const role = operation.scope === 'tenants:manage' ? 'hydracore_operator' : 'hydracore_api';
    // From here on there is no other tenant, whatever a query says.
    const db = deps.db.as(role, principal.tenant_id);
    const parsed = await parse(c, operation);
    const { parts, problems: others } = confined(principal, operation, parsed.parts);
    const problems = [...parsed.problems, ...others];
    // A bad path names nothing to check the rest on.
    const further = operation.checksFurther && problems.every((problem) => problem.loc[0] !== 'path');
    if (problems.length > 0 && !further) throw new ValidationError(problems);
    await requireOwn(db, principal, operation, parts);
    const call = {
      ...deps,
      db,
      ...parts,
      problems,
      principal,
      headers: c.req.raw.headers,
      tenantEgress: tenantEgress(deps, principal.tenant_id),
      traceparent: scope.traceparent,
      audit: trail.audit,
      stillAdmitted: () => stillAdmitted(deps, c.req.raw.headers, operation),
      drop: () => outgoingOf(c)?.destroy(),
    } as const;
    const key = operation.method === 'post' ? c.req.header('idempotency-key') : undefined;
    const answer =
      key === undefined
        ? await operation.handle({
            ...call,
            transact: (work) => db.transaction(trail.telling(work)),
            createTogether: (schedule, change) => deps.creations.create(schedule, trail.eventOf(change)),
          })
        : await once({ ...deps, db }, principal, key, c, (tx) =>
            operation.handle({ ...call, transact: (work) => trail.telling(work)(tx) }),
          );
    if (answer.about) noteAbout(scope, answer.about);
    if (answer.events) return new Response(answer.events, { status: answer.status, headers: EVENTS });
    return wholeAnswer(c, answer.status, answer.body === undefined ? null : asText(answer.body), answer.headers ?? {});
  });
}

/** No cache keeps a stream, and no proxy gathers or compresses it. */
const EVENTS = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store, no-transform',
  'X-Accel-Buffering': 'no',
};

/** What Node answers by; under a test that calls the app directly there is nothing. */
function outgoingOf({ env }: Context): HttpBindings['outgoing'] | undefined {
  return (env as Partial<HttpBindings> | undefined)?.outgoing;
}

/** A kept answer comes back as the text that it was. */
function asText(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

/** Handles a request with an Idempotency-Key: the first time for real, after that with the answer it got. */
async function once(
  deps: ApiDeps,
  { tenant_id: tenantId, customer_id }: Principal,
  given: string,
  c: Context,
  handle: (tx: Transaction) => Promise<Answer>,
): Promise<Answer> {
  // What is kept for one customer is not answered to another, nor in the way of it.
  const key = customer_id === null ? given : createHash('sha256').update(`${customer_id} ${given}`).digest('base64');
  // Not a plain hash: a body may hold a secret that a guess would find.
  const hash = deps.credentials.fingerprint(`${c.req.method} ${c.req.path}\n${await bodyText(c)}`);
  return await deps.db.transaction(async (tx) => {
    const before = await findAnswer(tx, tenantId, key, deps.now());
    if (before && !hash.equals(before.request_hash)) {
      throw new AppError(
        'idempotency_key_reused',
        'This Idempotency-Key was used for another request in the last 24 hours; use a new one.',
      );
    }
    if (before) {
      return {
        status: before.status as ContentfulStatusCode,
        body: before.body,
        headers: { ...before.headers, 'Idempotent-Replayed': 'true' },
      };
    }
    const answer = await handle(tx);
    const kept = { status: answer.status, headers: answer.headers ?? {}, body: JSON.stringify(toKeep(answer)) };
    keepAnswer(tx, tenantId, key, hash, kept, deps.now());
    return answer;
  });
}

function toKeep({ body, toldOnce = [] }: Answer): unknown {
  if (toldOnce.length === 0) return body;
  return { ...(body as object), ...Object.fromEntries(toldOnce.map((member) => [member, null])) };
}

async function parse<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodObject>(
  c: Context,
  operation: Operation<P, Q, B>,
) {
  const problems: FieldProblem[] = [];
  const read = <S extends z.ZodObject>(
    schema: S | undefined,
    value: unknown,
    root: 'body' | 'query' | 'path' | 'header',
  ) => {
    if (!schema) return {} as z.output<S>;
    const part = readPart(schema, value, root, root === 'body' && operation.itemwise === true);
    problems.push(...part.problems);
    return part.data;
  };
  const params = read(operation.params, c.req.param(), 'path');
  const asked = readQuery(c.req.url, operation.query);
  problems.push(...asked.problems);
  const query = read(operation.query, asked.values, 'query');
  if (operation.method === 'post')
    read(IdempotencyHeader, { 'Idempotency-Key': c.req.header('idempotency-key') }, 'header');
  const json = operation.body ? await readBody(c, operation) : undefined;
  if (!operation.body && operation.method !== 'get') await endOfBody(c);
  if (json !== undefined && json.problem) problems.push(json.problem);
  const body = json !== undefined && !json.problem ? read(operation.body, json.value, 'body') : {};
  return {
    parts: { params, query, body },
    problems,
  };
}
