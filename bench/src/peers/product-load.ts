import type { RecurringLoad } from './peer.ts';
import type { TestDatabase } from '../support/cluster.ts';
import { multiply, numbered } from '../support/multiply.ts';
import { webhook, type Product } from '../support/product.ts';

/** So many are made through the API; more are made of them. */
const THROUGH_API = 1_000;
const SECONDS = 60;

/** Schedule `i` of a recurring load: every minute at second `i % 60`, from an instant on. */
export function everyMinute(i: number, url: string, from: number, fields: Record<string, unknown> = {}) {
  return webhook(`every minute ${i}`, `${url}${i}`, {
    schedule_type: 'CRON',
    schedule_expression: `${i % SECONDS} * * * * *`,
    start_at: new Date(from).toISOString(),
    ...fields,
  });
}

/** How long it takes to store so many, at most, in ms: nothing of them is due before. */
export function leadFor(schedules: number): number {
  return 6_000 + 6 * Math.min(schedules, THROUGH_API) + schedules / 20;
}

/** Makes the schedules of a recurring load: through the API, or (many) by multiplying one of each second that the API made. */
export async function recurring(product: Product, database: TestDatabase, load: RecurringLoad): Promise<void> {
  const { schedules, from, url } = load;
  const made = schedules <= THROUGH_API ? schedules : SECONDS;
  await product.create(Array.from({ length: made }, (_, i) => everyMinute(i, url, from)));
  if (made === schedules) return;
  const names = Array.from({ length: SECONDS }, (_, i) => everyMinute(i, url, from)['name']);
  const templates = await database.query<{ id: string }>(
    'SELECT id FROM schedules WHERE name = ANY($1) ORDER BY array_position($1, name)',
    [names],
  );
  await multiply(
    database,
    templates.map(({ id }) => id),
    schedules - SECONDS,
    { from: SECONDS, set: { name: `'every minute ' || i`, action_config: numbered('i') } },
  );
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
  await multiply(database, [id], count - 1, { from: 1, set: { action_config: numbered('i') } });
}
