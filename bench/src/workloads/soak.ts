import { setTimeout as sleep } from 'node:timers/promises';
import { PRODUCT } from '../peers/contestant.ts';
import { MINUTE } from '../peers/peer.ts';
import { leadFor, recurring } from '../peers/product-load.ts';
import { COMMON, say, used, withArena, type Arena } from '../support/arena.ts';
import { costBetween, readMeter, type Meter } from '../support/costs.ts';
import type { TestDatabase } from '../support/cluster.ts';
import { readFlags } from '../support/flags.ts';
import { latenessOf } from '../support/lateness.ts';
import type { Product } from '../support/product.ts';
import { residentMb, treeMb } from '../support/proc.ts';
import { conclude } from '../support/results.ts';
import { sizeOf } from '../support/sizes.ts';
import { burstOnce } from './burst.ts';
import { soakFinding, type Sample } from './soak-finding.ts';

/** Half of what it can do, for long: whether lateness, memory and tables stay as they are. */
export async function soak(args: readonly string[]): Promise<void> {
  const flags = readFlags(args, { ...COMMON, minutes: 30, rate: 0, every: 30, jobs: 20_000 });
  await withArena(flags, async (arena) => {
    const rate = flags.rate || (await halfOfCapacity(arena, flags.jobs));
    const schedules = Math.max(60, Math.round(rate * 60));
    say(`${schedules} schedules every minute, ${Math.round(rate)} a second, for ${flags.minutes} minutes`);
    const { product, database } = await arena.product();
    const from = Math.ceil((Date.now() + leadFor(schedules)) / MINUTE) * MINUTE;
    await recurring(product, database, { schedules, from, url: arena.receiver.url });
    await database.settle();
    await arena.cluster.checkpoint();
    await arena.receiver.take();
    const began = Math.max(from, Math.ceil(Date.now() / MINUTE) * MINUTE);
    await sleep(began - Date.now());
    const samples: Sample[] = [];
    let counted = await readMeter(database);
    for (let at = began + flags.every * 1_000; at <= began + flags.minutes * MINUTE; at += flags.every * 1_000) {
      const { meter, ...seen } = await sample(arena, product, database, { at, minute: (at - began) / MINUTE, counted });
      samples.push(seen);
      counted = meter;
    }
    const settings = { schedules, rate: Math.round(rate), minutes: flags.minutes, every: flags.every, env: flags.env };
    await conclude(soakFinding(samples, settings), arena.cluster.version, flags);
    await product.stop();
  });
}

async function halfOfCapacity(arena: Arena, jobs: number): Promise<number> {
  say('capacity, by a burst');
  const { perSecond } = await burstOnce(arena, { name: PRODUCT, round: 0, jobs, servers: 1 });
  return perSecond / 2;
}

/** Waits until `at`, then tells of the time since the last sample. */
async function sample(
  arena: Arena,
  product: Product,
  database: TestDatabase,
  { at, minute, counted }: { readonly at: number; readonly minute: number; readonly counted: Meter },
): Promise<Sample & { meter: Meter }> {
  const before = await arena.cpu(product.pids);
  const began = performance.now();
  await sleep(at - Date.now());
  const cpu = used(before, await arena.cpu(product.pids));
  const elapsed = performance.now() - began;
  const meter = await readMeter(database);
  const percent = (ms: number) => (100 * ms) / elapsed;
  const late = latenessOf(await arena.receiver.take());
  return {
    minute,
    deliveries: late.occurrences,
    p50: late.p50,
    p99: late.p99,
    max: late.max,
    serverMb: await residentMb(product.first.pid),
    postgresMb: await treeMb(arena.cluster.pid),
    serverCpu: percent(cpu.server),
    postgresCpu: percent(cpu.database),
    schedules: await sizeOf(database, 'schedules'),
    runs: await sizeOf(database, 'runs'),
    cost: costBetween(counted, meter),
    meter,
    seconds: elapsed / 1_000,
  };
}
