import { createHash, randomBytes } from 'node:crypto';
import { timestamp, type Queryable, type Transaction } from './db.ts';
import { newId } from './ids.ts';

/** A session as far as it is known after it was opened. */
export interface Session {
  readonly tenant_id: string;
  readonly id: string;
  readonly key_id: string;
  readonly created_at: number;
  readonly expires_at: number;
  /** To the minute. */
  readonly last_seen_at: number;
}

const COLUMNS = 'tenant_id, id, key_id, created_at, expires_at, last_seen_at';

/** A new token: 256 random bits, as letters that a cookie can hold. */
export function newSessionToken(): string {
  return randomBytes(32).toString('base64url');
}

/** Whether a text can be a token at all. */
export function isSessionToken(text: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(text);
}

/** Stores a session by the hash of its token: so many random bits need no pepper. */
export async function insertSession(
  tx: Transaction,
  session: Pick<Session, 'tenant_id' | 'key_id' | 'expires_at'>,
  token: string,
  now: number,
): Promise<Session> {
  const [row] = await tx.query<Session>(
    `INSERT INTO sessions (tenant_id, id, token_hash, key_id, created_at, expires_at, last_seen_at)
     VALUES ($1, $2, $3, $4, $5, $6, $5) RETURNING ${COLUMNS}`,
    [session.tenant_id, newId(now), hashOf(token), session.key_id, timestamp(now), timestamp(session.expires_at)],
  );
  if (!row) throw new Error('a session was inserted and is not there');
  return row;
}

/** The session of a token, whatever became of it. Asked without a tenant: it finds it. */
export async function findSession(db: Queryable, token: string): Promise<Session | undefined> {
  const [row] = await db.query<Session>(`SELECT ${COLUMNS} FROM find_session($1)`, [hashOf(token)], 'find_session');
  return row;
}

/** One session of the tenant. */
export async function getSession(db: Queryable, tenantId: string, id: string): Promise<Session | undefined> {
  const [row] = await db.query<Session>(`SELECT ${COLUMNS} FROM sessions WHERE tenant_id = $1 AND id = $2`, [
    tenantId,
    id,
  ]);
  return row;
}

/** Notes that a session was used, unless that is noted since `before`. */
export async function noteSeen(
  db: Queryable,
  session: Pick<Session, 'tenant_id' | 'id'>,
  now: number,
  before: number,
): Promise<void> {
  await db.query(
    'UPDATE sessions SET last_seen_at = $3 WHERE tenant_id = $1 AND id = $2 AND last_seen_at <= $4',
    [session.tenant_id, session.id, timestamp(now), timestamp(before)],
    'note_session_seen',
  );
}

/** Ends a session. False: it has ended already. */
export async function deleteSession(tx: Transaction, session: Pick<Session, 'tenant_id' | 'id'>): Promise<boolean> {
  const rows = await tx.query('DELETE FROM sessions WHERE tenant_id = $1 AND id = $2 RETURNING id', [
    session.tenant_id,
    session.id,
  ]);
  return rows.length > 0;
}

/** Forgets sessions that have expired. Returns how many. */
export async function forgetSessions(db: Queryable, now: number, limit: number): Promise<number> {
  const rows = await db.query(
    `DELETE FROM sessions WHERE (tenant_id, id) IN (
       SELECT tenant_id, id FROM sessions WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2) RETURNING id`,
    [timestamp(now), limit],
    'forget_sessions',
  );
  return rows.length;
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
