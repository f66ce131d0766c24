import { MINUTE, type RecurringLoad } from './peer.ts';
import type { TestDatabase } from '../support/cluster.ts';
import { multiply, numbered } from '../support/multiply.ts';
import { webhook, type Product } from '../support/product.ts';

/** So many are made through the API; more are made of them. */
const THROUGH_API = 20_000;
const SECONDS = 60;

/** Schedule `i` of a recurring load: every minute at second `i % 60`, from an instant on. */
export function everyMinute(i: number, url: string, from: number, fields: Record<string, unknown> = {}) {
  return webhook(`every minute ${i}`, `${url}${i}`, {
    schedule_type: 'CRON',
    schedule_expression: `${i % SECONDS} * * * * *`,
    start_at: new Date(Math.ceil(from / MINUTE) * MINUTE).toISOString(),
    ...fields,
  });
}

/** Makes the schedules of a recurring load: through the API, or (many) by multiplying one of each second that the API made. */
export async function recurring(product: Product, database: TestDatabase, load: RecurringLoad): Promise<void> {
  const { schedules, from, url } = load;
  const made = schedules <= THROUGH_API ? schedules : SECONDS;
  await product.create(Array.from({ length: made }, (_, i) => everyMinute(i, url, from)));
  if (made === schedules) return;
  // Schedule i of the first 60 is copied to i + 60, i + 120 and so on.
  for (let second = 0; second < SECONDS; second += 1) {
    const copies = Math.floor((schedules - 1 - second) / SECONDS);
    const [template] = await database.query<{ id: string }>('SELECT id FROM schedules WHERE name = $1', [
      `every minute ${second}`,
    ]);
    const number = `(i * ${SECONDS} + ${second})`;
    const action = `jsonb_set(s.action_config, '{url}', to_jsonb('${url}' || ${number}))`;
    await multiply(database, template?.id ?? '', copies, {
      from: 1,
      set: { name: `'every minute ' || ${number}`, action_config: action },
    });
  }
}

/** Fills the store with schedules that are due in years: what stands beside the work. */
export async function fill(product: Product, database: TestDatabase, count: number, url: string): Promise<void> {
  if (count === 0) return;
  const { id } = await product.call(
    'POST',
    '/v1/schedules',
    webhook('stored', `${url}0`, {
      schedule_type: 'CRON',
      schedule_expression: '0 3 29 2 *',
      timezone: 'Europe/Berlin',
    }),
  );
  for (let from = 1; from < count; from += 100_000) {
    const length = Math.min(100_000, count - from);
    await multiply(database, id, length, { from, set: { action_config: numbered('i') } });
  }
  // What was made in a moment was counted row by row; as time goes by, the server folds that into one sum.
  await database.query(`WITH parts AS (DELETE FROM tenant_usage RETURNING tenant_id, kind, delta)
    INSERT INTO tenant_usage (tenant_id, bucket, kind, delta) SELECT tenant_id, bucket_of(tenant_id), kind, sum(delta)::bigint FROM parts GROUP BY 1, 2, 3`);
}
