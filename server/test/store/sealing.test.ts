import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import type { MasterKeys } from '../../src/store/vault/master-key.ts';
import { openVault } from '../../src/open-vault.ts';
import { agreeOnMasterKey, readDataKeys, rewrapDataKeys } from '../../src/store/data-keys.ts';
import { Database, type Queryable } from '../../src/store/db.ts';
import { newId } from '../../src/store/ids.ts';
import { migrate } from '../../src/store/migrate.ts';
import { openConfig } from '../../src/store/sealed-config.ts';
import { openSigning, type StoredSigningSecrets } from '../../src/store/signing.ts';
import { insertTenant } from '../../src/store/tenants.ts';
import { VaultError } from '../../src/store/vault/cipher.ts';
import { Vault } from '../../src/store/vault/vault.ts';
import { everythingStored } from '../support/everything.ts';
import { createDatabase, type TestDatabase } from '../support/postgres.ts';
import { masterKeyOf, openTestVault } from '../support/vault.ts';

const NOW = Date.UTC(2027, 2, 1);
const PATHS = [
  ['auth', 'token'],
  ['auth', 'password'],
];

let database: TestDatabase;
let db: Database;
const databaseOf = async (template: string) => {
  database = await createDatabase({ template });
  db = new Database({ url: database.url, poolSize: 6, onError: () => undefined });
};
afterEach(async () => {
  await db.close();
  await database.drop();
});

const vaultOf = (current: number, previous: number | null = null): Vault =>
  new Vault({ current: masterKeyOf(current), previous: previous === null ? null : masterKeyOf(previous) });
const start = async (vault: Vault, env: Record<string, string> = { HYDRACORE_MASTER_KEY: '07'.repeat(32) }) => {
  const lines: string[] = [];
  await openVault(db, vault, readConfig(env), (level, message, data) =>
    lines.push(`${level} ${message} ${JSON.stringify(data)}`),
  );
  return lines;
};

describe('a database of an earlier version', () => {
  const id = (n: number) => `01990000-0000-7000-8000-${String(n).padStart(12, '0')}`;
  const TENANTS = [id(1), id(2)];
  /** More than one step of each. */
  const MANY = 450;

  beforeEach(async () => {
    await databaseOf('template1');
    await migrate(db, '0010_keys');
    await db.query(`CREATE TABLE runs_all PARTITION OF runs FOR VALUES FROM (MINVALUE) TO (MAXVALUE)`);
    for (const [n, tenant] of TENANTS.entries()) {
      await db.query('INSERT INTO tenants (id, name, webhook_secrets, created_at) VALUES ($1, $2, $3, now())', [
        tenant,
        `tenant ${n}`,
        n === 0 ? ['whsec_plainNew', 'whsec_plainOld'] : ['whsec_plainOther'],
      ]);
      const auths = [
        { type: 'bearer', token: 'plain-token' },
        { type: 'basic', username: 'u', password: 'plain-password' },
        { type: 'none' },
      ];
      for (const [type, config] of [
        ...auths.map((auth) => ['WEBHOOK', { url: 'http://x/', auth }] as const),
        ['LOG_EVENT', { message: 'no secret' }] as const,
      ]) {
        await db.query(
          `INSERT INTO schedules (tenant_id, id, name, schedule_type, schedule_expression, timezone, action_type, action_config,
             action_after_completion, overlap_policy, catchup_window_minutes, flexible_window_minutes, max_retries,
             retry_backoff_seconds, pause_on_failure_count, status, status_reason, created_at, updated_at)
           SELECT $1, gen_random_uuid(), 'old', 'RATE', '1d', 'UTC', $2, $3, 'NONE', 'SKIP', 0, 0, 0, 1, 10, 'PAUSED', 'BY_USER', now(), now()
           FROM generate_series(1, $4)`,
          [tenant, type, JSON.stringify(config), type === 'WEBHOOK' ? MANY / 3 : 1],
        );
      }
      const overlay = JSON.stringify({ auth: { type: 'bearer', token: 'plain-overlay' } });
      await db.query(
        `INSERT INTO runs (tenant_id, id, schedule_id, trigger, scheduled_for, fire_at, status, wake_at, action_overlay, destination, created_at)
         SELECT s.tenant_id, r.id, s.id, 'MANUAL', now(), now(), 'PENDING', now(), $2, '', now()
         FROM (SELECT *, row_number() OVER () AS n FROM schedules WHERE tenant_id = $1 AND action_type = 'WEBHOOK') s
         JOIN unnest($3::uuid[]) WITH ORDINALITY AS r (id, n) USING (n)`,
        [tenant, overlay, Array.from({ length: MANY }, () => newId(NOW))],
      );
    }
    await migrate(db);
  });

  const plainLeft = async () => {
    const found = [...(await everythingStored(db))].flatMap(([table, text]) =>
      /plain(?:-|New|O)/.test(text) ? [table] : [],
    );
    return found;
  };

  it('is encrypted at the first start, once, also by several servers at a time, and all of it opens', async () => {
    expect(await plainLeft()).toEqual(['runs', 'schedules', 'tenants']);
    const lines = await Promise.all([1, 2, 3].map(() => start(vaultOf(7))));
    const rows = lines.flat().map((line) => Number(/encrypted now .*"rows":(\d+)/.exec(line)?.[1] ?? 0));
    // 2 tenants, of each 300 schedules with a secret and 450 runs.
    expect(rows.reduce((a, b) => a + b, 0)).toBe(2 * (1 + 300 + 450));
    expect(await plainLeft()).toEqual([]);
    expect(await db.query('SELECT tenant_id FROM data_keys ORDER BY 1')).toEqual(
      TENANTS.map((tenant_id) => ({ tenant_id })),
    );

    const vault = vaultOf(7);
    const signing = await db.query<{ id: string; webhook_secrets: StoredSigningSecrets }>(
      'SELECT id, webhook_secrets FROM tenants ORDER BY id',
    );
    const opened = await Promise.all(
      signing.map(async (row) => openSigning(await vault.of(db, row.id), row.webhook_secrets)),
    );
    expect(opened).toEqual([['whsec_plainNew', 'whsec_plainOld'], ['whsec_plainOther']]);
    const configs = await db.query<{ tenant_id: string; id: string; config: Record<string, unknown> }>(
      `SELECT tenant_id, id, action_config AS config FROM schedules`,
    );
    const counts = new Map<string, number>();
    for (const row of configs) {
      const at = { ...row, column: 'schedules.action_config', paths: PATHS } as const;
      const text = JSON.stringify(await openConfig(vault, db, at));
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
    expect(Object.fromEntries(counts)).toEqual({
      '{"url":"http://x/","auth":{"type":"bearer","token":"plain-token"}}': 300,
      '{"url":"http://x/","auth":{"type":"basic","password":"plain-password","username":"u"}}': 300,
      '{"url":"http://x/","auth":{"type":"none"}}': 300,
      '{"message":"no secret"}': 2,
    });
    const runs = await db.query<{ tenant_id: string; id: string; config: Record<string, unknown> }>(
      `SELECT tenant_id, id, action_overlay AS config FROM runs`,
    );
    expect(runs).toHaveLength(900);
    for (const row of runs) {
      const at = { ...row, column: 'runs.action_overlay', paths: PATHS } as const;
      expect(await openConfig(vault, db, at)).toEqual({ auth: { type: 'bearer', token: 'plain-overlay' } });
    }

    const before = await everythingStored(db);
    expect(await start(vaultOf(7))).toEqual([]);
    expect(await everythingStored(db)).toEqual(before);
  });

  it('goes on with the rest where the first start was broken off', async () => {
    let updates = 0;
    const breaking = new Proxy(db, {
      get: (target, name) => {
        if (name !== 'withoutTimeout') return Reflect.get(target, name).bind?.(target) ?? Reflect.get(target, name);
        return () => {
          const patient = target.withoutTimeout();
          const transaction = patient.transaction.bind(patient);
          patient.transaction = async (work) => {
            updates += 1;
            if (updates === 5) throw new Error('killed');
            return await transaction(work);
          };
          return patient;
        };
      },
    });
    const config = readConfig({ HYDRACORE_MASTER_KEY: '07'.repeat(32) });
    await expect(openVault(breaking, vaultOf(7), config, () => undefined)).rejects.toThrow('killed');
    expect(await plainLeft()).toEqual(['runs', 'schedules']);
    await start(vaultOf(7));
    expect(await plainLeft()).toEqual([]);
  });
});

describe('the master key', () => {
  beforeEach(() => databaseOf('hydracore_template'));

  const addTenant = async (vault: Vault, name: string) =>
    (await db.transaction((tx) => insertTenant(tx, vault, name, [`whsec_${name}`], NOW)))?.id ?? '';
  const signingOf = async (vault: Vault, id: string) => {
    const [row] = await db.query<{ webhook_secrets: StoredSigningSecrets }>(
      'SELECT webhook_secrets FROM tenants WHERE id = $1',
      [id],
    );
    return openSigning(await vault.of(db, id), row?.webhook_secrets ?? []);
  };
  const rotate = async (keys: MasterKeys) => await db.transaction((tx) => rewrapDataKeys(tx, keys));

  it('has to be the one of the database: another server does not start, whichever way it got its own', async () => {
    const vault = await openTestVault(db);
    await addTenant(vault, 'a');
    const [used, other] = [masterKeyOf(7), masterKeyOf(8)];
    await expect(start(vaultOf(8))).rejects.toThrow(
      `HYDRACORE_MASTER_KEY (key ${other.id}) is not the master key that the secrets in the database are encrypted by (key ${used.id}): set it to that one`,
    );
    await expect(start(vaultOf(8), { HYDRACORE_DATA_DIR: '/data' })).rejects.toThrow(
      /^master-key in \/data \(key .*: restore that file from a backup/,
    );
    await expect(start(vaultOf(8, 7))).resolves.toEqual([expect.stringContaining('two master keys are known')]);
    await start(vaultOf(7));
  });

  it('is noticed to be another one before there is any tenant', async () => {
    await openTestVault(db);
    await expect(start(vaultOf(8))).rejects.toThrow('is not the master key');
  });

  it('that has the id of the right one and does not open the data keys is refused, too', async () => {
    const vault = await openTestVault(db);
    await addTenant(vault, 'a');
    await db.query(`UPDATE data_keys SET wrapped = set_byte(wrapped, 40, get_byte(wrapped, 40) # 1)`);
    await expect(start(vaultOf(7))).rejects.toThrow("the secrets in the database can't be decrypted");
  });

  it('is rotated in one transaction; servers with both keys go on, those with the old one alone do not start', async () => {
    const before = await openTestVault(db);
    const ids = [await addTenant(before, 'a'), await addTenant(before, 'b')];
    const both = vaultOf(8, 7);
    await start(both);
    // Until it is done new tenants are for servers that have the old key alone, too.
    ids.push(await addTenant(both, 'c'));
    expect(await signingOf(before, ids[2] ?? '')).toEqual(['whsec_c']);

    expect(await rotate(both.keys)).toBe(3);
    const wrapped = await db.query('SELECT DISTINCT master_key_id AS id FROM data_keys');
    expect(wrapped).toEqual([{ id: masterKeyOf(8).id }]);
    for (const vault of [both, vaultOf(8, 7), vaultOf(8), vaultOf(7, 8)]) {
      expect(await Promise.all(ids.map((id) => signingOf(vault, id)))).toEqual([['whsec_a'], ['whsec_b'], ['whsec_c']]);
    }
    ids.push(await addTenant(both, 'd'));
    expect(await signingOf(vaultOf(8), ids[3] ?? '')).toEqual(['whsec_d']);
    await expect(start(vaultOf(7))).rejects.toThrow('is not the master key');
    await expect(signingOf(vaultOf(7), ids[0] ?? '')).rejects.toThrow(VaultError);
    // Again is no harm.
    expect(await rotate(both.keys)).toBe(0);
  });

  it('is not rotated at all where one data key does not open', async () => {
    const before = await openTestVault(db);
    const ids = [await addTenant(before, 'a'), await addTenant(before, 'b')];
    await db.query(
      'UPDATE data_keys SET wrapped = set_byte(wrapped, 40, get_byte(wrapped, 40) # 1) WHERE tenant_id = $1',
      [ids[1]],
    );
    await expect(rotate({ current: masterKeyOf(8), previous: masterKeyOf(7) })).rejects.toThrow(VaultError);
    await expect(rotate({ current: masterKeyOf(8), previous: masterKeyOf(9) })).rejects.toThrow('not by ours');
    const stored = await readDataKeys(db, ids[0] ?? '');
    expect(stored[0]?.master_key_id).toBe(masterKeyOf(7).id);
    expect(await signingOf(vaultOf(7), ids[0] ?? '')).toEqual(['whsec_a']);
  });

  it('is agreed on by servers that start at once; one of two different ones loses', async () => {
    const starts = await Promise.all(
      [7, 8, 7, 8].map(async (byte) => ({
        byte,
        foreign: await db.transaction((tx) => agreeOnMasterKey(tx, vaultOf(byte).keys)),
      })),
    );
    const won = new Set(starts.filter(({ foreign }) => foreign === null).map(({ byte }) => byte));
    expect(won.size).toBe(1);
  });

  it('a data key whose transaction comes to nothing is kept nowhere', async () => {
    const vault = await openTestVault(db);
    await expect(
      db.transaction(async (tx) => {
        await insertTenant(tx, vault, 'never', ['whsec_x'], NOW);
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    const id = await addTenant(vault, 'never');
    expect(await signingOf(vault, id)).toEqual(['whsec_never']);
    expect(await signingOf(vaultOf(7), id)).toEqual(['whsec_never']);
  });

  it('the data keys of a tenant are read once by all that ask at the same time; a read that fails is told to them and asked again', async () => {
    const id = await addTenant(await openTestVault(db), 'busy');
    let reads = 0;
    let broken = true;
    const counted: Queryable = {
      async query<Row>(...[text, values, name]: Parameters<Queryable['query']>) {
        reads += 1;
        if (broken) throw new Error('gone');
        return await db.query<Row>(text, values, name);
      },
    };
    const vault = vaultOf(7);
    const all = async () =>
      await Promise.allSettled(Array.from({ length: 50 }, async () => await vault.of(counted, id)));
    expect(new Set((await all()).map((asked) => asked.status))).toEqual(new Set(['rejected']));
    expect(reads).toBe(1);
    broken = false;
    const vaults = (await all()).map((asked) => (asked.status === 'fulfilled' ? asked.value : asked.reason));
    expect(new Set(vaults)).toEqual(new Set([await vault.of(counted, id)]));
    expect(reads).toBe(2);
  });

  it('that is lost is begun anew as docs/security.md says; what it encrypted does not open, and is no other', async () => {
    const before = await openTestVault(db);
    const id = await addTenant(before, 'a');
    const page = await readFile(new URL('../../../docs/security.md', import.meta.url), 'utf8');
    const [, recipe = ''] = /`(DELETE FROM secrets;[^`]*)`/.exec(page) ?? [];
    await db.query(recipe);
    const after = vaultOf(9);
    await start(after);
    await expect(signingOf(after, id)).rejects.toThrow('it was altered, moved, or encrypted with another key');
    expect(await signingOf(after, await addTenant(after, 'b'))).toEqual(['whsec_b']);
  });
});
