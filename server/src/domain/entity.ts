import { checkValue, type Fault, type FieldType } from './entity-value.ts';
import { show } from './show.ts';

/** One field of a definition. */
export interface EntityField {
  readonly name: string;
  readonly type: FieldType;
  readonly required: boolean;
}

/** What a kind of records looks like, as stored. */
export interface EntityDefinition {
  readonly tenant_id: string;
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly fields: readonly EntityField[];
  readonly version: number;
  readonly created_at: number;
  readonly updated_at: number;
}

/** What a record says: field → value. A field without a value is absent. */
export type EntityData = Readonly<Record<string, unknown>>;

/** A record, as stored. */
export interface EntityRecord {
  readonly tenant_id: string;
  readonly id: string;
  readonly definition_id: string;
  readonly external_id: string | null;
  readonly customer_id: string | null;
  readonly data: EntityData;
  readonly created_at: number;
  readonly updated_at: number;
}

/** A record as a run keeps it: as it was when it started. */
export type RecordSnapshot = Pick<EntityRecord, 'id' | 'definition_id' | 'external_id' | 'customer_id' | 'data'>;

/** The instant of a DATE (its midnight in UTC) or DATETIME field of a record. */
export interface EntityDate {
  readonly field: string;
  readonly at: number;
}

/** A problem of some part of data, fields or a filter: the path leads to the part. */
export interface PathProblem extends Fault {
  readonly path: readonly (string | number)[];
}

export const MOST_FIELDS = 100;

/** The most bytes of a record's data as JSON. */
const MOST_DATA_BYTES = 65_536;

/** Data that its definition allows, as it is stored. */
export interface CheckedData {
  readonly data: EntityData;
  readonly json: string;
  readonly dates: readonly EntityDate[];
}

/** What is wrong with the names of a definition's fields beyond their shape; where one is no text, that is told elsewhere. */
export function fieldProblems(names: readonly unknown[]): PathProblem[] {
  const seen = new Set<unknown>();
  return names.flatMap((name, i): PathProblem[] => {
    if (typeof name !== 'string') return [];
    const path = [i, 'name'];
    if (name === '__proto__')
      return [{ path, msg: '"__proto__" can not be a field name: programs give it a meaning', type: 'reserved' }];
    if (seen.has(name)) return [{ path, msg: `${show(name)} is there twice; each name once`, type: 'duplicate' }];
    seen.add(name);
    return [];
  });
}

/** A condition that every existing record has to meet before a definition may change: with or without a value in a field. */
export interface Demand {
  readonly field: string;
  readonly value: 'required' | 'forbidden';
}

/** What a change of a definition's fields asks of the records that are there. */
export function demandsOf(before: readonly EntityField[], after: readonly EntityField[]): Demand[] {
  const old = new Map(before.map((field) => [field.name, field]));
  const kept = new Map(after.map((field) => [field.name, field]));
  const cleared = before
    .filter((field) => kept.get(field.name)?.type !== field.type)
    .map((field) => ({ field: field.name, value: 'forbidden' as const }));
  const filled = after
    .filter((field) => field.required && old.get(field.name)?.required !== true)
    .map((field) => ({ field: field.name, value: 'required' as const }));
  return [...cleared, ...filled];
}

/** A definition's fields, ready to check many records. */
export class DataChecker {
  readonly #fields: ReadonlyMap<string, EntityField>;
  readonly #required: readonly string[];

  constructor(fields: readonly EntityField[]) {
    this.#fields = new Map(fields.map((field) => [field.name, field]));
    this.#required = fields.filter((field) => field.required).map((field) => field.name);
  }

  /**
   * Checks what a write names, on top of what is there: null clears a field.
   * @param base data that was checked before; absent for a new record
   */
  check(named: EntityData, base: EntityData = {}): CheckedData | { readonly problems: readonly PathProblem[] } {
    const problems: PathProblem[] = [];
    const data: Record<string, unknown> = { ...base };
    for (const [name, value] of Object.entries(named)) {
      const field = this.#fields.get(name);
      const fault = field ? null : { msg: this.#unknown(name), type: 'extra_forbidden' };
      if (field && value == null) {
        delete data[name];
        continue;
      }
      const checked = field ? checkValue(field.type, value) : null;
      if (checked && 'value' in checked) data[name] = checked.value;
      else problems.push({ path: [name], ...(checked ?? (fault as Fault)) });
    }
    for (const name of this.#required) {
      // Not `data[name]`: a field may be called toString.
      if (!Object.hasOwn(data, name) && !problems.some(({ path }) => path[0] === name)) {
        problems.push({ path: [name], msg: 'this field is required and must have a value', type: 'missing' });
      }
    }
    if (problems.length > 0) return { problems };
    const json = JSON.stringify(data);
    const bytes = Buffer.byteLength(json);
    if (bytes > MOST_DATA_BYTES) {
      const msg = `is ${bytes} bytes as JSON; a record holds at most ${MOST_DATA_BYTES}`;
      return { problems: [{ path: [], msg, type: 'too_long' }] };
    }
    return { data, json, dates: this.#dates(data) };
  }

  #dates(data: EntityData): EntityDate[] {
    const dates: EntityDate[] = [];
    for (const { name, type } of this.#fields.values()) {
      const value = Object.hasOwn(data, name) ? data[name] : null;
      // Checked and normalised: both read as UTC, a date alone as its midnight.
      if ((type === 'DATE' || type === 'DATETIME') && typeof value === 'string') {
        dates.push({ field: name, at: Date.parse(value) });
      }
    }
    return dates;
  }

  #unknown(name: string): string {
    return `${show(name)} is not a field of this definition; ${fieldList([...this.#fields.keys()])}`;
  }
}

/** Which fields there are, as the end of a sentence. */
export function fieldList(names: readonly string[]): string {
  if (names.length === 0) return 'it has none';
  const shown = names.slice(0, 20).join(', ');
  return names.length > 20 ? `it has ${shown} and ${names.length - 20} more` : `it has ${shown}`;
}

/** The data in the order of the definition's fields. */
export function inOrder(fields: readonly EntityField[], data: EntityData): EntityData {
  return Object.fromEntries(
    fields.flatMap(({ name }) => (Object.hasOwn(data, name) ? [[name, data[name]] as const] : [])),
  );
}
