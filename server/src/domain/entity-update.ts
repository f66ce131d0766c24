import { localTime } from '../time/index.ts';
import { DataChecker, type CheckedData, type EntityData, type EntityField } from './entity.ts';

/** What an action sets in a field. */
export type FieldChange =
  /** Null clears. `text`: it was rendered from a template, and is read as the field's type. */
  | { readonly field: string; readonly kind: 'set'; readonly value: unknown; readonly text: boolean }
  /** The present: a DATETIME, or the day in the schedule's zone. */
  | { readonly field: string; readonly kind: 'now' }
  /** Added to the number that is there; nothing counts as 0. */
  | { readonly field: string; readonly kind: 'increment'; readonly by: number };

/** A change of a record that is written in the transaction of a run's outcome. */
export interface EntityUpdate {
  readonly definition_id: string;
  readonly record: { readonly id: string } | { readonly external_id: string };
  readonly changes: readonly FieldChange[];
  /** Whose day `now` is in a DATE. */
  readonly timezone: string;
}

/** What a record says after an update, checked as any write of it; or what is wrong, in a sentence. Pure. */
export function applyUpdate(
  fields: readonly EntityField[],
  data: EntityData,
  update: Pick<EntityUpdate, 'changes' | 'timezone'>,
  now: number,
): CheckedData | { readonly wrong: string } {
  const types = new Map(fields.map(({ name, type }) => [name, type]));
  const named: Record<string, unknown> = {};
  for (const change of update.changes) {
    const type = types.get(change.field);
    if (change.kind === 'now') {
      const instant = new Date(now).toISOString();
      named[change.field] = type === 'DATE' ? localTime(now, update.timezone).slice(0, 10) : instant;
    } else if (change.kind === 'increment') {
      const before = (Object.hasOwn(data, change.field) ? data[change.field] : null) ?? 0;
      if (type !== 'NUMBER' || typeof before !== 'number') {
        return {
          wrong: `${change.field}: $increment needs a NUMBER, and this is a ${type ?? 'field that is not there'}`,
        };
      }
      named[change.field] = before + change.by;
    } else {
      const value = change.text ? readText(type, change.value) : change.value;
      const wrong = unstorable(value);
      if (wrong !== null) return { wrong: `${change.field}: ${wrong}` };
      named[change.field] = value;
    }
  }
  const checked = new DataChecker(fields).check(named, data);
  if (!('problems' in checked)) return checked;
  return { wrong: checked.problems.map(({ path, msg }) => [...path, msg].join(': ')).join('; ') };
}

/** As deep as what a request brings may be. */
const MOST_DEPTH = 64;

/** What of a value PostgreSQL would refuse, or null. A request is looked through when it comes; a template makes it later. */
function unstorable(value: unknown, depth = 0): string | null {
  if (typeof value === 'string') return unstorableText(value);
  if (typeof value !== 'object' || value === null) return null;
  if (depth === MOST_DEPTH) return `is nested more than ${MOST_DEPTH} deep`;
  for (const [key, inner] of Object.entries(value)) {
    const wrong = unstorableText(key) ?? unstorable(inner, depth + 1);
    if (wrong !== null) return wrong;
  }
  return null;
}

function unstorableText(text: string): string | null {
  if (text.includes('\0')) return 'holds a NUL character, which can not be stored';
  return text.isWellFormed() ? null : 'holds half of a surrogate pair; it must be valid Unicode';
}

/** Rendered text as a value of the field's type; what does not fit is left for the check to refuse. */
function readText(type: string | undefined, value: unknown): unknown {
  if (typeof value !== 'string' || type === 'STRING' || type === undefined) return value;
  const text = value.trim();
  if (text === '') return null;
  if (type === 'NUMBER') return Number.isNaN(Number(text)) ? value : Number(text);
  if (type === 'BOOLEAN') return text === 'true' ? true : text === 'false' ? false : value;
  if (type !== 'JSON') return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return value;
  }
}
