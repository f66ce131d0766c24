import { PRODUCT } from '../peers/contestant.ts';
import { COMMON, say, withArena } from '../support/arena.ts';
import { numberList, readFlags } from '../support/flags.ts';
import { conclude } from '../support/results.ts';
import { median, rotated, sum } from '../support/stats.ts';
import { burstOnce } from './burst.ts';
import type { BurstRound } from './burst-finding.ts';
import { recurringOnce } from './recurring.ts';
import type { RecurringRun } from './recurring-finding.ts';

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
  const counts = numberList('servers', flags.servers);
  await withArena(flags, async (arena) => {
    const bursts: (BurstRound & { servers: number })[] = [];
    for (let round = 0; round < flags.rounds; round += 1) {
      for (const servers of rotated(counts, round)) {
        say(`round ${round + 1} of ${flags.rounds}: a burst, ${servers} servers`);
        bursts.push({ servers, ...(await burstOnce(arena, { name: PRODUCT, round, jobs: flags.jobs, servers })) });
      }
    }
    const recurring: RecurringRun[] = [];
    for (const servers of flags.schedules === 0 ? [] : counts) {
      recurring.push(await recurringOnce(arena, { ...flags, name: PRODUCT, servers, stored: 0 }));
    }
    const of = (servers: number, figure: (round: BurstRound) => number) =>
      median(bursts.filter((burst) => burst.servers === servers).map(figure));
    const ratio = (servers: number) =>
      median(
        bursts.flatMap((burst) => {
          const one = bursts.find((other) => other.servers === counts[0] && other.round === burst.round);
          return burst.servers === servers && one ? [burst.perSecond / one.perSecond] : [];
        }),
      );
    const twice = sum([...bursts, ...recurring].map((run) => run.plannedTwice));
    await conclude(
      {
        workload: 'nodes',
        title: 'Nodes: several servers on one database',
        method: `A burst of ${flags.jobs} jobs, then ${flags.schedules} schedules every minute. Servers, PostgreSQL, receiver and bench share the machine's cores: more servers can only help while one is free.`,
        notes: [],
        targets: [
          { what: 'occurrences that were planned twice', wanted: '0', found: String(twice), held: twice === 0 },
          ...(counts.includes(2) && counts[0] === 1
            ? [
                {
                  what: 'a burst by 2 servers beside 1',
                  wanted: '≥ 1.7 × where a core is free',
                  found: `${ratio(2).toFixed(2)} ×`,
                  held: ratio(2) >= 1.7,
                },
              ]
            : []),
        ],
        tables: [
          {
            title: 'Burst',
            head: [
              'servers',
              'jobs/s',
              '÷ one',
              'first, ms',
              'p99, ms',
              'CPU s: servers',
              'PostgreSQL',
              'delivered twice',
            ],
            rows: counts.map((servers) => [
              servers,
              of(servers, (r) => r.perSecond),
              ratio(servers),
              of(servers, (r) => r.firstMs),
              of(servers, (r) => r.p99Ms),
              of(servers, (r) => r.cpu.server / 1_000),
              of(servers, (r) => r.cpu.database / 1_000),
              of(servers, (r) => r.twice),
            ]),
          },
          {
            title: `${flags.schedules} schedules every minute`,
            head: ['servers', 'p50, ms', 'p99, ms', 'max, ms', 'delivered, %', 'CPU %: servers', 'PostgreSQL'],
            rows: recurring.map((r) => [
              r.servers,
              r.lateness.p50,
              r.lateness.p99,
              r.lateness.max,
              100 * r.delivered,
              r.cpu.server,
              r.cpu.database,
            ]),
          },
        ],
        charts: [
          {
            name: 'nodes',
            title: 'A burst by several servers',
            unit: 'jobs/s',
            kind: 'bars',
            x: counts.map((servers) => `${servers}`),
            series: [{ name: 'jobs/s', values: counts.map((servers) => of(servers, (r) => r.perSecond)) }],
          },
        ],
        settings: {
          servers: counts,
          jobs: flags.jobs,
          rounds: flags.rounds,
          schedules: flags.schedules,
          env: flags.env,
        },
        raw: { bursts, recurring },
      },
      arena.cluster.version,
      flags,
    );
  });
}
