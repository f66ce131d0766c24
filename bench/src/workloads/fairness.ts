import { setTimeout as sleep } from 'node:timers/promises';
import { COMMON, say, withArena, type Arena } from '../support/arena.ts';
import type { TestDatabase } from '../support/cluster.ts';
import { readFlags } from '../support/flags.ts';
import { latenessOf, type Lateness } from '../support/lateness.ts';
import { multiply, numbered } from '../support/multiply.ts';
import { webhook, type Product } from '../support/product.ts';
import { conclude } from '../support/results.ts';
import { shown, type Cell } from '../support/table.ts';

const QUIET_SECONDS = 5;

/** A tenant with thousands of runs due to a host that never answers, beside tenants with a schedule each: how late theirs are. */
export async function fairness(args: readonly string[]): Promise<void> {
  const flags = readFlags(args, { ...COMMON, runs: 50_000, tenants: 100, before: 30, seconds: 120 });
  await withArena(flags, async (arena) => {
    const { product, database } = await arena.product();
    say(`${flags.tenants} quiet tenants`);
    for (let i = 0; i < flags.tenants; i += 1) await quietTenant(product, i, arena.receiver.url);
    say(`${flags.runs} runs to a host that does not answer`);
    const at = Date.now() + 10_000 + flags.runs / 4 + flags.before * 1_000;
    await noise(arena, product, database, at, flags.runs);
    await sleep(at - Date.now() - flags.before * 1_000);
    await arena.receiver.take();
    await sleep(at - Date.now() + flags.seconds * 1_000);
    const arrivals = await arena.receiver.take();
    const alone = latenessOf(arrivals, at - flags.before * 1_000, at);
    const beside = latenessOf(arrivals, at, at + (flags.seconds - QUIET_SECONDS) * 1_000);
    const due = (flags.tenants * (flags.seconds - QUIET_SECONDS)) / QUIET_SECONDS;
    const waiting = await database.number(`SELECT count(*) FROM runs WHERE status = 'PENDING'`);
    const row = (name: string, { occurrences, p50, p99, max }: Lateness): Cell[] => [name, occurrences, p50, p99, max];
    await conclude(
      {
        workload: 'fairness',
        title: `Fairness: ${shown(flags.runs)} runs to a host that hangs, beside ${flags.tenants} quiet tenants`,
        method: `Each quiet tenant has a schedule that fires every ${QUIET_SECONDS} seconds. Then all runs of another tenant are due at once, to a host that takes requests and never answers; each would hold its place for 30 seconds.`,
        notes: [
          `${shown(arrivals.hanging)} requests went to the host that hangs, ${shown(waiting)} runs wait; of ${shown(due)} quiet occurrences beside it ${shown(beside.occurrences)} came.`,
        ],
        targets: [
          {
            what: 'quiet occurrences beside it that came',
            wanted: '≥ 99.9 %',
            found: `${((100 * beside.occurrences) / due).toFixed(1)} %`,
            held: beside.occurrences >= 0.999 * due,
          },
          {
            what: 'their lateness beside it, p99',
            wanted: '≤ 500 ms',
            found: `${shown(beside.p99)} ms`,
            held: beside.p99 <= 500,
          },
        ],
        tables: [
          {
            title: 'Lateness of the quiet tenants',
            head: ['when', 'deliveries', 'p50, ms', 'p99, ms', 'max, ms'],
            rows: [row('before', alone), row('beside the noise', beside)],
          },
        ],
        charts: [
          {
            name: 'fairness',
            title: 'Lateness of the quiet tenants',
            unit: 'ms',
            kind: 'bars',
            x: ['p50', 'p99'],
            series: [
              { name: 'before', values: [alone.p50, alone.p99] },
              { name: 'beside the noise', values: [beside.p50, beside.p99] },
            ],
          },
        ],
        settings: { runs: flags.runs, tenants: flags.tenants, seconds: flags.seconds, env: flags.env },
        raw: { alone, beside, hanging: arrivals.hanging, waiting, due },
      },
      arena.cluster.version,
      flags,
    );
    await product.stop();
  });
}

/** A tenant with a key and one schedule, as an operator would make it. */
async function quietTenant(product: Product, i: number, url: string): Promise<void> {
  const tenant = await product.call('POST', '/v1/tenants', { name: `quiet ${i}` });
  const { key } = await product.call('POST', '/v1/api-keys', { name: 'bench', scopes: ['*'], tenant_id: tenant.id });
  const schedule = webhook('quiet', `${url}${i}`, {
    schedule_type: 'RATE',
    schedule_expression: `rate(${QUIET_SECONDS} seconds)`,
  });
  const answer = await fetch(`${product.first.url}/v1/schedules`, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: JSON.stringify(schedule),
  });
  if (answer.status !== 201) throw new Error(`a schedule of a quiet tenant was refused: ${await answer.text()}`);
}

async function noise(arena: Arena, product: Product, database: TestDatabase, at: number, runs: number): Promise<void> {
  const { id } = await product.call(
    'POST',
    '/v1/schedules',
    webhook('noise', `${arena.receiver.silentUrl}0`, {
      schedule_type: 'ONE_TIME',
      schedule_expression: new Date(at).toISOString(),
    }),
  );
  await multiply(database, [id], runs - 1, { from: 1, set: { action_config: numbered('i') } });
  await database.settle();
  if (Date.now() > at)
    throw new Error('storing the runs took too long: take fewer with --runs, or more time with --before');
}
