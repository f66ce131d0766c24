import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from '../../src/store/db.ts';
import { isMigrated, migrate } from '../../src/store/migrate.ts';
import { makePartitions } from '../../src/store/partitions.ts';
import { createDatabase, type TestDatabase } from '../support/postgres.ts';

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await createDatabase({ template: 'template1' });
  db = new Database({ url: database.url, poolSize: 6, onError: () => undefined });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

/** The schema as text, the same from every PostgreSQL version. */
async function dump(): Promise<string> {
  const tables = await db.query<{ name: string; options: string | null }>(
    `SELECT c.relname AS name, array_to_string(c.reloptions, ', ') AS options
     FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace ORDER BY 1`,
  );
  const parts: string[] = [];
  for (const { name, options } of tables) {
    const columns = await db.query<{ line: string }>(
      `SELECT format('%I %s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
         CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END,
         coalesce(CASE WHEN a.attgenerated = '' THEN ' DEFAULT ' ELSE ' GENERATED ALWAYS AS ' END
           || pg_get_expr(d.adbin, d.adrelid), '')) AS line
       FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
       WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`,
      [name],
    );
    // From 18 on NOT NULL is a constraint as well; it is said with the column.
    const constraints = await db.query<{ line: string }>(
      `SELECT format('CONSTRAINT %I %s', conname, pg_get_constraintdef(oid)) AS line
       FROM pg_constraint WHERE conrelid = $1::regclass AND contype <> 'n' ORDER BY contype, conname`,
      [name],
    );
    const indexes = await db.query<{ line: string }>(
      `SELECT pg_get_indexdef(i.indexrelid) || ';' AS line FROM pg_index i
       WHERE i.indrelid = $1::regclass AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = i.indexrelid AND contype IN ('p', 'u'))
       ORDER BY 1`,
      [name],
    );
    const policies = await db.query<{ line: string }>(
      `SELECT 'ALTER TABLE ' || c.relname || ' ENABLE ROW LEVEL SECURITY;' AS line FROM pg_class c WHERE c.oid = $1::text::regclass AND c.relrowsecurity
       UNION ALL SELECT line FROM (SELECT format('CREATE POLICY %I ON %I FOR %s TO %s USING %s;', policyname, tablename, cmd,
         array_to_string(roles, ', '), qual) AS line FROM pg_policies WHERE tablename = $1::text ORDER BY 1) p
       UNION ALL SELECT line FROM (SELECT format('GRANT %s ON %s TO %s;', string_agg(privilege, ', ' ORDER BY privilege), $1::text, grantee) AS line FROM (
         SELECT a.privilege_type AS privilege, a.grantee::regrole::text AS grantee FROM pg_class c, aclexplode(c.relacl) a
         WHERE c.oid = $1::text::regclass AND a.grantee <> c.relowner
         UNION ALL SELECT format('%s (%s)', a.privilege_type, string_agg(t.attname, ', ' ORDER BY t.attnum)), a.grantee::regrole::text
         FROM pg_attribute t, aclexplode(t.attacl) a WHERE t.attrelid = $1::text::regclass AND NOT t.attisdropped GROUP BY a.privilege_type, a.grantee) g
         GROUP BY grantee ORDER BY grantee) g`,
      [name],
    );
    const triggers = await db.query<{ line: string }>(
      `SELECT pg_get_triggerdef(oid) || ';' AS line FROM pg_trigger WHERE tgrelid = $1::regclass AND NOT tgisinternal
       ORDER BY tgname`,
      [name],
    );
    const lines = [...columns, ...constraints].map(({ line }) => `  ${line}`).join(',\n');
    parts.push(
      `CREATE TABLE ${name} (\n${lines}\n)${options ? ` WITH (${options})` : ''};`,
      ...indexes.map(({ line }) => line),
      ...policies.map(({ line }) => line),
      ...triggers.map(({ line }) => line),
      '',
    );
  }
  const functions = await db.query<{ line: string }>(
    `SELECT format('CREATE FUNCTION %I(%s) RETURNS %s%s; GRANT EXECUTE TO %s;', p.proname, pg_get_function_arguments(p.oid), pg_get_function_result(p.oid),
       CASE WHEN p.prosecdef THEN ' SECURITY DEFINER SET ' || array_to_string(p.proconfig, ' SET ') ELSE '' END,
       coalesce((SELECT string_agg(CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END, ', ' ORDER BY a.grantee::regrole::text)
         FROM aclexplode(p.proacl) a WHERE a.grantee <> p.proowner), 'PUBLIC')) AS line
     FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace ORDER BY 1`,
  );
  parts.push(...functions.map(({ line }) => line), '');
  return parts.join('\n');
}

describe('migrations', () => {
  it('run once, also when several servers start at once, and make the schema of schema.sql', async () => {
    expect(await isMigrated(db)).toBe(false);
    const applied = await Promise.all([1, 2, 3].map(() => migrate(db)));
    expect(await isMigrated(db)).toBe(true);
    expect(applied.flat()).toEqual([
      '0001_ledger',
      '0002_tzdb',
      '0003_partitions_and_overlap',
      '0004_traces',
      '0005_operator_scope',
      '0006_backfills',
      '0007_fairness',
      '0008_entities',
      '0009_relative',
      '0010_keys',
      '0011_row_level_security',
      '0012_secrets',
      '0013_egress',
      '0014_limits',
      '0015_audit',
      '0016_events_and_sums',
      '0017_attempts_as_text',
      '0018_buckets',
      '0019_usage_by_statement',
      '0020_search_paths',
      '0021_ledger_pages',
      '0022_blocked_by',
    ]);
    expect(await migrate(db)).toEqual([]);
    await expect(await dump()).toMatchFileSnapshot('../../src/store/schema.sql');
  });

  it('keep the runs of a version whose ledger was one table', async () => {
    const old = await createDatabase({ template: 'template1' });
    const before = new Database({ url: old.url, poolSize: 2, onError: () => undefined });
    try {
      await migrate(before, '0002_tzdb');
      const tenant = '01990000-0000-7000-8000-00000000000a';
      await before.query(`INSERT INTO tenants VALUES ('${tenant}', 'old', ARRAY['whsec_x'], now())`);
      await before.query(
        `INSERT INTO schedules (tenant_id, id, name, schedule_type, schedule_expression, timezone, action_type, action_config,
           action_after_completion, overlap_policy, catchup_window_minutes, flexible_window_minutes, max_retries,
           retry_backoff_seconds, pause_on_failure_count, status, status_reason, created_at, updated_at)
         VALUES ('${tenant}', '${tenant}', 'old', 'CRON', '* * * * *', 'UTC', 'LOG_EVENT', '{}', 'NONE', 'SKIP', 0, 0, 0, 0, 1,
           'PAUSED', 'BY_USER', now(), now())`,
      );
      // Three runs, weeks apart; one of them open, and with attempts, one fewer each.
      const attempts = [
        { attempt: 1, error: { message: 'a "quoted", {braced} one' } },
        { attempt: 2, error: null },
      ];
      for (const [week, status] of ['SUCCEEDED', 'FAILED', 'PENDING'].entries()) {
        const hex = (Date.UTC(2026, 9, 1) + week * 14 * 86_400_000).toString(16).padStart(12, '0');
        await before.query(
          `INSERT INTO runs (tenant_id, id, schedule_id, trigger, scheduled_for, fire_at, status, reason, wake_at, finished_at,
             created_at, attempts)
           VALUES ($1, $2, $1, 'SCHEDULE', now() - make_interval(days => $3::int), now(), $4, 'x', $5, $6, now(), $7)`,
          [
            tenant,
            `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000001`,
            week,
            status,
            status === 'PENDING' ? new Date(0).toISOString() : null,
            status === 'PENDING' ? null : new Date(0).toISOString(),
            JSON.stringify(attempts.slice(week)),
          ],
        );
      }
      const read = (asJson: string) =>
        before.query(`SELECT id, scheduled_for, status, reason, wake_at, ${asJson} AS attempts FROM runs ORDER BY id`);
      const runs = await read('attempts');
      expect(runs).toHaveLength(3);
      await migrate(before);
      const texts = 'array_to_json(attempts::json[])';
      expect(await read(texts)).toEqual(runs);
      await makePartitions(before, Date.UTC(2026, 9, 29));
      expect(await read(texts)).toEqual(runs);
      // Weeks of before and new ones are filled and cleared alike.
      const options = await before.query<{ weeks: number; options: string[] }>(
        `SELECT count(*)::int AS weeks, options FROM (
           SELECT ARRAY(SELECT unnest(c.reloptions) ORDER BY 1) AS options
           FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'runs'::regclass) w
         GROUP BY options`,
      );
      expect(options).toHaveLength(1);
      expect(options[0]?.options).toContain('autovacuum_vacuum_threshold=100000');
    } finally {
      await before.close();
      await old.drop();
    }
  });

  it('refuse a database of a newer version, and one whose migrations were edited', async () => {
    await db.query("INSERT INTO migrations (id, checksum) VALUES ('9999_future', 'x')");
    await expect(migrate(db)).rejects.toThrow('9999_future');
    expect(await isMigrated(db)).toBe(false);
    await db.query("DELETE FROM migrations WHERE id = '9999_future'");
    await db.query("UPDATE migrations SET checksum = 'other'");
    await expect(migrate(db)).rejects.toThrow('another content');
  });
});
