import type { z } from '@hono/zod-openapi';
import { DataChecker, inOrder, type CheckedData, type EntityDefinition, type EntityRecord } from '../domain/entity.ts';
import { AppError, requireNone, ValidationError, type FieldProblem } from '../domain/errors.ts';
import { parseFilter } from '../domain/filter-parse.ts';
import type { Filter } from '../domain/filter.ts';
import { show } from '../domain/show.ts';
import { isDuplicate } from '../store/db-errors.ts';
import type { Transaction } from '../store/db.ts';
import { getDefinition, lockDefinition } from '../store/entity-definitions.ts';
import {
  findByExternalId,
  getRecord,
  listRecords,
  lockByExternalId,
  lockRecord,
  type Place,
} from '../store/entity-records.ts';
import { deleteRecord, newAmong, updateRecords, upsertRecords } from '../store/entity-writes.ts';
import { newId } from '../store/ids.ts';
import { hasRelative, lockDates } from '../store/relative.ts';
import { rfc3339 } from './answers.ts';
import { definitionNotFound } from './entity-definitions.ts';
import { mayShow } from './customer.ts';
import { unstorable } from './invalid.ts';
import { readJson } from './json.ts';
import { recordNotFound } from './not-found.ts';
import type { Call } from './route.ts';
import type { RecordAnswer, RecordCreate, RecordList, RecordListQuery, RecordUpdate } from './wire-entities.ts';

type InDefinition = { readonly definition_id: string };
type Target = InDefinition & { readonly record_id: string };
type None = Record<string, unknown>;

/** A page of records, in the order of the definition's fields. */
export async function pageOfRecords(
  call: Call<InDefinition, z.output<typeof RecordListQuery>, None>,
): Promise<z.output<typeof RecordList>> {
  const { filter: text, customer_id, external_id, limit, offset } = call.query;
  const definition = await getDefinition(call.db, call.principal.tenant_id, call.params.definition_id);
  if (!definition) throw definitionNotFound();
  const problems = [...call.problems];
  const filter = text === undefined ? undefined : filterOf(text, definition, problems);
  requireNone(problems);
  const { records, total } = await listRecords(
    call.db,
    placeOf(call),
    { customer_id, external_id, filter },
    { limit, offset },
  );
  return { records: records.map((record) => recordAnswer(definition, record)), total, limit, offset };
}

/** One record. @throws AppError `not_found` */
export async function readRecord(call: Call<Target, None, None>): Promise<z.output<typeof RecordAnswer>> {
  const definition = await getDefinition(call.db, call.principal.tenant_id, call.params.definition_id);
  const record = definition && (await getRecord(call.db, placeOf(call), call.params.record_id));
  if (!record) throw recordNotFound();
  return recordAnswer(definition, record);
}

/** Makes a record, or writes it over the one with its external_id (`created` false). */
export async function putRecord(
  call: Call<InDefinition, None, z.output<typeof RecordCreate>>,
): Promise<{ record: z.output<typeof RecordAnswer>; created: boolean }> {
  const now = call.now();
  const place = placeOf(call);
  return await call.transact(async (tx) => {
    const { definition, follower } = await share(tx, place);
    const { external_id = null, customer_id = null, data } = call.body;
    const checked = checkData(new DataChecker(definition.fields).check(data ?? {}), call.problems);
    const write = { ...checked, id: newId(now), external_id, customer_id };
    const allowance = await call.quotas.open(tx, place.tenant_id, 'records', 1);
    if ((await newAmong(tx, place, [write], allowance)).length > 0) allowance.take();
    const current = external_id === null ? undefined : await lockByExternalId(tx, place, external_id);
    const [written] = await upsertRecords(tx, place, [write], now, follower, call.principal.customer_id);
    if (!written) throw new Error('one record was written, and nothing was said of it');
    if (written.foreign) throw externalIdTaken(external_id, null);
    const record = await answerOf(tx, definition, written.id);
    // Made by another request after the look and before the write: what it was, nobody has seen.
    const before = current ? recordAnswer(definition, current) : written.created ? null : {};
    await call.audit(tx, { id: record.id, before, after: record });
    return { record, created: written.created };
  });
}

/** Changes what the body names; `data` field by field. @throws AppError `not_found`, `external_id_taken` */
export async function changeRecord(
  call: Call<Target, None, z.output<typeof RecordUpdate>>,
): Promise<z.output<typeof RecordAnswer>> {
  const now = call.now();
  const place = placeOf(call);
  return await call.transact(async (tx) => {
    const { definition, follower } = await share(tx, place, recordNotFound);
    const current = await lockRecord(tx, place, call.params.record_id);
    if (!current) throw recordNotFound();
    const { external_id = current.external_id, customer_id = current.customer_id, data = {} } = call.body;
    const checked = checkData(new DataChecker(definition.fields).check(data, current.data), call.problems);
    if (external_id !== null && external_id !== current.external_id) {
      const other = await findByExternalId(tx, place, external_id);
      if (other) throw externalIdTaken(external_id, mayShow(call.principal, other) ? other.id : null);
    }
    const write = { ...checked, id: current.id, external_id, customer_id };
    await updateRecords(tx, place, [write], now, follower).catch((error: unknown) => {
      throw isDuplicate(error) ? externalIdTaken(external_id, null) : error;
    });
    const record = await answerOf(tx, definition, current.id);
    await call.audit(tx, { id: current.id, before: recordAnswer(definition, current), after: record });
    return record;
  });
}

/** Deletes a record. @throws AppError `not_found` */
export async function removeRecord(call: Call<Target, None, None>): Promise<void> {
  const now = call.now();
  const place = placeOf(call);
  await call.transact(async (tx) => {
    const { definition, follower } = await share(tx, place, recordNotFound);
    const record = await lockRecord(tx, place, call.params.record_id);
    if (!record || !(await deleteRecord(tx, place, record.id, now, follower))) throw recordNotFound();
    await call.audit(tx, { id: record.id, before: recordAnswer(definition, record) });
  });
}

/** A definition whose records are written; `follower` is it, too, where schedules go by them. */
interface Shared {
  readonly definition: EntityDefinition;
  readonly follower: EntityDefinition | null;
}

/** The definition, kept from changing, and its dates from being planned by, until the transaction ends. @throws AppError `not_found` */
export async function share(tx: Transaction, place: Place, missing = definitionNotFound): Promise<Shared> {
  await lockDates(tx, place.definition_id, 'share');
  const definition = await lockDefinition(tx, place.tenant_id, place.definition_id, 'share');
  if (!definition) throw missing();
  return { definition, follower: (await hasRelative(tx, place)) ? definition : null };
}

/** Where the records of a call are. */
export function placeOf(call: Call<InDefinition, unknown, unknown>): Place {
  return { tenant_id: call.principal.tenant_id, definition_id: call.params.definition_id };
}

/** The data, unless it or anything else is wrong: all problems of the request together. @throws ValidationError */
export function checkData(checked: ReturnType<DataChecker['check']>, others: readonly FieldProblem[]): CheckedData {
  // What is wrong with `data` as a whole leaves no fields to speak of.
  const whole = others.some(({ loc }) => loc[1] === 'data' || loc.length === 1);
  const further = 'problems' in checked && !whole ? checked.problems : [];
  const problems = [
    ...others,
    ...further.map(({ path, ...problem }) => ({ loc: ['body', 'data', ...path], ...problem })),
  ];
  if (problems.length > 0 || 'problems' in checked) throw new ValidationError(problems);
  return checked;
}

/** @param problems gets what is wrong with it, each with its path below `filter` */
function filterOf(text: string, definition: EntityDefinition, problems: FieldProblem[]): Filter | undefined {
  const root = ['query', 'filter'];
  const read = readJson(text);
  const bad = 'problem' in read ? [{ loc: root, ...read.problem }] : unstorable(read.value, root);
  problems.push(...bad);
  if ('problem' in read || bad.length > 0) return undefined;
  const parsed = parseFilter(read.value, definition.fields);
  if ('filter' in parsed) return parsed.filter;
  problems.push(...parsed.problems.map(({ path, ...problem }) => ({ loc: [...root, ...path], ...problem })));
  return undefined;
}

async function answerOf(
  tx: Transaction,
  definition: EntityDefinition,
  id: string,
): Promise<z.output<typeof RecordAnswer>> {
  const place = { tenant_id: definition.tenant_id, definition_id: definition.id };
  const record = await getRecord(tx, place, id);
  if (!record) throw new Error(`record ${id} is not there in the transaction that wrote it`);
  return recordAnswer(definition, record);
}

function recordAnswer(definition: EntityDefinition, record: EntityRecord): z.output<typeof RecordAnswer> {
  const { id, definition_id, external_id, customer_id, data, created_at, updated_at } = record;
  return {
    id,
    definition_id,
    external_id,
    customer_id,
    data: inOrder(definition.fields, data),
    created_at: rfc3339(created_at),
    updated_at: rfc3339(updated_at),
  };
}

/** @param recordId null where it is not known, or not for the caller to see */
export function externalIdTaken(externalId: string | null, recordId: string | null): AppError {
  return new AppError(
    'external_id_taken',
    `Another record of this definition has the external_id ${show(externalId)}.`,
    {
      extra: { record_id: recordId },
    },
  );
}
