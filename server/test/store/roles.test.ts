import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from '../../src/store/db.ts';
import { checkLogin, ensureLogin, ensureRoles, inTenant, loginOf } from '../../src/store/roles.ts';
import { World } from '../support/world.ts';

let world: World;
let other: string;
const OTHER_KEY = 'hc_live_test_key_of_the_other_tenant';
/** Logins belong to the cluster, which all test files share. */
const login = `login_${randomBytes(4).toString('hex')}`;
const opened: Database[] = [];

beforeAll(async () => {
  world = await World.open('2027-03-01T09:00:00Z');
  other = await world.addTenant('other', OTHER_KEY);
  await world.create();
  await world.call('POST', '/v1/schedules', THEIRS, { 'X-Api-Key': OTHER_KEY });
});
afterAll(async () => {
  await Promise.all(opened.map((db) => db.close()));
  await world.db.query(`DROP ROLE IF EXISTS ${login}, ${login}_plain, ${login}_bypass`);
  await world.close();
});

const THEIRS = {
  name: 'theirs',
  schedule_type: 'RATE',
  schedule_expression: '1h',
  action_type: 'LOG_EVENT',
  action_config: { message: 'x' },
};
const names = async (db: Database) =>
  (await db.query<{ name: string }>('SELECT name FROM schedules ORDER BY name')).map(({ name }) => name);

/** A pool of another login; the tests' cluster lets in whoever the system says. */
function as(user: string): Database {
  const db = new Database({
    url: world.url.replace(/\/\/[^@]*@/, `//${user}@`),
    poolSize: 2,
    onError: () => undefined,
  });
  opened.push(db);
  return db;
}

describe('a statement without a tenant in it', () => {
  it('finds the rows of the one that the transaction is for, as hydracore_api', async () => {
    expect(await names(world.db.as('hydracore_api', world.tenantId))).toEqual(['every minute']);
    expect(await names(world.db.as('hydracore_api', other))).toEqual(['theirs']);
    expect(await names(world.db.as('hydracore_operator', other))).toEqual(['theirs']);
  });

  it('finds nothing where no tenant is set', async () => {
    expect(await names(world.db.as('hydracore_api'))).toEqual([]);
    expect(await names(world.db.as('hydracore_operator'))).toEqual([]);
  });

  it('finds those of all as hydracore_engine, which sees no key', async () => {
    const engine = world.db.as('hydracore_engine');
    expect(await names(engine)).toEqual(['every minute', 'theirs']);
    await expect(engine.query('SELECT 1 FROM api_keys')).rejects.toThrow('permission denied');
    await expect(engine.query('SELECT body FROM idempotency_keys')).rejects.toThrow('permission denied');
  });

  it('leaves nothing behind on the connection', async () => {
    const single = new Database({ url: world.url, poolSize: 1, onError: () => undefined });
    opened.push(single);
    const [before] = await single.query('SELECT current_user::text AS name');
    await single.as('hydracore_api', other).query('SELECT 1');
    await single.as('hydracore_api', other).transaction((tx) => tx.query('SELECT 1'));
    await expect(single.as('hydracore_api', other).query('SELECT 1 / 0')).rejects.toThrow('division');
    expect(await single.query('SELECT current_user::text AS name')).toEqual([before]);
    expect(await names(single.as('hydracore_api'))).toEqual([]);
  });

  it('goes on for its own tenant after a part for another one', async () => {
    const found = await world.db.as('hydracore_operator', world.tenantId).transaction(async (tx) => {
      const read = async () => (await tx.query<{ name: string }>('SELECT name FROM schedules'))[0]?.name;
      return [await inTenant(tx, other, read), await read()];
    });
    expect(found).toEqual(['theirs', 'every minute']);
  });

  it('is refused where the tenant is no id', () => {
    expect(() => world.db.as('hydracore_api', "x'; SET ROLE hydracore; --")).toThrow('a tenant is a UUID');
  });
});

describe('the login of a server', () => {
  it('is made with nothing of its own, and serves', async () => {
    await world.db.transaction(async (tx) => {
      await ensureRoles(tx);
      await ensureLogin(tx, { name: login, password: null });
      // As other servers do at their start.
      await ensureLogin(tx, { name: login, password: null });
    });
    const [made] = await world.db.query(
      `SELECT rolsuper, rolbypassrls, rolcreaterole, rolinherit, rolcanlogin FROM pg_roles WHERE rolname = $1`,
      [login],
    );
    expect(made).toEqual({
      rolsuper: false,
      rolbypassrls: false,
      rolcreaterole: false,
      rolinherit: false,
      rolcanlogin: true,
    });
    // It may only log in where the cluster's own rules say so: the session takes its place here.
    await world.db.transaction(async (tx) => {
      await tx.query(`SET LOCAL SESSION AUTHORIZATION ${login}`);
      await checkLogin(tx);
      await expect(tx.query('SAVEPOINT s').then(() => tx.query('SELECT 1 FROM schedules'))).rejects.toThrow(
        'permission denied',
      );
      await tx.query('ROLLBACK TO SAVEPOINT s');
      await tx.query('SET LOCAL ROLE hydracore_engine');
      expect(await tx.query('SELECT 1 FROM schedules')).toHaveLength(2);
    });
  });

  it('must not be a superuser', async () => {
    await expect(checkLogin(world.db)).rejects.toThrow(
      /HYDRACORE_DATABASE_URL logs in as hydracore, a superuser.*HYDRACORE_DATABASE_ADMIN_URL/,
    );
  });

  it.each([
    ['BYPASSRLS', `${login}_bypass`, /passes by row-level security/],
    ['', `${login}_plain`, /may not act as hydracore_api, hydracore_operator, hydracore_engine.*GRANT/],
  ])('must not be one of these: %s', async (options, name, message) => {
    await world.db.query(`CREATE ROLE ${name} LOGIN ${options}`);
    await world.db.transaction(async (tx) => {
      await tx.query(`SET LOCAL SESSION AUTHORIZATION ${name}`);
      await expect(checkLogin(tx)).rejects.toThrow(message);
    });
  });

  it('that may make no roles says what to do', async () => {
    await world.db.transaction(async (tx) => {
      await tx.query(`SET LOCAL SESSION AUTHORIZATION ${login}`);
      await expect(ensureLogin(tx, { name: 'another', password: 'secret' })).rejects.toThrow(
        /HYDRACORE_DATABASE_ADMIN_URL.*CREATE ROLE/,
      );
    });
  });

  it.each([
    ['postgresql://role@/db?host=%2Ftmp%2Fx&port=5432', { name: 'role', password: null }],
    ['postgresql://r%40le:p%3Ass@db.example.com/db?sslmode=disable', { name: 'r@le', password: 'p:ss' }],
  ])('is read from the URL: %s', (url, expected) => {
    expect(loginOf(url)).toEqual(expected);
  });

  it('of the embedded database is not its superuser', async () => {
    await world.db.transaction((tx) => ensureLogin(tx, { name: 'hydracore_server', password: null }));
    const server = as('hydracore_server');
    await checkLogin(server);
    expect(await server.query('SELECT session_user::text AS name')).toEqual([{ name: 'hydracore_server' }]);
    expect(await names(server.as('hydracore_api', other))).toEqual(['theirs']);
    await expect(names(server)).rejects.toThrow('permission denied');
  });
});
