import { inTrouble, type Evidence, type FaultFact, type RunFact } from './evidence.ts';

/** What the times of delivery were like: how late, in which phase. */
export interface Lateness {
  readonly phase: 'calm' | 'during faults' | 'after a server was lost';
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** What 99 of 100 must not exceed. */
  readonly limit: number;
}

const LEASE_MS = 30_000;
/** What takes a server's work with it: it is given back when its leases have run out. */
const LOSES_WORK = /^(kill|crash|stop|cut-off|death|blackout)/;
/** Without any server nothing can be in time. */
const HOPELESS = /^blackout/;
const LIMITS = { calm: 1_000, 'during faults': 10_000, 'after a server was lost': LEASE_MS + 5_000 };

/** Lateness of first deliveries by phase: of occurrences that nothing holds back on purpose. */
export function latenessOf(evidence: Evidence): Lateness[] {
  const free = freeSchedules(evidence);
  const arrived = new Map<string, number>();
  for (const { run, arrivedAt } of evidence.deliveries) {
    arrived.set(run, Math.min(arrivedAt, arrived.get(run) ?? Number.POSITIVE_INFINITY));
  }
  const phases = new Map<Lateness['phase'], number[]>();
  for (const run of evidence.runs) {
    const at = arrived.get(run.id);
    if (at === undefined || run.trigger !== 'SCHEDULE' || !free.has(run.schedule)) continue;
    const phase = phaseOf(evidence.faults, run, at);
    if (phase !== null) phases.set(phase, [...(phases.get(phase) ?? []), Math.max(0, at - run.fireAt)]);
  }
  return (Object.keys(LIMITS) as Lateness['phase'][]).map((phase) => {
    const sorted = (phases.get(phase) ?? []).sort((a, b) => a - b);
    const [p50, p99, max] = [50, 99, 100].map((percent) => percentile(sorted, percent)) as [number, number, number];
    return { phase, count: sorted.length, p50, p99, max, limit: LIMITS[phase] };
  });
}

/** Those whose occurrences start at once: no turns, no buffers, no earlier run in the way. */
function freeSchedules(evidence: Evidence): Set<string> {
  const limited = new Set(evidence.schedules.flatMap((schedule) => (schedule.rateLimited ? [schedule.id] : [])));
  const policies = new Map(evidence.history.map((state) => [state.schedule, state.policy]));
  return new Set(
    [...policies].flatMap(([id, policy]) => (/^(ALLOW_ALL|SKIP)$/.test(policy) && !limited.has(id) ? [id] : [])),
  );
}

function phaseOf(faults: readonly FaultFact[], run: RunFact, arrivedAt: number): Lateness['phase'] | null {
  const of = (kind: RegExp) => faults.filter((fault) => kind.test(fault.kind));
  if (inTrouble(of(HOPELESS), run.fireAt, arrivedAt)) return null;
  // Only what a lost server had taken over waits for a lease: the others' occurrences are in time.
  if (run.attempt > 1 || arrivedAt - run.fireAt > 10_000) {
    if (inTrouble(of(LOSES_WORK), run.fireAt, arrivedAt, LEASE_MS)) return 'after a server was lost';
  }
  return inTrouble(faults, run.fireAt - 1_000, arrivedAt) ? 'during faults' : 'calm';
}

function percentile(sorted: readonly number[], percent: number): number {
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? 0;
}
