import { PRODUCT } from '../peers/contestant.ts';
import { COMMON, say, withArena } from '../support/arena.ts';
import { numberList, readFlags } from '../support/flags.ts';
import { addedUp } from '../support/kept.ts';
import { conclude } from '../support/results.ts';
import { rotated } from '../support/stats.ts';
import { burstOnce } from './burst.ts';
import { nodeKey, nodeRows, nodesFinding, type NodeRound, type NodesRaw } from './nodes-finding.ts';
import { recurringOnce } from './recurring.ts';
import { recurringKey, type RecurringRun } from './recurring-finding.ts';

/** Several servers on one database: what they deliver together, and that no occurrence is planned twice. */
export async function nodes(args: readonly string[]): Promise<void> {
  const flags = readFlags(args, {
    ...COMMON,
    servers: '1,2,4',
    jobs: 20_000,
    rounds: 2,
    schedules: 10_000,
    minutes: 2,
    patience: 300,
  });
  const { jobs, schedules, env } = flags;
  const counts = numberList('servers', flags.servers);
  await withArena(flags, async (arena) => {
    const rounds: NodeRound[] = [];
    for (let round = 0; round < (jobs === 0 ? 0 : flags.rounds); round += 1) {
      for (const servers of rotated(counts, round)) {
        say(`round ${round + 1} of ${flags.rounds}: a burst, ${servers} servers`);
        rounds.push({ servers, ...(await burstOnce(arena, { name: PRODUCT, round, jobs, servers })) });
      }
    }
    const recurring: RecurringRun[] = [];
    for (const servers of schedules === 0 ? [] : counts) {
      recurring.push(await recurringOnce(arena, { ...flags, name: PRODUCT, servers, stored: 0 }));
    }
    const raw: NodesRaw = {
      bursts: await addedUp(
        'nodes',
        flags,
        nodeRows(rounds, { jobs, env }),
        nodeKey,
        (old) => (old as NodesRaw).bursts,
      ),
      recurring: await addedUp('nodes', flags, recurring, recurringKey, (old) => (old as NodesRaw).recurring),
    };
    await conclude(nodesFinding(raw), arena.cluster.version, flags);
  });
}
