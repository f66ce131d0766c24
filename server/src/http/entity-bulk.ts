import type { z } from '@hono/zod-openapi';
import { DataChecker } from '../domain/entity.ts';
import { ValidationError, type FieldProblem } from '../domain/errors.ts';
import { type Transaction } from '../store/db.ts';
import { newAmong, upsertRecords, type RecordWrite, type Written } from '../store/entity-writes.ts';
import { newId } from '../store/ids.ts';
import { someIds, type Change } from './audit.ts';
import { ofCustomer } from './customer.ts';
import { checkData, externalIdTaken, placeOf, share } from './entity-records.ts';
import { problemOf, toldOf } from './problem.ts';
import { JsonLine } from './read-body.ts';
import { readPart } from './read-part.ts';
import { retaken } from './retake.ts';
import type { Call } from './route.ts';
import { RecordCreate, type RecordBulk, type RecordBulkAnswer } from './wire-entities.ts';

type BulkCall = Call<{ readonly definition_id: string }, Record<string, unknown>, z.output<typeof RecordBulk>>;
type Result = z.output<typeof RecordBulkAnswer>['results'][number];

/** Records in one transaction: enough to spread its cost, few enough that nothing waits for long behind it. */
const STEP = 500;

/**
 * Writes records, each as if it were alone, in steps of a transaction each (with an Idempotency-Key all in the one that
 * keeps the answer): what is not valid is told and left out.
 */
export async function writeRecords(call: BulkCall): Promise<z.output<typeof RecordBulkAnswer>> {
  const items = call.body.records ?? [];
  const results: Result[] = [];
  // At least one step: without records too a definition that is not there is not found.
  for (let from = 0; from === 0 || from < items.length; from += STEP) {
    const step = items.slice(from, from + STEP);
    results.push(...(await retaken(call, 'records', (tx) => writeStep(tx, call, step, from, items.length))));
  }
  const count = (test: (status: number) => boolean) => results.filter((result) => test(result.status)).length;
  return {
    results,
    created: count((status) => status === 201),
    updated: count((status) => status === 200),
    failed: count((status) => status >= 400),
  };
}

async function writeStep(
  tx: Transaction,
  call: BulkCall,
  items: readonly unknown[],
  from: number,
  total: number,
): Promise<Result[]> {
  const now = call.now();
  const place = placeOf(call);
  const { definition, follower } = await share(tx, place);
  const checker = new DataChecker(definition.fields);
  const results: Result[] = [];
  const writes: (RecordWrite & { readonly index: number })[] = [];
  for (const [i, item] of items.entries()) {
    const index = from + i;
    const { external_id, ...read } = readItem(call, item, checker, index);
    results.push({
      index,
      status: 422,
      id: null,
      external_id,
      error: 'problems' in read ? { detail: toldOf(read.problems) } : null,
    });
    if ('write' in read) writes.push({ ...read.write, external_id, id: newId(now), index: i });
  }
  // Several of one external_id are one row: the last one says what it is in the end.
  const last = new Map(writes.map((write) => [write.external_id ?? write.id, write]));
  const rows = [...last.values()];
  // What there is no room for is left out; what is there already can be changed all the same.
  const allowance = await call.quotas.open(tx, place.tenant_id, 'records', total - from);
  const tooMany = new Set((await newAmong(tx, place, rows, allowance)).slice(allowance.left));
  const fitting = rows.filter((row) => !tooMany.has(row));
  const written = await upsertRecords(tx, place, fitting, now, follower, call.principal.customer_id);
  await call.audit(tx, changeOf(place.definition_id, written));
  allowance.left -= written.filter((row) => row.created).length;
  const outcome = new Map(fitting.map((row, n) => [row.external_id ?? row.id, written[n]]));
  const refused = new Set([...tooMany].map((row) => row.external_id ?? row.id));
  for (const { index, id, external_id } of writes) {
    const key = external_id ?? id;
    const result = results[index];
    const row = outcome.get(key);
    if (result && refused.has(key)) {
      const { status, body } = problemOf(allowance.exceeded());
      results[index] = { ...result, status, error: body as Result['error'] };
      continue;
    }
    if (!result || !row) throw new Error(`nothing was said of record ${from + index}`);
    if (row.foreign) {
      const { status, body } = problemOf(externalIdTaken(external_id, null));
      results[index] = { ...result, status, error: body as Result['error'] };
      continue;
    }
    results[index] = { ...result, status: row.created ? 201 : 200, id: row.id };
    // Only the first of them has made it.
    outcome.set(key, { ...row, created: false });
  }
  return results;
}

/** The step for the audit log: one event, and none where everything is as it was. */
function changeOf(definition_id: string, written: readonly Written[]): Change | null {
  const changed = written.filter((row) => row.changed);
  const created = changed.filter((row) => row.created).length;
  const ids = someIds(changed.map((row) => row.id));
  return changed.length === 0
    ? null
    : { id: null, after: { definition_id, created, updated: changed.length - created, ids } };
}

/** A problem with the place of its record. */
type Relocated = FieldProblem & { loc: (string | number)[] };

type ReadItem = { readonly external_id: string | null } & (
  | { readonly write: Omit<RecordWrite, 'id' | 'external_id'> }
  | { readonly problems: Relocated[] }
);

/** An item as a write, or all that is wrong with it. */
function readItem({ principal }: BulkCall, item: unknown, checker: DataChecker, index: number): ReadItem {
  const line = item instanceof JsonLine ? item.read() : { value: item };
  if ('problem' in line) return { external_id: null, problems: [relocated(line.problem, index)] };
  const part = readPart(RecordCreate, line.value, 'body');
  const { value: data, problems: others } = ofCustomer(principal, part.data, 'body', true);
  const problems = [...part.problems, ...others];
  const external_id = data.external_id ?? null;
  try {
    const checked = checkData(checker.check(data.data ?? {}), problems);
    return { external_id, write: { ...checked, customer_id: data.customer_id ?? null } };
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    return { external_id, problems: error.problems.map((problem) => relocated(problem, index)) };
  }
}

function relocated({ loc, ...problem }: FieldProblem, index: number): Relocated {
  return { ...problem, loc: ['body', 'records', index, ...loc.slice(1)] };
}
