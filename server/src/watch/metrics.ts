import {
  AggregatorRegistry,
  collectDefaultMetrics,
  Counter,
  Gauge,
  Histogram,
  Registry,
  type MetricObjectWithValues,
  type MetricValue,
} from 'prom-client';
import type { EngineEvents } from '../engine/events.ts';
import type { AnsweredRequest } from '../http/request-scope.ts';
import { addGauges, type GaugeSources } from './gauges.ts';

/** From 5 ms to 5 min: how late runs start. */
const LATENESS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];
/** From 1 ms to 15 s: statements, requests, passes of loops. */
const SHORT = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15];

const MANY_NAMES = ['dates', 'first_page'] as const;

/** The metrics of a process, as they go to another. */
export type MetricsJson = MetricObjectWithValues<MetricValue<string>>[];

/** Everything that is measured, and who tells it. Labels have few values: never a tenant, a schedule or a receiver. */
export interface Metrics {
  readonly engine: EngineEvents;
  readonly onRequest: (answered: AnsweredRequest) => void;
  readonly onStatement: (name: string, tookMs: number, failed: boolean) => void;
  /** All metrics as Prometheus reads them, those of other processes added up with our own. */
  readonly text: (
    others?: () => Promise<MetricsJson[]>,
  ) => Promise<{ readonly contentType: string; readonly body: string }>;
  /** All metrics, for the process that adds them up. */
  readonly json: () => Promise<MetricsJson>;
}

/** Makes the metrics of one server, in a registry of their own. docs/operating.md has each of them. */
export function createMetrics(sources: GaugeSources): Metrics {
  const registry = new Registry();
  const refresh = addGauges(registry, sources);
  collectDefaultMetrics({ register: registry });
  const loading: { text?: ReturnType<Metrics['text']> } = {};
  return {
    engine: engineMetrics(registry),
    onRequest: requestMetrics(registry),
    onStatement: statementMetrics(registry),
    // Two scrapes at once are one look at the database.
    text: async (others = async () => []) =>
      await (loading.text ??= refresh()
        .then(async () => await textOf(registry, await others()))
        .finally(() => delete loading.text)),
    json: async () => await registry.getMetricsAsJSON(),
  };
}

async function textOf(registry: Registry, others: MetricsJson[]) {
  const sum =
    others.length === 0 ? registry : AggregatorRegistry.aggregate([await registry.getMetricsAsJSON(), ...others]);
  return { contentType: sum.contentType, body: await sum.metrics() };
}

function engineMetrics(registry: Registry): EngineEvents {
  const at = <L extends string>(name: string, help: string, ...labelNames: L[]) => ({
    name: `hydracore_${name}`,
    help,
    labelNames,
    registers: [registry],
  });
  const planned = new Counter(
    at('occurrences_planned_total', 'Occurrences that got their fate, by fate.', 'fate', 'reason'),
  );
  const started = new Counter(at('attempts_started_total', 'Attempts that began.'));
  const attempted = new Counter(
    at(
      'attempts_finished_total',
      'Attempts whose outcome was written, by outcome and code of the error.',
      'outcome',
      'error',
    ),
  );
  const took = new Histogram({
    ...at('attempt_duration_seconds', 'How long attempts took.'),
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
  });
  const lateness = new Histogram({
    ...at('run_lateness_seconds', 'From the instant a run was due (fire_at) to the start of its first attempt.'),
    buckets: LATENESS,
  });
  const finished = new Counter(
    at('runs_finished_total', 'Runs that an attempt made final, by status and reason.', 'status', 'reason'),
  );
  const fenced = new Counter(at('results_fenced_total', 'Results that were not written: their lease was lost.'));
  const expired = new Counter(at('leases_expired_total', 'Runs given back because their node stopped renewing.'));
  const lag = new Histogram({
    ...at('loop_lag_seconds', 'How much later than asked a pass of a loop began.', 'loop'),
    buckets: SHORT,
  });
  const pass = new Histogram({ ...at('loop_pass_seconds', 'How long a pass of a loop took.', 'loop'), buckets: SHORT });
  const failures = new Counter(at('loop_failures_total', 'Passes of a loop that failed and were tried again.', 'loop'));
  const broken = new Gauge(
    at('invariant_violations', 'Rows that break an invariant, by the last check; counted up to 100.', 'invariant'),
  );
  const unchecked = new Counter(
    at('invariant_checks_failed_total', 'Checks of an invariant that did not end in time.', 'invariant'),
  );
  const checked = new Gauge(at('invariants_checked_timestamp_seconds', 'When the invariants were last checked.'));
  return {
    planned: (fate, reason, occurrences) => planned.inc({ fate, reason: reason ?? '' }, occurrences),
    started(latenessMs) {
      started.inc();
      if (latenessMs !== null) lateness.observe(latenessMs / 1000);
    },
    attempted(outcome, error, tookMs) {
      attempted.inc({ outcome, error: error ?? '' });
      if (tookMs !== null) took.observe(tookMs / 1000);
    },
    finished: (status, reason) => finished.inc({ status, reason: reason ?? '' }),
    fenced: () => fenced.inc(),
    leasesExpired: (runs) => expired.inc(runs),
    passed(loop, { lagMs, tookMs, failed }) {
      lag.observe({ loop }, lagMs / 1000);
      pass.observe({ loop }, tookMs / 1000);
      if (failed) failures.inc({ loop });
    },
    scanned({ checked_at, invariants }) {
      checked.set(checked_at / 1000);
      for (const { name, violations } of invariants) {
        if (violations === null) unchecked.inc({ invariant: name });
        else broken.set({ invariant: name }, violations);
      }
    },
  };
}

function requestMetrics(registry: Registry): Metrics['onRequest'] {
  const duration = new Histogram({
    name: 'hydracore_http_request_duration_seconds',
    help: 'Requests by route (the pattern, not the path), and how long they took.',
    labelNames: ['method', 'route', 'status'],
    buckets: SHORT,
    registers: [registry],
  });
  return ({ method, route, status, ms }) => duration.observe({ method, route, status }, ms / 1000);
}

function statementMetrics(registry: Registry): Metrics['onStatement'] {
  const duration = new Histogram({
    name: 'hydracore_database_statement_seconds',
    help: 'How long statements took, by name; those without a name are `other`.',
    labelNames: ['statement'],
    buckets: SHORT,
    registers: [registry],
  });
  const failures = new Counter({
    name: 'hydracore_database_statement_failures_total',
    help: 'Statements that failed, by name.',
    labelNames: ['statement'],
    registers: [registry],
  });
  return (name, tookMs, failed) => {
    // Some are prepared under many names (by the rule of a RELATIVE schedule, the length of a page), and are one kind.
    const statement = MANY_NAMES.find((kind) => name.startsWith(`${kind}_`)) ?? name;
    duration.observe({ statement }, tookMs / 1000);
    if (failed) failures.inc({ statement });
  };
}
