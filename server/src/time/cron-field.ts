import { ExpressionError } from './errors.ts';

/** One field of a CRON expression: how it is called in errors, what it may hold. */
export interface FieldSpec {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Three-letter names; names[0] is `min`. */
  readonly names?: readonly string[];
  /** What is written for a value, less the value: EventBridge writes Sunday, our 0, as 1. */
  readonly origin?: number;
  /** One more number, beyond `max`, that means `min`: Vixie's Sunday is 0 or 7. */
  readonly alias?: number;
  /** Whether `22-2` runs over the end. Years do not wrap. */
  readonly wraps: boolean;
}

/** A parsed field, in the 5, 6 or 7-field dialect's numbers whatever the input's were. */
export interface Field {
  /** 1 at index v - spec.min for each value v. */
  readonly values: Uint8Array;
  /** Starts with `*` (or is `?`): Vixie's test for "not restricted", so a star with a step counts too. */
  readonly star: boolean;
  /** Has `*`, a range or a step: Vixie's mark of a job that recurs rather than one at a fixed time. */
  readonly recurring: boolean;
  /** Canonical items, joined by commas. */
  readonly text: string;
}

/** Quotes what was wrong and where, so that the message can be shown as it is. */
export function cronError(type: string, problem: string, whole: string): ExpressionError {
  return new ExpressionError(type, `${problem} in "${whole}"`);
}

function numbers(spec: FieldSpec): string {
  const origin = spec.origin ?? 0;
  return `${spec.min + origin}–${spec.alias ?? spec.max + origin}`;
}

function allowed(spec: FieldSpec): string {
  return spec.names === undefined ? numbers(spec) : `${numbers(spec)} or ${spec.names[0]}–${spec.names.at(-1)}`;
}

/** A number or name of the field (in any case), checked against its range. */
export function readValue(spec: FieldSpec, text: string, whole: string): number {
  if (/^\d+$/.test(text)) {
    const value = Number(text) - (spec.origin ?? 0);
    if (value === spec.alias) return spec.min;
    if (value < spec.min || value > spec.max) {
      throw cronError('cron_out_of_range', `${spec.name} "${text}" is out of range ${numbers(spec)}`, whole);
    }
    return value;
  }
  const index = spec.names?.indexOf(text.toUpperCase()) ?? -1;
  if (index < 0) {
    throw cronError('cron_bad_value', `${spec.name} "${text}" is not valid: use ${allowed(spec)}`, whole);
  }
  return index + spec.min;
}

function readStep(spec: FieldSpec, text: string | undefined, item: string, whole: string): number {
  if (text === undefined) return 1;
  const size = spec.max - spec.min + 1;
  const step = /^\d+$/.test(text) ? Number(text) : 0;
  if (step < 1 || step > size) {
    throw cronError('cron_bad_step', `${spec.name} "${item}": a step is a number from 1 to ${size}`, whole);
  }
  return step;
}

/** Adds from…to by step; a range that ends before it starts runs over the end of the field (`22-2`). */
function addRange(spec: FieldSpec, values: Uint8Array, from: number, to: number, step: number): void {
  const size = spec.max - spec.min + 1;
  const end = to < from ? to + size : to;
  for (let i = from - spec.min; i <= end - spec.min; i += step) values[i < size ? i : i - size] = 1;
}

function addItem(spec: FieldSpec, item: string, whole: string, values: Uint8Array): string {
  const [range = '', stepText, ...rest] = item.split('/');
  const [fromText = '', toText, ...more] = range.split('-');
  if (fromText === '' || toText === '' || rest.length > 0 || more.length > 0) {
    const shown = item === '' ? 'has an empty item' : `"${item}" is not a value, a range or a step`;
    throw cronError('cron_bad_value', `${spec.name} ${shown}`, whole);
  }
  const step = readStep(spec, stepText, item, whole);
  if (fromText === '*') {
    if (toText !== undefined)
      throw cronError('cron_bad_value', `${spec.name} "${item}": a range needs two values`, whole);
    addRange(spec, values, spec.min, spec.max, step);
    return step === 1 ? '*' : `*/${step}`;
  }
  const from = readValue(spec, fromText, whole);
  if (toText === undefined && stepText === undefined) {
    values[from - spec.min] = 1;
    return String(from);
  }
  // `5/15` means from 5 to the end of the field.
  const end = toText === undefined ? spec.max : readValue(spec, toText, whole);
  // `0-7` is a whole week, where `0-0` would be one day; every other range that ends on 7 wraps to 0 and says the same.
  const to = from === spec.min && Number(toText) === spec.alias && fromText !== toText ? spec.max : end;
  if (to < from && !spec.wraps) {
    throw cronError('cron_bad_range', `${spec.name} "${item}" ends before it begins`, whole);
  }
  addRange(spec, values, from, to, step);
  return step === 1 ? `${from}-${to}` : `${from}-${to}/${step}`;
}

/**
 * Parses the plain grammar of a field: `*`, values, names, ranges, steps, lists. `special` sees each item first and
 * answers its canonical text when it took it (`L`, `15W`, `FRI#2`).
 */
export function parseField(
  spec: FieldSpec,
  text: string,
  whole: string,
  special?: (item: string) => string | undefined,
): Field {
  const values = new Uint8Array(spec.max - spec.min + 1);
  const items: string[] = [];
  for (const item of text.split(',')) {
    const canonical = special?.(item) ?? addItem(spec, item, whole, values);
    if (!items.includes(canonical)) items.push(canonical);
  }
  return { values, star: items[0]!.startsWith('*'), recurring: /[*/-]/.test(text), text: items.join(',') };
}
