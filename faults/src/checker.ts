import { checkCalls, checkCounters } from './check-answers.ts';
import { checkDeliveries } from './check-deliveries.ts';
import { checkFates } from './check-fates.ts';
import { checkCursors, checkFinality, checkOverdue, checkOverlap } from './check-order.ts';
import type { Evidence, Violation } from './evidence.ts';

/** Servers may not hold on to what a receiver sends without an end. */
const MOST_GROWTH_MB = 50;

/** Everything that must not be and is. It shares no code with the server that decides what is due. */
export function check(evidence: Evidence): Violation[] {
  return [
    ...checkFates(evidence),
    ...checkDeliveries(evidence),
    ...checkOverlap(evidence),
    ...checkCursors(evidence),
    ...checkFinality(evidence),
    ...checkOverdue(evidence),
    ...checkCalls(evidence),
    ...checkCounters(evidence),
    ...evidence.leaks.map((message) => ({ check: 'tenants', message })),
    ...checkMemory(evidence),
  ];
}

function checkMemory({ endlessBodies }: Evidence): Violation[] {
  const { grownMb, requests } = endlessBodies;
  if (grownMb <= MOST_GROWTH_MB) return [];
  return [{ check: 'memory', message: `a server grew by ${grownMb.toFixed(0)} MB over ${requests} endless bodies` }];
}
