import type pg from 'pg';
import { connectToEmbedded } from '../../server/test/process/database.ts';

/**
 * What the engine writes by itself, at any time, and what a request may write though it is refused. Columns of tables, or
 * a condition on the rows that are looked at.
 */
const RESTLESS: Readonly<Record<string, { readonly columns?: readonly string[]; readonly where?: string } | null>> = {
  schedules: {
    columns: (
      'status status_reason status_detail next_run_at due_at paused_from rate_free_at last_run_at last_run_status run_count ' +
      'consecutive_failures version updated_at release_at relative_cursor relative_look_at'
    ).split(' '),
    where: `deleted_at IS NULL AND action_after_completion <> 'DELETE'`,
  },
  runs: {
    columns: (
      'status reason attempt interrupted wake_at lease_token lease_node completion cancel_reason started_at finished_at attempts ' +
      'missed_count missed_until completes_within_seconds fire_at'
    ).split(' '),
    where: `trigger = 'MANUAL'`,
  },
  backfills: {
    columns: 'status status_reason total planned skipped next_scheduled_for due_at updated_at finished_at'.split(' '),
  },
  // UPDATE_ENTITY writes records.
  entity_records: { columns: ['data', 'updated_at'] },
  entity_dates: null,
  relative_latecomers: null,
  // What is refused for want of a right is told, too.
  audit_events: { where: `outcome = 'DONE'` },
  sessions: { columns: ['last_seen_at'] },
  api_keys: { columns: ['last_used_at'] },
  // Every request that is counted is written down; what was counted is added up.
  rate_points: null,
  tenant_usage: null,
  // A node says that it is there.
  nodes: null,
  // How many runs there were is added up every now and then.
  run_sums: null,
  facts: null,
  migrations: null,
};

/** How many rows each table has, and a hash of what is in them. */
export type Fingerprint = ReadonlyMap<string, string>;

/** The rows of all tenants, from the database itself. */
export class RowWatch {
  readonly #client: pg.Client;
  readonly #sql: string;

  private constructor(client: pg.Client, sql: string) {
    this.#client = client;
    this.#sql = sql;
  }

  /** Looks at every table that there is: those of later versions, too. */
  static async open(dataDir: string): Promise<RowWatch> {
    const client = await connectToEmbedded(dataDir);
    const { rows } = await client.query<{ name: string }>(
      `SELECT c.relname AS name FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
       WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1`,
    );
    const parts = rows.flatMap(({ name }) => {
      const restless = RESTLESS[name];
      if (restless === null) return [];
      const { columns = [], where = 'true' } = restless ?? {};
      const left = columns.map((column) => `'${column}'`).join(', ');
      return [
        `SELECT '${name}' AS name, count(*) || ' ' ||
           coalesce(sum(hashtextextended((to_jsonb(t) - ARRAY[${left}]::text[])::text, 0)::numeric), 0) AS print
         FROM ${name} AS t WHERE ${where}`,
      ];
    });
    return new RowWatch(client, parts.join('\nUNION ALL\n'));
  }

  async fingerprint(): Promise<Fingerprint> {
    const { rows } = await this.#client.query<{ name: string; print: string }>(this.#sql);
    return new Map(rows.map(({ name, print }) => [name, print]));
  }

  async close(): Promise<void> {
    await this.#client.end();
  }
}

/** The tables that differ. */
export function changedTables(before: Fingerprint, after: Fingerprint): string[] {
  return [...after].filter(([name, print]) => before.get(name) !== print).map(([name]) => name);
}
