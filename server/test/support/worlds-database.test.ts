import { expect, inject, it } from 'vitest';
import { connectTo } from '../process/database.ts';
import { World } from './world.ts';

const AT = '2027-03-01T09:00:00Z';

/** Opens a world, does something to it and closes it; returns where it was. */
async function used(work: (world: World) => Promise<unknown>): Promise<string> {
  const world = await World.open(AT);
  await work(world);
  await world.close();
  return world.url;
}

async function isThere(url: string): Promise<boolean> {
  const client = await connectTo(inject('postgresUrl'));
  const { rowCount } = await client.query('SELECT FROM pg_database WHERE $1 LIKE $2 || datname || $3', [
    url,
    '%@/',
    '?%',
  ]);
  await client.end();
  return rowCount === 1;
}

it('a database that has but other rows is handed on empty', async () => {
  const url = await used(async (world) => {
    const { id } = await world.create();
    await world.addTenant('other', 'hc_live_of_the_other_tenant');
    await world.call('PUT', '/v1/secrets/TOKEN', { value: 'x' });
    await world.advanceTo('2027-03-01T09:03:00Z');
    expect(await world.ledger(id)).toHaveLength(3);
  });
  const next = await World.open(AT);
  expect(next.url).toBe(url);
  const rows = await next.db.query(
    `SELECT (SELECT count(*) FROM schedules) + (SELECT count(*) FROM runs) + (SELECT count(*) FROM audit_events)
     + (SELECT count(*) FROM secrets) + (SELECT count(*) FROM tenant_usage) AS rows, (SELECT count(*) FROM tenants) AS tenants`,
  );
  expect(rows).toEqual([{ rows: 0, tenants: 1 }]);
  await next.close();
});

it.each([
  ['a table', 'ALTER TABLE secrets ADD COLUMN more int'],
  ['what was put back', 'ALTER TABLE secrets RENAME TO away; ALTER TABLE away RENAME TO secrets'],
  ['a trigger', 'ALTER TABLE schedules DISABLE TRIGGER ALL'],
  ['a policy', 'ALTER TABLE schedules DISABLE ROW LEVEL SECURITY'],
  ['a right', 'REVOKE SELECT ON secrets FROM hydracore_api'],
  ['a function', 'CREATE FUNCTION more() RETURNS int LANGUAGE sql RETURN 1'],
  ['statistics', 'ANALYZE tenants'],
  ['rows of migrations', 'DELETE FROM migrations'],
  [
    'how much it holds',
    `UPDATE tenants SET webhook_secrets = (SELECT jsonb_agg(md5(i::text)) FROM generate_series(1, 300000) i)`,
  ],
])('a database in which %s changed is dropped', async (_what, sql) => {
  const url = await used((world) => world.db.query(sql));
  expect(await isThere(url)).toBe(false);
  const next = await World.open(AT);
  expect(next.url).not.toBe(url);
  await next.close();
});

it('a database that somebody still works in is dropped', async () => {
  const url = await used(async (world) => {
    const holder = await connectTo(world.url);
    await holder.query(`BEGIN; UPDATE tenants SET name = 'held'`);
  });
  expect(await isThere(url)).toBe(false);
});

it('a fresh one had no world before, and has none after', async () => {
  const url = await used(async () => undefined);
  const world = await World.openFresh(AT);
  expect(world.url).not.toBe(url);
  await world.close();
  expect(await isThere(world.url)).toBe(false);
  expect(await isThere(url)).toBe(true);
});
