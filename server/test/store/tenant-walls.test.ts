import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/store/db.ts';
import { tenantTables } from '../support/tenant-rows.ts';
import { makeDefinition, makeRows } from '../support/rows.ts';
import { World } from '../support/world.ts';

/** The second wall between tenants: what the database itself keeps from a role that serves one of them, in every table. */

const KEYS = { a: 'hc_live_key_of_the_tenant_a', b: 'hc_live_key_of_the_tenant_b' };
const SERVING = ['hydracore_api', 'hydracore_operator'] as const;

/** Who makes a tenant makes its first data key; it sees none. */
const FIRST_KEY = 'hydracore_operator data_keys';

let world: World;
let tables: string[];
let a: string;
let b: string;

/** A tenant with rows in every table. */
async function tenant(name: 'a' | 'b'): Promise<string> {
  const key = KEYS[name];
  const id = await world.addTenant(name, key);
  const definition_id = await makeDefinition(world, name, key);
  const { schedule_id, record_id } = await makeRows(world, { key, definition_id, customer_id: null, mark: name });
  await world.call('POST', `/v1/schedules/${schedule_id}/trigger`, undefined, {
    'X-Api-Key': key,
    'Idempotency-Key': 'k',
  });
  await world.call('PUT', '/v1/secrets/S', { value: name }, { 'X-Api-Key': key });
  await world.call('PUT', '/v1/egress-policy', { allow: [], deny: [] }, { 'X-Api-Key': key });
  expect((await world.call('POST', '/v1/session', { api_key: key }, { 'X-Api-Key': '' })).status).toBe(201);
  await world.call('PUT', `/v1/tenants/${id}/quotas`, { schedules: 1_000 });
  await world.db.query(
    `INSERT INTO rate_points (tenant_id, bucket, name, points, expires_at) VALUES ($1, bucket_of($1), 'b', 1, '2100-01-01')`,
    [id],
  );
  await world.db.query(
    `INSERT INTO run_sums (tenant_id, bucket, hour, status, lateness, runs) VALUES ($1, bucket_of($1), now(), 'SUCCEEDED', 0, 1)`,
    [id],
  );
  await world.db.query(
    `INSERT INTO relative_latecomers (tenant_id, bucket, schedule_id, record_id, scheduled_for) VALUES ($1, bucket_of($1), $2, $3, now())`,
    [id, schedule_id, record_id],
  );
  return id;
}

beforeAll(async () => {
  world = await World.open('2027-03-01T09:00:00Z');
  tables = await tenantTables(world);
  [a, b] = [await tenant('a'), await tenant('b')];
});
afterAll(() => world.close());

/** The rows that a statement tells of, or that it is not allowed. */
async function told(db: Database, sql: string, values: readonly unknown[] = []): Promise<number | 'refused'> {
  try {
    return (await db.query(sql, values)).length;
  } catch (error) {
    if ((error as { code?: string }).code === '42501') return 'refused';
    throw error;
  }
}

/** Columns that a value can be written to; those that `role` may change, where it is given. */
async function columnsOf(table: string, role?: string): Promise<string[]> {
  const rows = await world.db.query<{ name: string }>(
    `SELECT attname::text AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attidentity = ''
     AND ($2::text IS NULL OR has_column_privilege($2, attrelid, attnum, 'UPDATE')) ORDER BY attnum`,
    [table, role ?? null],
  );
  return rows.map(({ name }) => name);
}

describe.each(SERVING)('as %s for tenant a', (role) => {
  const as = (tenantId: string | null) => world.db.as(role, tenantId);

  it('no row of tenant b is there to be read, changed or deleted, in any table', async () => {
    for (const table of tables) {
      const there = await told(world.db, `SELECT 1 FROM ${table} WHERE tenant_id = $1`, [b]);
      expect(there, `give each tenant a row of ${table} in tenant() of this file`).toBeGreaterThan(0);
      const [column = 'tenant_id'] = await columnsOf(table, role);
      for (const sql of [
        `SELECT 1 FROM ${table} WHERE tenant_id = $1`,
        `SELECT 1 FROM ${table} WHERE tenant_id = $1 FOR UPDATE`,
        `UPDATE ${table} SET ${column} = ${column} WHERE tenant_id = $1 RETURNING 1`,
        `DELETE FROM ${table} WHERE tenant_id = $1 RETURNING 1`,
      ]) {
        expect([0, 'refused'], `${sql}, as ${role}`).toContain(await told(as(a), sql, [b]));
      }
      expect(await told(world.db, `SELECT 1 FROM ${table} WHERE tenant_id = $1`, [b])).toBe(there);
    }
  });

  it('its own rows are there: it is no other reason that hides the others', async () => {
    for (const table of tables) {
      expect([table, await told(as(a), `SELECT 1 FROM ${table}`)]).toEqual([table, expect.any(Number)]);
      expect(await told(as(a), `SELECT 1 FROM ${table}`), table).toBe(
        await told(world.db, `SELECT 1 FROM ${table} WHERE tenant_id = $1`, [a]),
      );
    }
  });

  it('no row can be made for tenant b, nor given to it', async () => {
    for (const table of tables) {
      const columns = (await columnsOf(table)).join(', ');
      const insert = `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM jsonb_populate_record(NULL::${table}, $1::jsonb) RETURNING 1`;
      const [{ row } = { row: null }] = await world.db.query<{ row: unknown }>(
        `SELECT to_jsonb(t) AS row FROM ${table} AS t WHERE tenant_id = $1 LIMIT 1`,
        [b],
      );
      if (`${role} ${table}` !== FIRST_KEY)
        expect([table, await told(as(a), insert, [JSON.stringify(row)])]).toEqual([table, 'refused']);
      const give = `UPDATE ${table} SET tenant_id = $1 WHERE tenant_id = $2 RETURNING 1`;
      expect([table, await told(as(a), give, [b, a])]).toEqual([table, 'refused']);
    }
  });

  it('nothing at all is there where no tenant is set', async () => {
    for (const table of tables) {
      expect([table, await told(as(null), `SELECT 1 FROM ${table}`)]).toEqual([table, 0]);
      expect([0, 'refused'], table).toContain(await told(as(null), `DELETE FROM ${table} RETURNING 1`));
    }
  });

  it('the pieces of partitioned tables can’t be reached beside them', async () => {
    const pieces = await world.db.query<{ name: string }>(
      `SELECT c.relname AS name FROM pg_class AS c WHERE c.relispartition AND c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace`,
    );
    expect(pieces.length).toBeGreaterThan(0);
    for (const { name } of pieces) expect(await told(as(b), `SELECT 1 FROM ${name}`), name).toBe('refused');
  });
});

it('hydracore_api sees its own tenant alone, and no other by name', async () => {
  const api = world.db.as('hydracore_api', a);
  expect(await api.query('SELECT id FROM tenants')).toEqual([{ id: a }]);
  expect(await told(api, 'UPDATE tenants SET webhook_secrets = webhook_secrets WHERE id = $1 RETURNING 1', [b])).toBe(
    0,
  );
  expect(await told(world.db.as('hydracore_api'), 'SELECT 1 FROM tenants')).toBe(0);
});

/** What is wrong with the walls, by the catalogue. */
async function gaps(): Promise<string[]> {
  const found: string[] = [];
  for (const table of [...(await tenantTables(world)), 'tenants']) {
    const [row] = await world.db.query<{ on: boolean }>(
      'SELECT relrowsecurity AS on FROM pg_class WHERE oid = $1::regclass',
      [table],
    );
    if (!row?.on) found.push(`${table} has no row-level security`);
    const policies = await world.db.query<{
      name: string;
      qual: string | null;
      check: string | null;
      permissive: string;
    }>(
      `SELECT policyname AS name, qual, with_check AS check, permissive FROM pg_policies
       WHERE schemaname = 'public' AND tablename = $1 AND roles && ARRAY['hydracore_api', 'public']::name[]`,
      [table],
    );
    if (policies.length === 0) found.push(`${table} has no policy for hydracore_api`);
    for (const { name, qual, check } of policies) {
      const own = new RegExp(`^\\((tenant_)?id = hydracore_tenant\\(\\)\\)$`);
      if (!own.test(qual ?? '') || (check !== null && !own.test(check)))
        found.push(`${table}: the policy ${name} lets others through: ${qual}`);
    }
  }
  return found;
}

describe('the walls of every table', () => {
  it('have no more doors for hydracore_operator than these', async () => {
    const doors = await world.db.query<{ door: string }>(
      `SELECT tablename || ' ' || cmd AS door FROM pg_policies WHERE roles && ARRAY['hydracore_operator']::name[] ORDER BY 1`,
    );
    expect(doors.map(({ door }) => door)).toEqual(['data_keys INSERT', 'tenants ALL']);
  });

  it('are there', async () => {
    expect(await gaps()).toEqual([]);
  });

  it.each([
    ['no row-level security', '', /^bare has no row-level security$/],
    ['no policy', 'ALTER TABLE bare ENABLE ROW LEVEL SECURITY', /^bare has no policy for hydracore_api$/],
    [
      'a policy that lets everything through',
      'ALTER TABLE bare ENABLE ROW LEVEL SECURITY; CREATE POLICY api ON bare TO hydracore_api USING (true)',
      /^bare: the policy api lets others through: true$/,
    ],
    [
      'a policy for everybody beside that of the tenant',
      'ALTER TABLE bare ENABLE ROW LEVEL SECURITY; CREATE POLICY api ON bare TO hydracore_api USING (tenant_id = hydracore_tenant()); CREATE POLICY more ON bare USING (true)',
      /^bare: the policy more lets others through: true$/,
    ],
  ])('are missed where a table has %s', async (_, walls, words) => {
    await world.db.query(`CREATE TABLE bare (tenant_id uuid NOT NULL); ${walls}`);
    try {
      expect(await gaps()).toContainEqual(expect.stringMatching(words));
    } finally {
      await world.db.query('DROP TABLE bare');
    }
  });
});

describe('the roles that serve', () => {
  const ROLES = ['hydracore_api', 'hydracore_operator', 'hydracore_engine'];

  it('are nobody special, can’t log in and own nothing', async () => {
    const roles = await world.db.query(
      `SELECT rolname::text AS name, rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication OR rolcanlogin AS special,
         (SELECT count(*) FROM pg_shdepend AS d WHERE d.refobjid = r.oid AND d.deptype = 'o')::int AS owned
       FROM pg_roles AS r WHERE rolname = ANY ($1) ORDER BY 1`,
      [ROLES],
    );
    expect(roles).toEqual(ROLES.toSorted().map((name) => ({ name, special: false, owned: 0 })));
  });

  it('are members of no role but that hydracore_operator is of hydracore_api', async () => {
    const members = await world.db.query<{ member: string; of: string }>(
      `SELECT m.rolname::text AS member, r.rolname::text AS of FROM pg_auth_members AS g
       JOIN pg_roles AS m ON m.oid = g.member JOIN pg_roles AS r ON r.oid = g.roleid WHERE m.rolname = ANY ($1)`,
      [ROLES],
    );
    expect(members).toEqual([{ member: 'hydracore_operator', of: 'hydracore_api' }]);
  });

  it('may use the owner’s rights by these functions alone', async () => {
    const may = await world.db.query<{ role: string; name: string }>(
      `SELECT r.rolname::text AS role, p.proname::text AS name FROM pg_proc AS p, pg_roles AS r
       WHERE p.prosecdef AND r.rolname = ANY ($1) AND has_function_privilege(r.oid, p.oid, 'EXECUTE')
         AND p.pronamespace = 'public'::regnamespace ORDER BY 1, 2`,
      [ROLES],
    );
    expect(may.map(({ role, name }) => `${role} ${name}`)).toEqual([
      'hydracore_api find_api_key',
      'hydracore_api find_session',
      'hydracore_api run_sums_until',
      'hydracore_engine drop_runs_week',
      'hydracore_engine make_runs_week',
      'hydracore_operator count_keys_hashed_otherwise',
      'hydracore_operator find_api_key',
      'hydracore_operator find_session',
      'hydracore_operator run_sums_until',
    ]);
  });

  it('can put nothing before what those functions mean: temporary tables come last', async () => {
    const paths = await world.db.query<{ name: string; path: string | null }>(
      `SELECT p.proname::text AS name, (SELECT c FROM unnest(p.proconfig) AS c WHERE c LIKE 'search_path=%') AS path FROM pg_proc AS p
       WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace ORDER BY 1`,
    );
    expect(paths).toHaveLength(6);
    for (const { name, path } of paths) expect(path, name).toBe('search_path=pg_catalog, public, pg_temp');
  });
});
