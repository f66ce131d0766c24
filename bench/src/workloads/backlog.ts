import { setTimeout as sleep } from 'node:timers/promises';
import { MINUTE } from '../peers/peer.ts';
import { everyMinute } from '../peers/product-load.ts';
import { COMMON, say, used, withArena, type Arena, type Cpu } from '../support/arena.ts';
import type { TestDatabase } from '../support/cluster.ts';
import { readFlags } from '../support/flags.ts';
import { Profile } from '../support/profile.ts';
import { conclude } from '../support/results.ts';
import { round } from '../support/stats.ts';
import { shown } from '../support/table.ts';

/** What schedules say about an outage, by the name that the table has. */
const RULES = {
  'all run, side by side': { catchup_window_minutes: 1_440, overlap_policy: 'ALLOW_ALL' },
  'all run, one after the other': { catchup_window_minutes: 1_440, overlap_policy: 'BUFFER_ALL' },
  'the defaults (10 minutes, SKIP)': {},
  'none (0 minutes)': { catchup_window_minutes: 0 },
} as const;

interface CaughtUp {
  readonly rule: string;
  readonly seconds: number;
  readonly deliveries: number;
  /** Occurrences of the outage that were run. */
  readonly made: number;
  /** Rows of the ledger by their status. */
  readonly rows: Readonly<Record<string, number>>;
  readonly cpu: Cpu;
}

/** An outage: schedules that were due every minute while no server ran. How long until they are caught up with. */
export async function backlog(args: readonly string[]): Promise<void> {
  const flags = readFlags(args, { ...COMMON, schedules: 1_000, outage: 60, patience: 600, rule: '' });
  const chosen = Object.entries(RULES).filter(([rule]) => rule.includes(flags.rule));
  if (chosen.length === 0) throw new Error(`--rule is part of one of: ${Object.keys(RULES).join('; ')}`);
  await withArena(flags, async (arena) => {
    const found: CaughtUp[] = [];
    for (const [rule, fields] of chosen) {
      say(`${flags.schedules} schedules, ${flags.outage} minutes: ${rule}`);
      found.push(await once(arena, rule, fields, flags));
    }
    const due = flags.schedules * flags.outage;
    await conclude(
      {
        workload: 'backlog',
        title: `Backlog: ${shown(flags.schedules)} schedules a minute after an outage of ${flags.outage} minutes`,
        method:
          'The schedules are made through the API, the server stops, and the database is moved on by the length of the outage. Timed from the moment the server is ready again until nothing is overdue by more than two seconds and no run from before is open. Meanwhile the schedules go on being due every minute.',
        notes: [],
        targets: found.flatMap(({ rule, made }) =>
          rule.startsWith('all run')
            ? [{ what: `${rule}: runs of the outage`, wanted: shown(due), found: shown(made), held: made === due }]
            : [],
        ),
        tables: [
          {
            title: 'Catching up',
            head: ['rule', 'seconds', 'deliveries', 'a second', 'rows of the ledger', 'CPU s: server', 'PostgreSQL'],
            rows: found.map(({ rule, seconds, deliveries, rows, cpu }) => [
              rule,
              seconds,
              deliveries,
              deliveries / seconds,
              Object.entries(rows)
                .map(([status, count]) => `${shown(count)} ${status}`)
                .join(', '),
              cpu.server / 1_000,
              cpu.database / 1_000,
            ]),
          },
        ],
        charts: [
          {
            name: 'backlog',
            title: 'Time to catch up',
            unit: 's',
            kind: 'bars',
            x: found.map(({ rule }) => rule),
            series: [{ name: 'seconds', values: found.map(({ seconds }) => round(seconds)) }],
          },
        ],
        settings: { schedules: flags.schedules, outage: flags.outage, env: flags.env },
        raw: found,
      },
      arena.cluster.version,
      flags,
    );
  });
}

async function once(
  arena: Arena,
  rule: string,
  fields: Record<string, unknown>,
  { schedules, outage, patience }: { schedules: number; outage: number; patience: number },
): Promise<CaughtUp> {
  const { product: before, database } = await arena.product();
  // Made for an instant that does not come before the outage.
  const from = Math.ceil((Date.now() + 60 * MINUTE) / MINUTE) * MINUTE;
  await before.create(Array.from({ length: schedules }, (_, i) => everyMinute(i, arena.receiver.url, from, fields)));
  await before.stop();
  const start = await moveBack(database, from, outage);
  await database.settle();
  await arena.cluster.checkpoint();
  await arena.receiver.take();
  const beforeCpu = await arena.cpu([], [arena.cluster.pid]);
  const product = await arena.serve(database);
  const profile = arena.options.profile ? new Profile(arena.cluster, database, product) : null;
  await profile?.begin();
  const began = Date.now();
  while (await behind(database, began)) {
    if (Date.now() > began + patience * 1_000) throw new Error(`not caught up within ${patience} s: ${rule}`);
    await sleep(100);
  }
  const seconds = (Date.now() - began) / 1_000;
  const after = await arena.cpu(product.pids);
  if (profile !== null) say(`\n${await profile.end()}\n`);
  const { ids } = await arena.receiver.take();
  const rows = await database.query<{ status: string; n: string }>(
    `SELECT coalesce(status || ' ' || reason, status) AS status, count(*) AS n FROM runs GROUP BY 1 ORDER BY 2 DESC`,
  );
  const made = await database.number(
    `SELECT count(*) FROM runs WHERE status = 'SUCCEEDED' AND scheduled_for >= $1 AND scheduled_for < $2`,
    [new Date(start), new Date(start + outage * MINUTE)],
  );
  await product.stop();
  await database.drop();
  return {
    rule,
    seconds,
    deliveries: ids.length,
    made,
    rows: Object.fromEntries(rows.map(({ status, n }) => [status, Number(n)])),
    cpu: used(beforeCpu, after),
  };
}

/**
 * Makes what begins at `from` have begun when the outage did: every instant that a schedule knows is that much earlier.
 * @returns when that was
 */
async function moveBack(database: TestDatabase, from: number, outage: number): Promise<number> {
  const start = Math.floor(Date.now() / MINUTE) * MINUTE - outage * MINUTE;
  const by = from - start;
  await database.query(
    `UPDATE schedules SET start_at = start_at - d, next_run_at = next_run_at - d, due_at = due_at - d,
       created_at = created_at - d, updated_at = updated_at - d
     FROM (SELECT $1 * interval '1 millisecond' AS d) AS moved`,
    [by],
  );
  return start;
}

/** Whether something from before `began` has no fate yet, or something is overdue. */
async function behind(database: TestDatabase, began: number): Promise<boolean> {
  const [row] = await database.query<{ behind: boolean }>(
    `SELECT EXISTS (SELECT FROM schedules WHERE due_at < clock_timestamp() - interval '2 seconds')
       OR EXISTS (SELECT FROM runs WHERE wake_at IS NOT NULL AND scheduled_for < $1) AS behind`,
    [new Date(began)],
  );
  return row?.behind ?? true;
}
