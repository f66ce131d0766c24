import pg from 'pg';
import { isDenied } from './db-errors.ts';
import type { Queryable, Transaction } from './db.ts';

/**
 * As whom statements run (migration 0011 says what each may do). None of them owns a table, is a superuser or passes by a
 * policy: `hydracore_api` serves the requests of one tenant, `hydracore_operator` those about tenants, `hydracore_engine`
 * plans and delivers for all.
 */
const ROLES = ['hydracore_api', 'hydracore_operator', 'hydracore_engine'] as const;
export type Role = (typeof ROLES)[number];

/** What the embedded PostgreSQL, and the documentation, call the role that the server logs in as. */
export const SERVER_ROLE = 'hydracore_server';

/** The database's roles are not as a server needs them; the message says what to do. */
export class RoleError extends Error {
  override readonly name = 'RoleError';
}

/** What makes the roles, by hand where no login of the server's may. */
const BY_HAND =
  'CREATE ROLE hydracore_api NOLOGIN; CREATE ROLE hydracore_operator NOLOGIN IN ROLE hydracore_api; CREATE ROLE hydracore_engine NOLOGIN';

/**
 * Makes the roles that are not there, and lets who is connected act as them. Roles belong to the cluster, not to the database:
 * the server of another one may be making them at this moment.
 * @throws RoleError where the login may not
 */
export async function ensureRoles(tx: Transaction): Promise<void> {
  for (const role of ROLES) {
    if (await exists(tx, role)) continue;
    await allowed(tx, `CREATE ROLE ${role} NOLOGIN ${role === 'hydracore_operator' ? 'IN ROLE hydracore_api' : ''}`);
  }
  const [self] = await tx.query<{ name: string }>('SELECT session_user::text AS name');
  await grantRoles(tx, self?.name ?? '');
}

/** A role that logs in. */
export interface Login {
  readonly name: string;
  /** Null: the system says who it is (peer). */
  readonly password: string | null;
}

/** The login that the URL of a database names, as the driver reads it: what stands for a socket is no URL to others. */
export function loginOf(url: string): Login {
  const { user = '', password } = new pg.Client({ connectionString: url });
  return { name: user, password: typeof password === 'string' && password !== '' ? password : null };
}

/**
 * Makes the login that a server works as, if it is not there: it has nothing of its own and inherits nothing.
 * @throws RoleError where the one that is connected may not
 */
export async function ensureLogin(tx: Transaction, { name, password }: Login): Promise<void> {
  if (!(await exists(tx, name))) {
    const secret = password === null ? '' : `PASSWORD ${pg.escapeLiteral(password)}`;
    await allowed(tx, `CREATE ROLE ${pg.escapeIdentifier(name)} LOGIN NOINHERIT ${secret}`);
  }
  await grantRoles(tx, name);
}

/**
 * Whether who is connected is fit to serve.
 * @throws RoleError for a superuser or one who passes by row-level security, and for one who may not act as the roles
 */
export async function checkLogin(db: Queryable): Promise<void> {
  const [self] = await db.query<{ name: string; above: boolean }>(
    'SELECT rolname AS name, rolsuper OR rolbypassrls AS above FROM pg_roles WHERE rolname = session_user',
  );
  if (!self) throw new RoleError('the database does not know the role that the server is connected as');
  if (self.above) {
    throw new RoleError(
      `HYDRACORE_DATABASE_URL logs in as ${self.name}, a superuser or one who passes by row-level security: the database would not keep tenants apart. ` +
        `Give that URL to HYDRACORE_DATABASE_ADMIN_URL, and to HYDRACORE_DATABASE_URL one with a role of the server's own and a password, such as postgresql://${SERVER_ROLE}:…@…; the role is made if it is not there`,
    );
  }
  const lacking: string[] = [];
  for (const role of ROLES) if (!(await mayActAs(db, self.name, role))) lacking.push(role);
  if (lacking.length === 0) return;
  throw new RoleError(
    `the role ${self.name} may not act as ${lacking.join(', ')}. As a superuser: GRANT ${lacking.join(', ')} TO ${pg.escapeIdentifier(self.name)}; or set HYDRACORE_DATABASE_ADMIN_URL to one that may`,
  );
}

/**
 * Does some of a transaction's work for another tenant than the one that it is for: an operator's, who may. Whatever of it is
 * left runs for that one again.
 */
export async function inTenant<T>(tx: Transaction, tenantId: string, work: () => Promise<T>): Promise<T> {
  const [before] = await tx.query<{ tenant: string | null }>(
    `SELECT current_setting('hydracore.tenant_id', true) AS tenant`,
  );
  await setTenant(tx, tenantId);
  const result = await work();
  await setTenant(tx, before?.tenant ?? '');
  return result;
}

async function setTenant(tx: Transaction, tenant: string): Promise<void> {
  await tx.query(`SELECT set_config('hydracore.tenant_id', $1, true)`, [tenant]);
}

async function grantRoles(tx: Transaction, login: string): Promise<void> {
  for (const role of ROLES) {
    if (!(await mayActAs(tx, login, role))) await allowed(tx, `GRANT ${role} TO ${pg.escapeIdentifier(login)}`);
  }
}

async function exists(db: Queryable, role: string): Promise<boolean> {
  return (await db.query('SELECT FROM pg_roles WHERE rolname = $1', [role])).length > 0;
}

/** From 16 on who made a role is a member of it who may not act as it. */
async function mayActAs(db: Queryable, login: string, role: string): Promise<boolean> {
  const [row] = await db.query<{ may: boolean }>(
    `SELECT pg_has_role(l.oid, r.oid, CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END) AS may
     FROM pg_roles l, pg_roles r WHERE l.rolname = $1 AND r.rolname = $2`,
    [login, role],
  );
  return row?.may ?? false;
}

const DUPLICATE = new Set(['42710', '23505']);

/** Runs a statement about roles. That another server was faster is fine; where the login lacks the right, it says what would help. */
async function allowed(tx: Transaction, sql: string): Promise<void> {
  await tx.query('SAVEPOINT role');
  try {
    await tx.query(sql);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (isDenied(error)) {
      const reason = error instanceof Error ? error.message : '';
      throw new RoleError(
        `the database's login may not make or give the server's roles (${reason}). Set HYDRACORE_DATABASE_ADMIN_URL to one that may, or run as a superuser: ${BY_HAND}; GRANT hydracore_api, hydracore_operator, hydracore_engine TO the login`,
        { cause: error },
      );
    }
    if (!DUPLICATE.has(code)) throw error;
    await tx.query('ROLLBACK TO SAVEPOINT role');
  }
}
