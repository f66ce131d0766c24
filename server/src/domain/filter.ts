import type { EntityData } from './entity.ts';

/**
 * Conditions on the data of records. Two-valued throughout: a condition holds or it does not, and `not` is its opposite.
 * A field without a value is `missing`, which no comparison and no value meets. filter-parse.ts reads what callers write,
 * store/filter-sql.ts says the same in SQL; a test holds the two against each other.
 */
export type Filter =
  | { readonly kind: 'all' | 'any'; readonly of: readonly Filter[] }
  | { readonly kind: 'not'; readonly of: Filter }
  | { readonly kind: 'missing'; readonly field: string }
  | { readonly kind: 'one_of'; readonly field: string; readonly values: readonly unknown[] }
  | {
      readonly kind: 'compare';
      readonly field: string;
      readonly operator: Comparison;
      /** Text is compared by code points: dates and times as they are stored come in their own order by that. */
      readonly value: string | number;
    }
  /** The field's text holds this text. */
  | { readonly kind: 'has_text'; readonly field: string; readonly text: string }
  /** The field is a list, and one of its items equals this one. */
  | { readonly kind: 'has_item'; readonly field: string; readonly item: unknown };

export const COMPARISONS = ['$gt', '$gte', '$lt', '$lte'] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** Whether the data of a record meets the filter. */
export function matches(filter: Filter, data: EntityData): boolean {
  switch (filter.kind) {
    case 'all':
      return filter.of.every((part) => matches(part, data));
    case 'any':
      return filter.of.some((part) => matches(part, data));
    case 'not':
      return !matches(filter.of, data);
    default:
      return meets(filter, Object.hasOwn(data, filter.field) ? data[filter.field] : null);
  }
}

function meets(filter: Extract<Filter, { readonly field: string }>, value: unknown): boolean {
  if (value == null) return filter.kind === 'missing';
  switch (filter.kind) {
    case 'missing':
      return false;
    case 'one_of':
      return filter.values.some((wanted) => equal(wanted, value));
    case 'compare':
      return compares(filter.operator, value, filter.value);
    case 'has_text':
      return typeof value === 'string' && value.includes(filter.text);
    default:
      return Array.isArray(value) && value.some((item) => equal(item, filter.item));
  }
}

function compares(operator: Comparison, value: unknown, bound: string | number): boolean {
  let order: number;
  if (typeof value === 'number' && typeof bound === 'number') order = value - bound;
  else if (typeof value === 'string' && typeof bound === 'string') order = byCodePoints(value, bound);
  else return false;
  return HOLDS[operator](order);
}

const HOLDS: Readonly<Record<Comparison, (order: number) => boolean>> = {
  $gt: (order) => order > 0,
  $gte: (order) => order >= 0,
  $lt: (order) => order < 0,
  $lte: (order) => order <= 0,
};

/** Equality of JSON values: the order of members does not matter, that of items does. */
function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => equal(item, b[i]));
  }
  const members = Object.entries(a);
  const others = b as Readonly<Record<string, unknown>>;
  return (
    members.length === Object.keys(others).length &&
    members.every(([key, value]) => Object.hasOwn(others, key) && equal(value, others[key]))
  );
}

/** As PostgreSQL's collation "C" does in UTF-8. `<` compares UTF-16, where surrogates come before U+E000. */
function byCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i += 1) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
