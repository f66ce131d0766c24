import { setTimeout as sleep } from 'node:timers/promises';
import { contestants, PRODUCT, start, versionOf, type Contestant } from '../peers/contestant.ts';
import { MINUTE } from '../peers/peer.ts';
import { leadFor } from '../peers/product-load.ts';
import { COMMON, say, used, withArena, type Arena } from '../support/arena.ts';
import { costBetween } from '../support/costs.ts';
import { numberList, readFlags } from '../support/flags.ts';
import { addedUp, type KeepOptions } from '../support/kept.ts';
import { latenessOf } from '../support/lateness.ts';
import { conclude, keep, stamp, type Finding } from '../support/results.ts';
import { ENOUGH, nothing, recurringFinding, recurringKey, type RecurringRun } from './recurring-finding.ts';

export interface RecurringOptions {
  readonly name: string;
  readonly schedules: number;
  /** Schedules that stand beside them, not due. */
  readonly stored: number;
  readonly servers: number;
  readonly minutes: number;
  /** How long a contestant may take to store them, in s. */
  readonly patience: number;
  readonly env: string;
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
    // Off: peers alone, beside rows of the product that an earlier run has left.
    product: true,
  });
  const against = await contestants(flags.against, say);
  const names = against.filter((name) => flags.product || name !== PRODUCT);
  const sizes = numberList('schedules', flags.schedules).toSorted((a, b) => a - b);
  await withArena(flags, async (arena) => {
    const runs: RecurringRun[] = [];
    const brokenAt = new Map<string, number>();
    const add = async (run: RecurringRun) => {
      runs.push(run);
      // It takes long: what ends it early takes nothing of this away.
      await keep(await findingOf(runs, names, flags), arena.cluster.version, flags);
    };
    for (const schedules of sizes) {
      for (const name of names) {
        const run = await unlessBroken(arena, { ...flags, name, schedules, stored: 0 }, brokenAt);
        await add(run);
        if (flags.stored === 0 || name !== PRODUCT) continue;
        const beside = await recurringOnce(arena, { ...flags, name, schedules });
        await add({ ...beside, aloneP99: run.lateness.p99 });
      }
    }
    await conclude(await findingOf(runs, names, flags), arena.cluster.version, flags);
  });
}

/** What these runs say, beside what is kept of earlier ones. */
async function findingOf(
  runs: readonly RecurringRun[],
  names: readonly string[],
  flags: KeepOptions & { readonly patience: number },
): Promise<Finding> {
  // What was left out because a smaller size broke replaces nothing that was measured.
  const measured = runs.filter((run) => run.skipped !== true);
  const key = (run: RecurringRun) => (run.skipped === true && names.includes(run.name) ? null : recurringKey(run));
  const rows = await addedUp('recurring', flags, measured, key);
  const there = new Set(rows.map(recurringKey));
  const left = runs.filter((run) => run.skipped === true && !there.has(recurringKey(run)));
  return recurringFinding([...rows, ...left.map((run) => ({ ...run, ...stamp() }))], { patience: flags.patience });
}

/** Measures, unless a peer has broken at a smaller size: it is spared the larger ones. */
async function unlessBroken(
  arena: Arena,
  options: RecurringOptions,
  brokenAt: Map<string, number>,
): Promise<RecurringRun> {
  const { name, schedules } = options;
  const smaller = brokenAt.get(name);
  if (smaller !== undefined && name !== PRODUCT) {
    say(`${name}: ${schedules} left out, it broke at ${smaller}`);
    const broke = `left out, it broke at ${smaller.toLocaleString('en')}`;
    return { ...nothing(options), version: await versionOf(name), skipped: true, broke };
  }
  const run = await recurringOnce(arena, options);
  if (run.broke !== null) {
    say(`${name}: ${run.broke}`);
    brokenAt.set(name, schedules);
  }
  return run;
}

/** One contestant with so many schedules. The first minute is to warm up and not measured. */
export async function recurringOnce(arena: Arena, options: RecurringOptions): Promise<RecurringRun> {
  const { name, schedules, stored } = options;
  say(`${name}: ${schedules} schedules every minute${stored > 0 ? ` beside ${stored} that are not due` : ''}`);
  const none = { ...nothing(options), version: await versionOf(name) };
  const contestant = await start(arena, name, options.servers);
  // One that breaks, the product too, spoils nothing of what was measured before.
  const told = (error: unknown) => (error instanceof Error ? error.message : String(error));
  try {
    const from = await prepare(contestant, arena, options);
    if (from === null) return { ...none, broke: `not stored within ${options.patience} s` };
    return { ...none, ...(await measure(arena, contestant, options, from)) };
  } catch (error) {
    return { ...none, broke: told(error) };
  } finally {
    await contestant.stop().catch((error: unknown) => say(`${name} did not stop in order: ${told(error)}`));
  }
}

/** @returns the instant from which it is measured, after a minute that warms up; null: it could not store them in time */
async function prepare(contestant: Contestant, arena: Arena, options: RecurringOptions): Promise<number | null> {
  const { schedules, stored, patience } = options;
  if (stored > 0) await contestant.fill(stored, arena.receiver.url);
  await arena.receiver.take();
  // Nothing of the product is due before all are stored: what it makes begins then. A peer begins as it pleases.
  const lead = contestant.name === PRODUCT ? leadFor(schedules) : 0;
  const first = wholeSecond(Date.now() + lead);
  const began = Date.now();
  const ready = contestant.recurring({ schedules, from: first, url: arena.receiver.url }).then(() => true);
  const late = sleep(patience * 1_000, false, { ref: false });
  if (!(await Promise.race([ready, late]))) return null;
  say(`${contestant.name}: stored within ${Math.round((Date.now() - began) / 1_000)} s`);
  await arena.cluster.checkpoint();
  const whole = Math.max(first, wholeSecond(Date.now()));
  if (whole > first && lead > 0) say(`storing took ${Math.round((whole - first) / 1_000)} s longer`);
  return whole + MINUTE;
}

/** Any minute has each schedule once, wherever it begins. */
function wholeSecond(instant: number): number {
  return Math.ceil(instant / 1_000) * 1_000;
}

/** What is late by more than this counts as not delivered. */
const GRACE_MS = 10_000;

async function measure(
  arena: Arena,
  contestant: Contestant,
  { schedules, minutes }: RecurringOptions,
  from: number,
): Promise<Partial<RecurringRun>> {
  const to = from + minutes * MINUTE;
  await sleep(from - Date.now() - 500);
  await contestant.profile?.begin();
  const counted = await contestant.meter();
  await arena.receiver.take();
  const before = await arena.cpu(contestant.pids, contestant.databasePids);
  const began = performance.now();
  await sleep(to - Date.now());
  const cpu = used(before, await arena.cpu(contestant.pids, contestant.databasePids));
  const elapsed = performance.now() - began;
  const inWindow = await arena.receiver.count();
  const meter = await contestant.meter();
  await sleep(GRACE_MS);
  const profile = await contestant.profile?.end();
  if (profile !== undefined) say(`\n${profile}\n`);
  const lateness = latenessOf(await arena.receiver.take(), from, to);
  const delivered = lateness.occurrences / (schedules * minutes);
  const percent = (ms: number) => (100 * ms) / elapsed;
  return {
    lateness,
    delivered,
    perSecond: (1_000 * inWindow) / elapsed,
    cpu: { server: percent(cpu.server), database: percent(cpu.database), receiver: percent(cpu.receiver) },
    cost: counted && meter ? costBetween(counted, meter) : null,
    plannedTwice: await contestant.plannedTwice(),
    broke: delivered < ENOUGH ? `delivered ${(100 * delivered).toFixed(1)} %` : null,
  };
}
