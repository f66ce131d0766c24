import { expect, test } from 'vitest';
import { recurring } from '../peers/product-load.ts';
import { withArena, type Arena } from '../support/arena.ts';
import { costBetween, readMeter } from '../support/costs.ts';
import { multiply, numbered } from '../support/multiply.ts';
import { webhook } from '../support/product.ts';
import { burstOnce } from './burst.ts';

/** Small, and of no use as a measurement: whether the benches still know how to run the product and what is beside it. */
async function inArena(work: (arena: Arena) => Promise<void>): Promise<void> {
  await withArena({ env: 'HYDRACORE_CONCURRENCY=50', profile: false }, work);
}

/** Where that is not enough to get ready in, `burstOnce` takes longer. */
const LEAD_MS = 3_000;

test.skipIf(process.platform !== 'linux')('a burst is stored, delivered and accounted for', { timeout: 180_000 }, () =>
  inArena(async (arena) => {
    for (const [name, servers] of [
      ['HydraCore', 2],
      ['limit', 1],
      ['pg-boss', 1],
      ['graphile-worker', 1],
    ] as const) {
      // One of them delivers some before: to get ready for that takes seconds each.
      const warmUp = name === 'limit' ? 5 : 0;
      const round = await burstOnce(arena, { name, round: 0, jobs: 30, servers, lead: LEAD_MS, warmUp });
      expect(round, name).toMatchObject({ name, delivered: 30, twice: 0, plannedTwice: 0 });
      expect(round.firstMs, name).toBeGreaterThanOrEqual(0);
      expect(round.p99Ms, name).toBeGreaterThanOrEqual(round.p50Ms);
      expect(round.cpu.server, name).toBeGreaterThan(0);
    }
  }),
);

test.skipIf(process.platform !== 'linux')('what is multiplied is like what the API made', { timeout: 120_000 }, () =>
  inArena(async (arena) => {
    const { product, database } = await arena.product();
    const url = 'http://127.0.0.1:9/';
    const one = webhook('one', `${url}0`, { schedule_type: 'CRON', schedule_expression: '0 9 * * *' });
    const { id } = await product.call('POST', '/v1/schedules', one);
    await multiply(database, [id], 3, { from: 5, set: { action_config: numbered('i') } });
    const { schedules } = await product.call('GET', '/v1/schedules');
    const urls = schedules.map((schedule: { action_config: { url: string } }) => schedule.action_config.url);
    expect(urls.toSorted()).toEqual([0, 5, 6, 7].map((i) => `${url}${i}`));
    const [made, first] = [schedules.at(-1), schedules[0]];
    expect({ ...first, id: made.id, name: made.name, action_config: made.action_config }).toEqual(made);
    expect(await database.number('SELECT sum(delta) FROM tenant_usage')).toBe(4);

    // A load of many: each second its share, each schedule its own number, due as its second says, counted.
    const from = Date.parse('2040-01-01T00:00:00Z');
    await recurring(product, database, { schedules: 1_230, from, url });
    const seconds = await database.query<{ expression: string; n: string; due: string; urls: string }>(
      `SELECT schedule_expression AS expression, count(*) AS n, (min(due_at) AT TIME ZONE 'UTC')::text || ' ' || (max(next_run_at) AT TIME ZONE 'UTC')::text AS due,
         count(DISTINCT action_config->>'url') FILTER (WHERE action_config->>'url' = '${url}' || split_part(name, ' ', 3)) AS urls
       FROM schedules WHERE name LIKE 'every minute %' GROUP BY 1 ORDER BY split_part(schedule_expression, ' ', 1)::int`,
    );
    expect(seconds.map(({ expression, n, urls }) => [expression, Number(n), Number(urls)])).toEqual(
      Array.from({ length: 60 }, (_, i) => [`${i} * * * * *`, i < 30 ? 21 : 20, i < 30 ? 21 : 20]),
    );
    const at = (second: string) => `2040-01-01 00:00:${second} 2040-01-01 00:00:${second}`;
    expect([seconds[0]?.due, seconds[59]?.due]).toEqual([at('00'), at('59')]);
    expect(await database.number('SELECT sum(delta) FROM tenant_usage')).toBe(1_234);

    const before = await readMeter(database);
    await product.call('POST', `/v1/schedules/${id}/trigger`);
    const cost = costBetween(before, await readMeter(database));
    expect(cost.runs).toBe(1);
    expect(cost.walBytes).toBeGreaterThan(100);
  }),
);
