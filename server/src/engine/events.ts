import type { Outcome } from '../actions/action.ts';
import type { LeasedRun } from '../store/leases.ts';
import type { AttemptResult, WrittenRun } from '../store/outcomes.ts';
import type { InvariantScan } from '../store/invariants.ts';
import type { NewRun } from '../store/runs.ts';
import type { LoopPass } from './loop.ts';
import type { EngineLog } from './settings.ts';

/** The loops, as metrics and messages name them. */
export type LoopName =
  | 'planner'
  | 'relative'
  | 'dispatcher'
  | 'releaser'
  | 'backfiller'
  | 'reaper'
  | 'heartbeat'
  | 'retention'
  | 'invariants';

/** Told what the engine does, as it does it: the metrics in production. Must be quick and must not throw. */
export interface EngineEvents {
  /** Occurrences got their fate; a merged row stands for many. */
  planned(fate: string, reason: string | null, occurrences: number): void;
  /** An attempt began. Lateness, in ms, is that of the run's first one; null for the others. */
  started(latenessMs: number | null): void;
  /** What an attempt came to was written. */
  attempted(outcome: string, errorCode: string | null, tookMs: number | null): void;
  /** A run became final by an attempt. */
  finished(status: string, reason: string | null): void;
  /** A result came after its lease was lost, and was not written. */
  fenced(): void;
  /** Runs were given back whose node stopped renewing their lease. */
  leasesExpired(runs: number): void;
  /** A loop made a pass. */
  passed(loop: LoopName, pass: LoopPass): void;
  /** The invariants were checked. */
  scanned(scan: InvariantScan): void;
}

/** One attempt as a span: `traceparent` goes to the receiver. */
export interface AttemptSpan {
  readonly traceparent: string;
  end(outcome: Outcome): void;
}

/** Begins the span of an attempt, in the trace that has the run's id. */
export type TraceAttempt = (run: LeasedRun) => AttemptSpan;

/** Who is told. Nobody listens to events where none are given. */
export interface Told {
  readonly log: EngineLog;
  readonly events?: EngineEvents | undefined;
}

/** Tells what planning wrote, once it is committed. Missed occurrences are worth a line: nobody asked for them to be left out. */
export function tellPlanned({ log, events }: Told, runs: readonly NewRun[]): void {
  for (const { row, id, schedule_id, tenant_id } of runs) {
    const reason = 'reason' in row ? row.reason : null;
    const occurrences = 'missed_count' in row ? row.missed_count : 1;
    events?.planned(row.fate, reason, occurrences);
    if (row.fate === 'RUN' || row.fate === 'HOLD') continue;
    const line = { run_id: id, schedule_id, tenant_id, status: row.fate, reason, occurrences };
    if (row.fate === 'MISSED') log('info', 'occurrences were missed', line);
    else log('debug', 'an occurrence was not run', line);
  }
}

/** Tells what was written of these results, and what was not: because another node has the run now, or it was terminated. */
export function tellWritten(
  { log, events }: Told,
  results: readonly AttemptResult[],
  written: readonly WrittenRun[],
  terminated: ReadonlySet<string> = new Set(),
): void {
  const runs = new Map(written.map((run) => [run.id, run]));
  for (const { id, tenant_id, schedule_id, entry, unstarted, started_at } of results) {
    const run = runs.get(id);
    const about = { run_id: id, schedule_id, tenant_id };
    if (!run && terminated.has(id)) {
      log('debug', 'a run was terminated while its attempt was under way; what that came to is not kept', about);
      continue;
    }
    if (!run) {
      events?.fenced();
      log('warn', 'a result came after its lease was lost; the run goes on elsewhere', about);
      continue;
    }
    // What amends an attempt does not say when that began: it took as long as its receiver was waited for.
    const took = started_at !== null && entry.finished_at ? Date.parse(entry.finished_at) - started_at : null;
    const error_code = entry.error?.code ?? null;
    if (!unstarted) events?.attempted(entry.outcome ?? 'FAILED', error_code, took);
    const { status, reason } = run;
    if (status === 'PENDING' || status === 'RUNNING') continue;
    events?.finished(status, reason);
    if (status === 'SUCCEEDED') continue;
    // The error's code, not its message: that may quote what the template or the receiver said.
    log('info', 'a run did not succeed', { ...about, status, reason, attempts: run.attempt, error_code });
  }
}

/** Tells of runs that the reaper took back: their node stopped renewing, or a completion did not come. */
export function tellReaped(
  told: Told,
  runs: readonly { readonly completes_within_seconds: number | null }[],
  results: readonly AttemptResult[],
  written: readonly WrittenRun[],
): void {
  tellWritten(told, results, written);
  const expired = runs.filter((run) => run.completes_within_seconds === null).length;
  if (expired === 0) return;
  told.events?.leasesExpired(expired);
  told.log('warn', 'runs of a lost server go on', { runs: expired });
}
