import { timestamp, type Queryable, type Statement, type Transaction } from './db.ts';
import { firstIdOf, newId } from './ids.ts';

const HOUR = 3_600_000;

/** Where counting stops: beyond it the number says little to people, and costs more than the page. */
const COUNT_LIMIT = 100_000;

/** Who has done it, from where. */
export interface AuditActor {
  readonly kind: 'API_KEY' | 'JWT' | 'OPERATOR';
  /** A key's id, a JWT's subject, `operator`. */
  readonly id: string;
  /** A key's name as it was then. */
  readonly name: string | null;
  /** The session of the console that it came through. */
  readonly session_id: string | null;
}

/** An event to be written. */
export interface NewAuditEvent {
  readonly tenant_id: string;
  readonly outcome: 'DONE' | 'DENIED';
  readonly actor: AuditActor;
  readonly operation: string;
  readonly target_type: string | null;
  readonly target_id: string | null;
  /** JSON. */
  readonly before: string | null;
  readonly after: string | null;
  /** A sentence, where it needs one. */
  readonly detail: string | null;
  readonly request_id: string;
  readonly remote_address: string | null;
}

/** An event as it is stored. */
export interface AuditEvent extends Omit<NewAuditEvent, 'actor' | 'before' | 'after'> {
  readonly id: string;
  readonly at: number;
  readonly actor_kind: AuditActor['kind'];
  readonly actor_id: string;
  readonly actor_name: string | null;
  readonly session_id: string | null;
  readonly before: Record<string, unknown> | null;
  readonly after: Record<string, unknown> | null;
}

/** Which events a list shows. All given conditions hold. */
export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly operation?: string | undefined;
  readonly target_id?: string | undefined;
  readonly outcome?: AuditEvent['outcome'] | undefined;
  /** Inclusive, in epoch milliseconds. */
  readonly from?: number | undefined;
  /** Exclusive. */
  readonly to?: number | undefined;
}

const COLUMNS = `id, at, outcome, actor_kind, actor_id, actor_name, session_id, operation, target_type, target_id, before, after,
  detail, request_id, remote_address`;

const INSERT = `INSERT INTO audit_events (tenant_id, bucket, ${COLUMNS})
  SELECT $1::uuid, bucket_of($1), $2::uuid, $3::timestamptz, $4, $5, $6::text, $7, $8::uuid, $9::text, $10, $11::text, $12::json, $13::json, $14, $15, $16`;

/** Writes what a transaction has done into a tenant's log. */
export async function insertAuditEvent(tx: Transaction, event: NewAuditEvent, now: number): Promise<void> {
  const { text, values, name } = auditing(event, now);
  await tx.query(text, values, name);
}

/** What writes it. */
export function auditing(event: NewAuditEvent, now: number): Statement {
  return { text: INSERT, values: valuesOf(event, now), name: 'insert_audit_event' };
}

/**
 * Writes what was refused, unless the same actor was refused the same operation within an hour: who keeps on knocking fills
 * nothing, whatever it costs them.
 */
export async function insertDenial(db: Queryable, event: NewAuditEvent, now: number): Promise<void> {
  await db.query(
    `${INSERT} WHERE NOT EXISTS (SELECT 1 FROM audit_events WHERE tenant_id = $1 AND actor_id = $6 AND operation = $9
       AND outcome = 'DENIED' AND at > $17)`,
    [...valuesOf(event, now), timestamp(now - HOUR)],
    'insert_denial',
  );
}

/** What writes what the requests of one tenant have done into its log: all of it by one statement. */
export function auditingOf(tenantId: string, events: readonly (NewAuditEvent & { readonly at: number })[]): Statement {
  const rows = events.map(({ actor, before, after, at, ...event }) => {
    const row = {
      ...event,
      id: newId(at),
      at: timestamp(at),
      actor_kind: actor.kind,
      actor_id: actor.id,
      actor_name: actor.name,
    };
    const json = JSON.stringify({ ...row, session_id: actor.session_id });
    // Both sides are JSON already, and stay the text that they are.
    return `${json.slice(0, -1)},"before":${before ?? 'null'},"after":${after ?? 'null'}}`;
  });
  const text = `INSERT INTO audit_events (tenant_id, bucket, ${COLUMNS})
    SELECT $1::uuid, bucket_of($1), ${COLUMNS} FROM json_populate_recordset(NULL::audit_events, $2::json)`;
  return { text, values: [tenantId, `[${rows.join(',')}]`], name: 'insert_audit_events' };
}

function valuesOf(event: NewAuditEvent, now: number): unknown[] {
  const { actor } = event;
  return [
    event.tenant_id,
    newId(now),
    timestamp(now),
    event.outcome,
    actor.kind,
    actor.id,
    actor.name,
    actor.session_id,
    event.operation,
    event.target_type,
    event.target_id,
    event.before,
    event.after,
    event.detail,
    event.request_id,
    event.remote_address,
  ];
}

/** A page of the tenant's log, newest first, and how many match (counted up to 100,000). */
export async function listAuditEvents(
  db: Queryable,
  tenantId: string,
  filter: AuditFilter,
  page: { readonly limit: number; readonly offset: number },
): Promise<{ events: AuditEvent[]; total: number }> {
  const values: unknown[] = [tenantId];
  const parts = ['tenant_id = $1'];
  const where = (condition: string, value: unknown) => {
    if (value !== undefined) parts.push(condition.replace('?', `$${values.push(value)}`));
  };
  where('actor_id = ?', filter.actor);
  where('operation = ?', filter.operation);
  where('target_id = ?', filter.target_id);
  where('outcome = ?', filter.outcome);
  // An id begins with the instant of its event: the primary key finds the stretch.
  where('id >= ?', filter.from === undefined ? undefined : firstIdOf(Math.max(0, filter.from)));
  where('id < ?', filter.to === undefined ? undefined : firstIdOf(Math.max(0, filter.to)));
  const found = `FROM audit_events WHERE ${parts.join(' AND ')}`;
  const n = values.length;
  const [events, [count]] = await Promise.all([
    db.query<AuditEvent>(`SELECT ${COLUMNS} ${found} ORDER BY id DESC LIMIT $${n + 1} OFFSET $${n + 2}`, [
      ...values,
      page.limit,
      page.offset,
    ]),
    db.query<{ total: number }>(
      `SELECT count(*) AS total FROM (SELECT 1 ${found} LIMIT ${COUNT_LIMIT}) counted`,
      values,
    ),
  ]);
  return { events, total: count?.total ?? 0 };
}

/** Forgets events from before an instant, some at a time. Returns how many. */
export async function forgetAuditEvents(db: Queryable, before: number, limit: number): Promise<number> {
  const rows = await db.query(
    `DELETE FROM audit_events WHERE (tenant_id, id) IN (
       SELECT tenant_id, id FROM audit_events WHERE at < $1 ORDER BY at LIMIT $2) RETURNING id`,
    [timestamp(before), limit],
    'forget_audit_events',
  );
  return rows.length;
}
