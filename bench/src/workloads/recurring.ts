import { setTimeout as sleep } from 'node:timers/promises';
import { contestants, PRODUCT, start, versionsOf, type Contestant } from '../peers/contestant.ts';
import { MINUTE } from '../peers/peer.ts';
import { COMMON, say, used, withArena, type Arena } from '../support/arena.ts';
import { numberList, readFlags } from '../support/flags.ts';
import { latenessOf } from '../support/lateness.ts';
import { conclude } from '../support/results.ts';
import { recurringFinding, type RecurringRun } from './recurring-finding.ts';

export interface RecurringOptions {
  readonly name: string;
  readonly schedules: number;
  /** Schedules that stand beside them, not due. */
  readonly stored: number;
  readonly servers: number;
  readonly minutes: number;
  /** How long a contestant may take to store them, in s. */
  readonly patience: number;
}

/** Schedules that fire every minute, spread over its seconds: how late, how many a second, at what cost. */
export async function recurring(args: readonly string[]): Promise<void> {
  const flags = readFlags(args, {
    ...COMMON,
    schedules: '100,1000,10000,100000',
    stored: 0,
    servers: 1,
    minutes: 3,
    patience: 300,
    against: '',
  });
  const names = await contestants(flags.against, say);
  const sizes = numberList('schedules', flags.schedules);
  await withArena(flags, async (arena) => {
    const runs: RecurringRun[] = [];
    for (const schedules of sizes) {
      for (const name of names) runs.push(await recurringOnce(arena, { ...flags, name, schedules, stored: 0 }));
      if (flags.stored === 0) continue;
      runs.push(await recurringOnce(arena, { ...flags, name: PRODUCT, schedules }));
    }
    const { stored, servers, minutes, patience, env } = flags;
    const settings = { schedules: sizes, stored, servers, minutes, patience, env, versions: await versionsOf(names) };
    await conclude(recurringFinding(runs, settings), arena.cluster.version, flags);
  });
}

/** One contestant with so many schedules. The first minute is to warm up and not measured. */
export async function recurringOnce(arena: Arena, options: RecurringOptions): Promise<RecurringRun> {
  const { name, schedules, stored } = options;
  say(`${name}: ${schedules} schedules every minute${stored > 0 ? ` beside ${stored} that are not due` : ''}`);
  const contestant = await start(arena, name, options.servers);
  try {
    const from = await prepare(contestant, arena, options);
    if (from === null) return { ...nothing(options), broke: `not stored within ${options.patience} s` };
    return await measure(arena, contestant, options, from);
  } catch (error) {
    if (name === PRODUCT) throw error;
    return { ...nothing(options), broke: error instanceof Error ? error.message : String(error) };
  } finally {
    await contestant.stop();
  }
}

/** @returns the minute from which it is measured; null: it could not store them in time */
async function prepare(contestant: Contestant, arena: Arena, options: RecurringOptions): Promise<number | null> {
  const { schedules, stored, patience } = options;
  if (stored > 0) await contestant.fill(stored, arena.receiver.url);
  await arena.receiver.take();
  // Nothing is due before all are stored: what the product makes begins then. A peer begins as it pleases.
  const lead = 15_000 + 5 * Math.min(schedules, 20_000) + schedules / 5;
  const first = Math.ceil((Date.now() + lead) / MINUTE) * MINUTE;
  const ready = contestant.recurring({ schedules, from: first, url: arena.receiver.url }).then(() => true);
  const late = sleep(patience * 1_000, false, { ref: false });
  if (!(await Promise.race([ready, late]))) return null;
  await arena.cluster.checkpoint();
  const began = Math.max(first, Math.ceil(Date.now() / MINUTE) * MINUTE);
  if (began > first && contestant.name === PRODUCT) say(`storing took ${Math.round((began - first) / 1_000)} s longer`);
  return began + MINUTE;
}

async function measure(
  arena: Arena,
  contestant: Contestant,
  { name, schedules, stored, minutes, servers }: RecurringOptions,
  from: number,
): Promise<RecurringRun> {
  const to = from + minutes * MINUTE;
  await sleep(from - Date.now() - 500);
  await contestant.profile?.begin();
  await arena.receiver.take();
  const before = await arena.cpu(contestant.pids, contestant.databasePids);
  const began = performance.now();
  await sleep(to - Date.now());
  const cpu = used(before, await arena.cpu(contestant.pids, contestant.databasePids));
  const elapsed = performance.now() - began;
  const inWindow = await arena.receiver.count();
  // What is late by more than this counts as not delivered.
  await sleep(10_000);
  const profile = await contestant.profile?.end();
  if (profile !== undefined) say(`\n${profile}\n`);
  const lateness = latenessOf(await arena.receiver.take(), from, to);
  const percent = (ms: number) => (100 * ms) / elapsed;
  return {
    ...nothing({ name, schedules, stored, minutes, servers }),
    lateness,
    delivered: lateness.occurrences / (schedules * minutes),
    perSecond: (1_000 * inWindow) / elapsed,
    cpu: { server: percent(cpu.server), database: percent(cpu.database), receiver: percent(cpu.receiver) },
    plannedTwice: await contestant.plannedTwice(),
  };
}

function nothing({ name, schedules, stored, minutes, servers }: Omit<RecurringOptions, 'patience'>): RecurringRun {
  const none = { count: 0, p50: NaN, p90: NaN, p95: NaN, p99: NaN, max: NaN, occurrences: 0, twice: 0 };
  const cpu = { server: NaN, database: NaN, receiver: NaN };
  return {
    name,
    servers,
    schedules,
    stored,
    minutes,
    lateness: none,
    delivered: 0,
    perSecond: 0,
    cpu,
    plannedTwice: 0,
    broke: null,
  };
}
