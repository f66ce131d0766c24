import { randomUUID } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import type { Trail } from './audit.ts';

/** The rows that a request is about, as far as they are known. */
export interface AboutRequest {
  readonly tenant_id?: string;
  readonly schedule_id?: string;
  readonly run_id?: string;
}

/** What is known of a request while it is answered. */
export interface RequestScope {
  readonly id: string;
  /** The W3C trace context of its span; null when it is not traced. */
  readonly traceparent: string | null;
  about: AboutRequest;
  /** Headers that go with the answer, whatever it is. */
  readonly headers: Record<string, string>;
  /** Its answer was made with all of its headers: nothing is to be added (http/whole-answer). */
  whole: boolean;
  /** What it leaves in the audit log, once it is known who asks. */
  trail?: Trail;
}

declare module 'hono' {
  interface ContextVariableMap {
    request: RequestScope;
  }
}

/** A request that has been answered. `route` is the pattern, never the path: there are only so many patterns. */
export interface AnsweredRequest extends AboutRequest {
  readonly request_id: string;
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly ms: number;
}

/** The span of a request. */
export interface RequestSpan {
  readonly traceparent: string;
  end(answered: AnsweredRequest): void;
}

/** Begins the span of a request: the child of what the caller's `traceparent` names, where it sent one. */
export type TraceRequest = (method: string, traceparent: string | undefined) => RequestSpan;

/** How requests are told to the log: nothing of bodies, headers or queries, which hold secrets. */
export type RequestLog = (level: 'debug' | 'error', message: string, data: Record<string, unknown>) => void;

/** Who is told of requests. */
export interface RequestsTold {
  readonly log: RequestLog;
  /** Whether the log takes a line of each request; absent: it does. */
  readonly logsRequests?: (() => boolean) | undefined;
  readonly onRequest?: ((answered: AnsweredRequest) => void) | undefined;
  readonly traceRequest?: TraceRequest | undefined;
}

const METHODS = new Set(['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS']);

/** What a caller may choose as the id of its request: it comes back in a header and stands in the log. */
const REQUEST_ID = /^[\x21-\x7e]{1,128}$/;

/** Gives each request its id and its span, and tells of it once it is answered. */
export function requestScope(told: RequestsTold): MiddlewareHandler {
  return async (c, next) => {
    const given = c.req.header('x-request-id');
    const id = given !== undefined && REQUEST_ID.test(given) ? given : randomUUID();
    const began = performance.now();
    const method = METHODS.has(c.req.method) ? c.req.method : 'OTHER';
    // Health checks and pages are no calls of the API.
    const traced = c.req.path.startsWith('/v1/');
    const span = traced ? told.traceRequest?.(method, c.req.header('traceparent')) : undefined;
    const scope: RequestScope = { id, traceparent: span?.traceparent ?? null, about: {}, headers: {}, whole: false };
    c.set('request', scope);
    await next();
    if (!scope.whole) {
      // Afterwards: what is set before is lost where a handler makes its own Response.
      c.header('X-Request-Id', id);
      for (const [name, value] of Object.entries(scope.headers)) c.header(name, value);
    }
    const answered: AnsweredRequest = {
      request_id: id,
      method,
      route: routeOf(routePath(c, -1)),
      status: c.res.status,
      ms: performance.now() - began,
      ...scope.about,
    };
    if (told.logsRequests?.() !== false) {
      told.log('debug', 'request', { ...answered, path: shownPath(c.req.path), ms: Math.round(answered.ms) });
    }
    told.onRequest?.(answered);
    span?.end(answered);
  };
}

/** Patterns as they are told, by how the router writes them: there are only so many. */
const routes = new Map<string, string>();

function routeOf(pattern: string): string {
  let route = routes.get(pattern);
  if (route === undefined) {
    route = pattern.includes('*') ? 'unmatched' : pattern.replaceAll(/:(\w+)/g, '{$1}');
    routes.set(pattern, route);
  }
  return route;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const ABOUT = ['tenant_id', 'schedule_id', 'run_id'] as const;

/** Adds to what a request is about. What is not an id is left out: a caller may write anything into a path. */
export function noteAbout(scope: RequestScope, known: AboutRequest): void {
  const about: Record<string, string> = { ...scope.about };
  for (const name of ABOUT) {
    const value = known[name];
    if (typeof value === 'string' && UUID.test(value)) about[name] = value;
  }
  scope.about = about;
}

/** A path as the log shows it: short, and without a key or a JWT that went into the URL by mistake. */
export function shownPath(path: string): string {
  return path
    .slice(0, 200)
    .replaceAll(/((?:hc_live|hc_run|whsec)_)[^/]*/gi, '$1…')
    .replaceAll(/eyJ[\w.-]+/g, 'eyJ…');
}
