import type { Handicap } from './fleet.ts';
import type { Random } from './random.ts';

/** A fault to come: when (ms from the start), what, to whom (null: to all), for how long. */
export interface PlannedFault {
  readonly at: number;
  readonly kind: FaultKind;
  readonly server: number | null;
  readonly ms: number;
  /** What the server that takes the place of a killed one is started with. */
  readonly handicap: Handicap;
}

const KINDS = [
  'stop',
  'cut-off',
  'kill',
  'database restart',
  'database stop',
  'delay',
  'black hole',
  'reset',
  'half-open',
  'kill',
] as const;
type FaultKind = (typeof KINDS)[number] | 'blackout';

const LEASE_MS = 30_000;
/** What takes a server out for long: one of three must stay. What is killed is back at once. */
const OUTAGES: ReadonlySet<string> = new Set(['stop', 'cut-off']);
const ON_ONE: ReadonlySet<string> = new Set([...OUTAGES, 'kill']);
const SERVERS = 3;
const CALM_MS = 5_000;

/**
 * The faults of `seconds`, by the seed. Each kind comes once before any comes again; what outlasts a lease comes first, so
 * that a short run has it too. A long run also has a blackout: no server for longer than any occurrence may be late.
 */
export function planFaults(random: Random, seconds: number): PlannedFault[] {
  const end = seconds * 1_000;
  const plan: PlannedFault[] = [];
  const outUntil: number[] = Array.from({ length: SERVERS }, () => 0);
  let slot = CALM_MS;
  let lull = (end - 2 * CALM_MS) / KINDS.length;
  if (seconds > 120) lull = 6_000;
  for (let round = 0; slot < end - CALM_MS; round += 1) {
    const [stop, cutOff, ...rest] = KINDS;
    for (const kind of [stop, cutOff, ...shuffled(random, rest)]) {
      if (slot >= end - CALM_MS) break;
      const at = slot + lull * 0.6 * random.next();
      const ms = Math.round(Math.min(duration(random, kind), end - at));
      const up = outUntil.flatMap((until, server) => (until < at ? [server] : []));
      const outage = OUTAGES.has(kind);
      if (outage ? up.length > 1 : up.length > 0) {
        const server = ON_ONE.has(kind) ? random.pick(up) : random.chance(0.6) ? random.int(0, SERVERS - 1) : null;
        if (outage && server !== null) outUntil[server] = at + ms + 3_000;
        const handicap = {
          ...(random.chance(0.5) ? { clockSkewMs: random.pick([-90_000, 90_000]) } : {}),
          ...(random.chance(0.4) ? { crashPoint: crashPoint(random, random.int(0, 3)) } : {}),
        };
        plan.push({ at: Math.round(at), kind, server: kind.startsWith('database') ? null : server, ms, handicap });
      }
      slot += lull;
    }
    if (seconds > 120 && round === 1 && slot + 140_000 < end) {
      plan.push({ at: Math.round(slot + LEASE_MS), kind: 'blackout', server: null, ms: 68_000, handicap: {} });
      slot += 140_000;
    } else if (seconds > 120) slot += 20_000;
  }
  return plan;
}

/** One of the four points, at a passing that a server comes to within a few seconds under this load. */
export function crashPoint(random: Random, which: number): string {
  const point = ['after_send', 'before_commit', 'after_commit', 'after_claim'][which % 4] ?? '';
  return `${point}:${point === 'after_claim' ? random.int(3, 30) : random.int(60, 300)}`;
}

function duration(random: Random, kind: FaultKind): number {
  switch (kind) {
    case 'stop':
      return LEASE_MS + random.int(3_000, 7_000);
    case 'cut-off':
      return LEASE_MS + random.int(2_000, 8_000);
    case 'kill':
      return random.int(500, 4_000);
    case 'database stop':
      return 5_000;
    case 'delay':
    case 'black hole':
      return random.int(2_000, 8_000);
    case 'half-open':
      return random.int(500, 3_000);
    default:
      return 0;
  }
}

function shuffled<T>(random: Random, items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, order: random.next() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}
