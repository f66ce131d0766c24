import type { z } from '@hono/zod-openapi';
import { AppError, ValidationError, type FieldProblem } from '../domain/errors.ts';
import { show } from '../domain/show.ts';
import type { Queryable } from '../store/db.ts';
import { isOfCustomer, type OwnedKind } from '../store/ownership.ts';
import type { Principal } from '../store/tenants.ts';
import { credentialOf } from './scopes.ts';
import { backfillNotFound, recordNotFound, runNotFound, scheduleNotFound } from './not-found.ts';

/**
 * What a key or a JWT that is bound to a customer may do, decided here for every operation: the rows that its path and query name
 * have to be the customer's, lists show the customer's, what is made becomes the customer's. An operation in which this
 * finds nothing to hold on to is refused, unless it says that it sees to it itself (`customers: 'served'`).
 */

/** What the path of an operation may name, and what answers where it is not there. */
const NAMED: Readonly<Record<string, { readonly kind: OwnedKind; readonly missing: () => AppError }>> = {
  schedule_id: { kind: 'schedule', missing: scheduleNotFound },
  run_id: { kind: 'run', missing: runNotFound },
  backfill_id: { kind: 'backfill', missing: backfillNotFound },
  record_id: { kind: 'record', missing: recordNotFound },
};

/** The parts of an operation that are looked at. */
interface Confinable {
  readonly method: string;
  readonly customers?: 'served' | 'refused' | undefined;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodObject;
}

/** @throws AppError `forbidden` where the operation is not for keys of a customer */
export function requireOpenTo(principal: Principal, operation: Confinable): void {
  if (principal.customer_id === null || operation.customers === 'served') return;
  const held =
    Object.keys(operation.params?.shape ?? {}).some((name) => NAMED[name]) ||
    hasCustomer(operation.query) ||
    hasCustomer(operation.body);
  if (held && operation.customers !== 'refused') return;
  throw new AppError(
    'forbidden',
    `This ${credentialOf(principal)} is bound to a customer: what concerns the whole tenant is not for it.`,
  );
}

/** The parsed parts of a request as the key may mean them, and what is wrong with them then. */
export function confined<P extends { readonly query: object; readonly body: object }>(
  principal: Principal,
  operation: Confinable,
  parts: P,
): { readonly parts: P; readonly problems: FieldProblem[] } {
  if (principal.customer_id === null) return { parts, problems: [] };
  const query = hasCustomer(operation.query) ? ofCustomer(principal, parts.query, 'query', true) : null;
  const body = hasCustomer(operation.body)
    ? ofCustomer(principal, parts.body, 'body', operation.method === 'post')
    : null;
  return {
    parts: { ...parts, ...(query && { query: query.value }), ...(body && { body: body.value }) },
    problems: [...(query?.problems ?? []), ...(body?.problems ?? [])],
  };
}

/**
 * What a caller says of the customer, as the key may mean it.
 * @param fills whether saying nothing means the key's own; else it means that nothing changes
 */
export function ofCustomer<T extends object>(
  principal: Principal,
  value: T,
  root: 'body' | 'query',
  fills: boolean,
): { readonly value: T; readonly problems: FieldProblem[] } {
  const own = principal.customer_id;
  if (own === null) return { value, problems: [] };
  const given = 'customer_id' in value ? value.customer_id : undefined;
  if (given === undefined || (given === null && fills)) {
    return { value: fills ? { ...value, customer_id: own } : value, problems: [] };
  }
  if (typeof given === 'string' && given.toLowerCase() === own) return { value, problems: [] };
  const msg = `is ${show(given)}; this ${credentialOf(principal)} is bound to the customer ${own}, it can name no other`;
  return { value, problems: [{ loc: [root, 'customer_id'], msg, type: 'customer' }] };
}

/** @throws AppError `not_found` where the request names a row that is not the customer's: as if it were not there */
export async function requireOwn(
  db: Queryable,
  { tenant_id, customer_id }: Principal,
  operation: Confinable,
  { params, query }: { readonly params: object; readonly query: object },
): Promise<void> {
  if (customer_id === null) return;
  // A list that is narrowed to the customer finds nothing by the id of another's row: an empty page, as for an unknown one.
  const named: Record<string, unknown> = { ...(hasCustomer(operation.query) ? {} : query), ...params };
  for (const [name, { kind, missing }] of Object.entries(NAMED)) {
    const id = named[name];
    if (typeof id === 'string' && !(await isOfCustomer(db, { tenant_id, customer_id }, kind, id))) throw missing();
  }
}

/** @throws ValidationError when a filter names another customer */
export function ownFilter<T extends object>(principal: Principal, filter: T): T {
  const { value, problems } = ofCustomer(principal, filter, 'body', true);
  if (problems.length === 0) return value;
  throw new ValidationError(problems.map((problem) => ({ ...problem, loc: ['body', 'filter', 'customer_id'] })));
}

/** Whether a row that has come up otherwise may be shown: by a key that others must stay hidden from, only its own. */
export function mayShow({ customer_id }: Principal, row: { readonly customer_id: string | null }): boolean {
  return customer_id === null || row.customer_id === customer_id;
}

function hasCustomer(schema: z.ZodObject | undefined): boolean {
  return schema !== undefined && Object.hasOwn(schema.shape, 'customer_id');
}
