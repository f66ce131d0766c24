import { inTrouble, isFinal, type DeliveryFact, type Evidence, type RunFact, type Violation } from './evidence.ts';
import { row } from './check-fates.ts';

/** What was delivered is in the ledger, what the ledger says was delivered was, and each to its own tenant. */

/** What a reply of a receiver looks like as the status of an attempt. */
const ANSWERED_WELL = /^(status|garbage) 2\d\d$|^endless$|^accept$/;
/** How long a lost lease takes to show, and what it takes to find out. */
const LEASE_AND_MORE_MS = 45_000;

/** Deliveries against runs. */
export function checkDeliveries(evidence: Evidence): Violation[] {
  const found: Violation[] = [];
  const say = (message: string) => found.push({ check: 'deliveries', message });
  const runs = new Map(evidence.runs.map((run) => [run.id, run]));
  const markers = new Map(evidence.tenants.map((tenant) => [tenant.id, tenant.marker]));
  const webhooks = new Set(evidence.history.filter((s) => s.actionType === 'WEBHOOK').map((s) => s.schedule));
  const byRun = Map.groupBy(evidence.deliveries, (delivery) => delivery.run);

  for (const delivery of evidence.deliveries) {
    const marker = markers.get(delivery.tenant);
    if (delivery.headerMarker !== marker || delivery.bodyMarker !== marker) {
      say(`the receiver of tenant ${delivery.tenant} got a marker of another: run ${delivery.run}`);
    }
    const run = runs.get(delivery.run);
    const wrong = run === undefined ? 'is in no ledger' : mismatch(delivery, run);
    if (wrong !== null) say(`the delivery of run ${delivery.run}, attempt ${delivery.attempt}, ${wrong}`);
  }
  for (const run of evidence.runs) {
    if (webhooks.has(run.schedule))
      for (const wrong of runProblems(evidence, run, byRun.get(run.id) ?? [])) say(`${row(run)}: ${wrong}`);
  }
  return found;
}

function mismatch(delivery: DeliveryFact, run: RunFact): string | null {
  if (delivery.tenant !== run.tenant) return "came to another tenant's receiver";
  if (delivery.schedule !== run.schedule) return 'names another schedule';
  if (delivery.scheduledFor !== run.scheduledFor) return 'names another occurrence';
  if (run.attempt < delivery.attempt) return `is of an attempt that the ledger does not have (${run.attempt})`;
  return null;
}

function runProblems(evidence: Evidence, run: RunFact, deliveries: readonly DeliveryFact[]): string[] {
  const problems: string[] = [];
  if (deliveries.length > run.attempt) problems.push(`${deliveries.length} deliveries of ${run.attempt} attempts`);
  const byAttempt = Map.groupBy(deliveries, (delivery) => delivery.attempt);
  for (const [attempt, same] of byAttempt) {
    if (same.length > 1) problems.push(`attempt ${attempt} was delivered ${same.length} times`);
  }
  if (!isFinal(run)) return problems;
  const numbers = run.attempts.map((attempt) => attempt.attempt);
  if (numbers.length !== run.attempt || numbers.some((number, i) => number !== i + 1)) {
    problems.push(`its attempts are ${numbers.join(', ') || 'none'}, and it counts ${run.attempt}`);
  }
  for (const attempt of run.attempts) {
    const delivery = byAttempt.get(attempt.attempt)?.[0];
    const last = attempt.attempt === run.attempt;
    if (attempt.outcome === 'SUCCEEDED') {
      if (delivery === undefined) problems.push(`attempt ${attempt.attempt} SUCCEEDED and was never delivered`);
      else if (!ANSWERED_WELL.test(delivery.reply)) problems.push(`it SUCCEEDED and was answered ${delivery.reply}`);
      if (!last) problems.push(`attempt ${attempt.attempt} SUCCEEDED, and another followed`);
    }
    // Beyond doubt an attempt was cut short by a fault; otherwise there is a second delivery without a cause.
    if (
      attempt.outcome === 'INTERRUPTED' &&
      !inTrouble(evidence.faults, attempt.startedAt - LEASE_AND_MORE_MS, attempt.finishedAt)
    ) {
      problems.push(`attempt ${attempt.attempt} was INTERRUPTED when nothing was broken`);
    }
  }
  const ended = run.attempts.at(-1)?.outcome;
  if (run.status === 'SUCCEEDED' && ended !== 'SUCCEEDED') problems.push(`its last attempt is ${ended ?? 'missing'}`);
  if (run.attempt === 0 && deliveries.length > 0) problems.push('it was never started, and delivered');
  return problems;
}
