import type { Evidence, Violation } from './evidence.ts';
import type { Lateness } from './lateness.ts';
import type { RigResult } from './rig.ts';
import type { Trial } from './self-test.ts';

const SHOWN = 20;

/** The report for people: what was broken, what came of it, what must not be. */
export function report(
  result: RigResult,
  found: {
    readonly violations: readonly Violation[];
    readonly lateness: readonly Lateness[];
    readonly trials: readonly Trial[];
  },
): string {
  const { evidence } = result;
  const { runs, deliveries } = evidence;
  const caught = found.trials.filter((trial) => trial.result === 'caught').length;
  const tried = found.trials.filter((trial) => trial.result !== 'not possible here').length;
  return [
    `seed ${evidence.seed}`,
    section('faults', counted(evidence.faults.map((fault) => fault.kind))),
    section('calls', counted(evidence.calls.map((call) => `${call.kind} ${call.outcome ?? 'without an answer'}`))),
    section('runs', counted(runs.map((run) => `${run.trigger} ${run.status} ${run.reason ?? ''}`.trim()))),
    section('attempts', counted(runs.flatMap((run) => run.attempts.map((attempt) => attempt.outcome)))),
    section('deliveries', counted(deliveries.map((delivery) => delivery.reply))),
    section('deliveries beyond the first of a run, by what ended the attempt before', extra(evidence)),
    section(
      'lateness of first deliveries, ms',
      found.lateness.map(
        (l) => `${l.phase}: ${l.count} runs, median ${l.p50}, p99 ${l.p99} (limit ${l.limit}), most ${l.max}`,
      ),
    ),
    section('memory', [
      `${evidence.endlessBodies.requests} endless bodies at once: the server that grew most grew by ${evidence.endlessBodies.grownMb.toFixed(1)} MB`,
    ]),
    section(
      'errors in the logs',
      [...result.errors].map(([message, count]) => `${count} × ${message}`),
    ),
    section('the checker itself', [`${caught} of ${tried} bent copies of this evidence were noticed`]),
    section(`violations: ${found.violations.length}`, shown(found.violations)),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string {
  return [`\n${title}`, ...(lines.length === 0 ? ['none'] : lines).map((line) => `  ${line}`)].join('\n');
}

function counted(items: readonly string[]): string[] {
  return [...Map.groupBy(items, (item) => item)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([item, all]) => `${String(all.length).padStart(6)}  ${item}`);
}

function extra({ runs, deliveries }: Evidence): string[] {
  const attempts = new Map(runs.map((run) => [run.id, run.attempts]));
  const first = new Set<string>();
  const why = deliveries
    .toSorted((a, b) => a.arrivedAt - b.arrivedAt)
    .flatMap((delivery) => {
      if (!first.has(delivery.run)) {
        first.add(delivery.run);
        return [];
      }
      const before = attempts.get(delivery.run)?.find((attempt) => attempt.attempt === delivery.attempt - 1);
      return [before ? `${before.outcome} ${before.errorCode ?? ''}` : 'not explained'];
    });
  return counted(why);
}

function shown(violations: readonly Violation[]): string[] {
  return [...Map.groupBy(violations, (violation) => violation.check)].flatMap(([check, all]) => [
    `${check}: ${all.length}`,
    ...all.slice(0, SHOWN).map((violation) => `  ${violation.message}`),
    ...(all.length > SHOWN ? ['  …'] : []),
  ]);
}
