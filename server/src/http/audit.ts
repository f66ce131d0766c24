import { isDeepStrictEqual } from 'node:util';
import type { Context } from 'hono';
import { AppError } from '../domain/errors.ts';
import { auditing, insertAuditEvent, insertDenial, type AuditActor, type NewAuditEvent } from '../store/audit.ts';
import type { Database, Transaction } from '../store/db.ts';
import { inTenant } from '../store/roles.ts';
import type { Principal } from '../store/tenants.ts';
import type { Gate } from './gate.ts';

/** What an operation that changes something tells the audit log of, and that it does: see `Trail`. */
export type Audited =
  | 'schedule'
  | 'run'
  | 'backfill'
  | 'entity_definition'
  | 'entity_record'
  | 'api_key'
  | 'tenant'
  | 'session'
  | 'secret'
  | 'webhook_secret'
  | 'egress_policy';

/** A change as an operation tells of it: the row as answers show it, so that no secret is in it. */
export interface Change {
  /** What names the row; null: there are several. */
  readonly id: string | null;
  /** Absent: there was none. */
  readonly before?: object | null;
  /** Absent: there is none any more. */
  readonly after?: object | null;
  /** Fields that have changed even where they look the same, such as a config whose secret is masked. */
  readonly touched?: readonly string[];
  /** Whose row it is, where it is not the caller's tenant's: that one's log tells of it, too. */
  readonly tenant_id?: string;
}

/** Tells of a change in the transaction that makes it. Null, or a row that is as it was: nothing has changed. */
export type Audit = (tx: Transaction, change: Change | null) => Promise<void>;

/** The part of an operation that is looked at. */
interface Auditable {
  readonly id: string;
  readonly method: string;
  readonly audits?: Audited | false;
}

interface TrailDeps {
  readonly gate: Gate;
  readonly db: Database;
  readonly now: () => number;
}

/** The most JSON of a row that is kept on either side of a change. */
const MOST_BYTES = 16 * 1024;

/** The most ids that an event of many rows names. */
const MOST_IDS = 200;

/** What one request leaves in the audit log. */
export class Trail {
  readonly #deps: TrailDeps;
  readonly #c: Context;
  readonly #principal: Principal;
  readonly #operation: Auditable;
  /** How often the operation has told. */
  #told = 0;

  constructor(deps: TrailDeps, c: Context, principal: Principal, operation: Auditable) {
    this.#deps = deps;
    this.#c = c;
    this.#principal = principal;
    this.#operation = operation;
  }

  readonly audit: Audit = async (tx, change) => {
    this.#told += 1;
    const event = change && this.eventOf(change);
    if (!event) return;
    const now = this.#deps.now();
    // Nothing of the work reads it: it goes along with the COMMIT.
    tx.atEnd(auditing(event, now));
    if (change.tenant_id === undefined || change.tenant_id === event.tenant_id) return;
    // Who of the operator's people it was, and where they sit, is for the operator's own log.
    const operator: AuditActor = { kind: 'OPERATOR', id: 'operator', name: null, session_id: null };
    const theirs: NewAuditEvent = { ...event, tenant_id: change.tenant_id, actor: operator, remote_address: null };
    await inTenant(tx, theirs.tenant_id, () => insertAuditEvent(tx, theirs, now));
  };

  /** A change as the caller's tenant's log tells it; null: nothing has changed. */
  readonly eventOf = (change: Change): NewAuditEvent | null => {
    const sides = sidesOf(change);
    return sides && { ...this.#event('DONE'), target_id: change.id, ...sides };
  };

  /** The work of a transaction, which is not committed unless it has told what it changed, or that it changed nothing. */
  telling<T>(work: (tx: Transaction) => Promise<T>): (tx: Transaction) => Promise<T> {
    return async (tx) => {
      const before = this.#told;
      const result = await work(tx);
      if (this.#operation.audits && this.#told === before) {
        throw new Error(`${this.#operation.id} changes something and has not told the audit log what`);
      }
      return result;
    };
  }

  /**
   * Notes it where an error means that the caller was refused for want of a right: once an hour for each operation, in a
   * transaction of its own.
   * @returns the error to answer with: this one, or why it could not be noted
   */
  async refused(error: Error): Promise<Error> {
    if (!(error instanceof AppError) || !(error.code === 'forbidden' || error.code === 'origin_refused')) return error;
    const event = { ...this.#event('DENIED'), detail: error.message };
    try {
      await insertDenial(this.#deps.db.as('hydracore_api', event.tenant_id), event, this.#deps.now());
      return error;
    } catch (failure) {
      return failure instanceof Error ? failure : new Error(String(failure));
    }
  }

  #event(outcome: NewAuditEvent['outcome']): NewAuditEvent {
    return {
      tenant_id: this.#principal.tenant_id,
      outcome,
      actor: actorOf(this.#principal),
      operation: this.#operation.id,
      target_type: this.#operation.audits || null,
      target_id: null,
      before: null,
      after: null,
      detail: null,
      request_id: this.#c.get('request').id,
      remote_address: this.#deps.gate.addressOf(this.#c),
    };
  }
}

/** @throws Error when an operation that may change something does not say what it audits: a mistake of ours, at the start */
export function requireAudits({ id, method, audits }: Auditable): void {
  if (method === 'get' || audits !== undefined) return;
  throw new Error(`${id} may change something: it has to say what it audits, or \`audits: false\``);
}

/** The first of many ids, for an event of many rows; how many there are, it says beside them. */
export function someIds(ids: readonly string[]): string[] {
  return ids.slice(0, MOST_IDS);
}

/** Both sides as they are stored: of an update the fields that have changed. Null: nothing has. */
function sidesOf({
  before = null,
  after = null,
  touched = [],
}: Change): Pick<NewAuditEvent, 'before' | 'after'> | null {
  if (before === null || after === null) return { before: bounded(before), after: bounded(after) };
  const [old, fresh] = [before, after] as Record<string, unknown>[];
  const changed = Object.keys({ ...old, ...fresh }).filter(
    (field) => touched.includes(field) || !isDeepStrictEqual(old?.[field], fresh?.[field]),
  );
  if (changed.length === 0) return null;
  const only = (side: Record<string, unknown> = {}) =>
    Object.fromEntries(changed.flatMap((field) => (Object.hasOwn(side, field) ? [[field, side[field]]] : [])));
  return { before: bounded(only(old)), after: bounded(only(fresh)) };
}

function bounded(side: object | null): string | null {
  if (side === null) return null;
  const text = JSON.stringify(side);
  const bytes = Buffer.byteLength(text);
  return bytes <= MOST_BYTES ? text : JSON.stringify({ truncated: true, bytes });
}

function actorOf({ key_id, key_name, subject, session_id }: Principal): AuditActor {
  if (key_id !== null) return { kind: 'API_KEY', id: key_id, name: key_name ?? null, session_id: session_id ?? null };
  return { kind: 'JWT', id: (subject ?? 'unknown').slice(0, 255), name: null, session_id: session_id ?? null };
}
