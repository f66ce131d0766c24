import { setTimeout as sleep } from 'node:timers/promises';
import { contestants, start, versionOf, type Contestant } from '../peers/contestant.ts';
import { COMMON, say, used, withArena, type Arena } from '../support/arena.ts';
import { readFlags } from '../support/flags.ts';
import { addedUp } from '../support/kept.ts';
import { conclude } from '../support/results.ts';
import { percentile, rotated } from '../support/stats.ts';
import { burstFinding, burstKey, burstRows, type BurstRound } from './burst-finding.ts';

/** So many jobs that are due at one instant: how fast they are delivered, and what that costs. */
export async function burst(args: readonly string[]): Promise<void> {
  const flags = readFlags(args, { ...COMMON, jobs: 20_000, rounds: 2, servers: 1, 'warm-up': WARM_UP, against: '' });
  const names = await contestants(flags.against, say);
  const { jobs, servers, env, 'warm-up': warmUp } = flags;
  await withArena(flags, async (arena) => {
    const rounds: BurstRound[] = [];
    for (let round = 0; round < flags.rounds; round += 1) {
      for (const name of rotated(names, round)) {
        say(`round ${round + 1} of ${flags.rounds}: ${name}`);
        rounds.push(await burstOnce(arena, { name, round, jobs, servers, warmUp }));
      }
    }
    const own = burstRows(rounds, { jobs, servers, warmUp, env });
    const versioned = await Promise.all(own.map(async (row) => ({ ...row, version: await versionOf(row.name) })));
    const rows = await addedUp('burst', flags, versioned, burstKey);
    await conclude(burstFinding(rows), arena.cluster.version, flags);
  });
}

interface Once {
  readonly name: string;
  readonly round: number;
  readonly jobs: number;
  readonly servers: number;
  /** How long before the instant storing begins at first, in ms. */
  readonly lead?: number;
  /** How many are delivered before, unmeasured. */
  readonly warmUp?: number;
}

/** Delivered by each before it is measured: what a process does for the first time is compiled as it does it. */
export const WARM_UP = 3_000;
const WARM_LEAD_MS = 5_000;
const WARM_JOBS_A_SECOND = 600;

/** How long before the instant storing begins, by contestant, as it turned out: a machine that is busy takes longer. */
const leads = new Map<string, number>();
const LONGEST_LEAD_MS = 600_000;

/** One burst of one contestant, on a database of its own. Where storing took too long it begins again, earlier. */
export async function burstOnce(arena: Arena, once: Once): Promise<BurstRound> {
  for (;;) {
    const lead = leads.get(once.name) ?? once.lead ?? 10_000 + once.jobs;
    const contestant = await start(arena, once.name, once.servers);
    try {
      const warm = once.warmUp ?? WARM_UP;
      if (warm > 0) await warmUp(arena, contestant, warm);
      await arena.receiver.take();
      const at = Math.ceil((Date.now() + lead) / 1_000) * 1_000;
      await contestant.burst({ jobs: once.jobs, at, url: arena.receiver.url });
      await arena.cluster.checkpoint();
      if (at - Date.now() > 2_000) return await measure(arena, contestant, { ...once, warm }, at);
      leads.set(once.name, 2 * lead + Date.now() - at);
      say(`${once.name} was not ready for the instant; once more, with more time`);
      if (lead > LONGEST_LEAD_MS) throw new Error(`${once.name} does not get ready`);
    } finally {
      await contestant.stop();
    }
  }
}

async function warmUp(arena: Arena, contestant: Contestant, jobs: number): Promise<void> {
  const at = Math.ceil((Date.now() + WARM_LEAD_MS + (1_000 * jobs) / WARM_JOBS_A_SECOND) / 1_000) * 1_000;
  await contestant.burst({ jobs, at, url: arena.receiver.url });
  await arena.receiver.waitFor(jobs, 120_000);
  await allWritten(contestant, jobs);
}

/** Waits until the contestant has written so many results, for half a minute at most. */
async function allWritten(contestant: Contestant, results: number): Promise<void> {
  const patience = Date.now() + 30_000;
  while ((await contestant.written()) < results && Date.now() < patience) await sleep(50);
}

async function measure(
  arena: Arena,
  contestant: Contestant,
  { name, round, jobs, warm }: Once & { readonly warm: number },
  at: number,
): Promise<BurstRound> {
  await sleep(at - Date.now() - 1_500);
  await contestant.profile?.begin();
  await sleep(at - Date.now() - 500);
  const before = await arena.cpu(contestant.pids, contestant.databasePids);
  await arena.receiver.waitFor(jobs, 500 + 120_000);
  await allWritten(contestant, warm + jobs);
  const writtenMs = Date.now() - at;
  const cpu = used(before, await arena.cpu(contestant.pids, contestant.databasePids));
  const profile = await contestant.profile?.end();
  if (profile !== undefined) say(`\n${profile}\n`);
  const arrivals = await arena.receiver.take();
  const late = arrivals.at.map((arrived) => arrived - at).sort();
  const delivered = new Set(arrivals.ids).size;
  return {
    round,
    name,
    jobs,
    delivered,
    twice: arrivals.ids.length - delivered,
    perSecond: (1_000 * delivered) / (late.at(-1) ?? NaN),
    firstMs: late[0] ?? NaN,
    p50Ms: percentile(late, 50),
    p99Ms: percentile(late, 99),
    writtenMs,
    plannedTwice: await contestant.plannedTwice(),
    cpu,
  };
}
