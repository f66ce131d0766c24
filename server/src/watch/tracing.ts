import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Context, type Span } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  RandomIdGenerator,
  TracerProvider,
  type IdGenerator,
  type SpanExporter,
} from '@opentelemetry/sdk-trace';
import type { Outcome } from '../actions/action.ts';
import type { TraceAttempt } from '../engine/events.ts';
import type { TraceRequest } from '../http/request-scope.ts';

/** Spans of requests and of attempts. This file is loaded only where traces are asked for. */
export interface Tracing {
  readonly traceRequest: TraceRequest;
  readonly traceAttempt: TraceAttempt;
  /** Sends what is left, for as long as `withinMs`. */
  readonly close: (withinMs: number) => Promise<void>;
}

export interface TracingOptions {
  /** The collector; traces go to /v1/traces below it. */
  readonly endpoint: string;
  readonly node: string;
  /** Told when sending begins to fail, and when it works again. */
  readonly log: (level: 'info' | 'warn', message: string, data: Record<string, unknown>) => void;
  /** How long spans are gathered. */
  readonly delayMs?: number;
}

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** Sends traces to a collector by OTLP. Nothing global is touched: no other library starts to trace by this. */
export function startTracing({ endpoint, node, log, delayMs = 2_000 }: TracingOptions): Tracing {
  const ids = new RunTraceIds();
  const url = new URL(endpoint);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/traces`;
  const exporter = new OTLPTraceExporter({ url: url.href, timeoutMillis: 5_000 });
  const provider = new TracerProvider({
    idGenerator: ids,
    resource: resourceFromAttributes({ 'service.name': 'hydracore-schedules', 'service.instance.id': node }),
    spanLimits: { attributeValueLengthLimit: 1_024 },
    // What is more than the queue holds is dropped: traces must not use up the memory of a busy server.
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: telling(exporter, log),
        scheduledDelayMillis: delayMs,
        maxQueueSize: 8_192,
        maxExportBatchSize: 512,
      }),
    ],
  });
  const tracer = provider.getTracer('hydracore');

  return {
    traceRequest(method, caller) {
      const span = tracer.startSpan(method, { kind: SpanKind.SERVER }, contextOf(caller));
      return {
        traceparent: traceparentOf(span),
        end({ route, status, request_id, tenant_id, schedule_id, run_id }) {
          span.updateName(`${method} ${route}`);
          span.setAttributes({
            'http.request.method': method,
            'http.route': route,
            'http.response.status_code': status,
            'hydracore.request_id': request_id,
            ...ours({ tenant_id, schedule_id, run_id }),
          });
          if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
          span.end();
        },
      };
    },

    traceAttempt(run) {
      const request = parse(run.traceparent ?? undefined);
      const span = ids.withTrace(run.id, () =>
        tracer.startSpan(
          `attempt ${run.action_type}`,
          {
            root: true,
            kind: run.action_type === 'WEBHOOK' ? SpanKind.CLIENT : SpanKind.INTERNAL,
            links: request ? [{ context: request }] : [],
            attributes: {
              ...ours({ tenant_id: run.tenant_id, schedule_id: run.schedule_id, run_id: run.id }),
              'hydracore.attempt': run.attempt,
              'hydracore.trigger': run.trigger,
              'hydracore.action_type': run.action_type,
            },
          },
          ROOT_CONTEXT,
        ),
      );
      return { traceparent: traceparentOf(span), end: (outcome) => endAttempt(span, outcome) };
    },

    async close(withinMs) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, withinMs);
      });
      await Promise.race([provider.shutdown().catch(() => undefined), late]).finally(() => clearTimeout(timer));
    },
  };
}

/** Nothing of URLs, headers and bodies, and the error's code instead of its message: a trace is read by many. */
function endAttempt(span: Span, outcome: Outcome): void {
  const method = outcome.request?.['method'];
  const status = outcome.response?.['status'];
  if (typeof method === 'string') span.setAttribute('http.request.method', method);
  if (typeof status === 'number') span.setAttribute('http.response.status_code', status);
  span.setAttribute('hydracore.outcome', outcome.kind);
  if ('error' in outcome) {
    span.setAttribute('error.type', outcome.error.code);
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}

/** A run's id is its trace's: all attempts are one trace, on whatever node, and a run is found by either name. */
class RunTraceIds implements IdGenerator {
  readonly #random = new RandomIdGenerator();
  #next: string | undefined;

  generateTraceId(): string {
    return this.#next ?? this.#random.generateTraceId();
  }

  generateSpanId(): string {
    return this.#random.generateSpanId();
  }

  /** What `start` begins, in the trace of a run. Not for anything that waits. */
  withTrace(runId: string, start: () => Span): Span {
    this.#next = runId.replaceAll('-', '').toLowerCase();
    try {
      return start();
    } finally {
      this.#next = undefined;
    }
  }
}

function ours(ids: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(ids).flatMap(([name, value]) => (value === undefined ? [] : [[`hydracore.${name}`, value]])),
  );
}

function parse(traceparent: string | undefined) {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  const context = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
  return trace.isSpanContextValid(context) ? context : undefined;
}

function contextOf(traceparent: string | undefined): Context {
  const parent = parse(traceparent);
  return parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
}

function traceparentOf(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

/** Says once when the collector can't be reached, and once when it can again. Spans that can't be sent are lost. */
function telling(exporter: OTLPTraceExporter, log: TracingOptions['log']): SpanExporter {
  let failing = false;
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        const failed = result.error !== undefined;
        if (failed && !failing) log('warn', 'traces can not be sent to the collector', { error: result.error });
        if (!failed && failing) log('info', 'traces are sent to the collector again', {});
        failing = failed;
        done(result);
      }),
    shutdown: async () => await exporter.shutdown(),
    forceFlush: async () => await exporter.forceFlush(),
  };
}
