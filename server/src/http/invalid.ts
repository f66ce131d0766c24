import type { z } from '@hono/zod-openapi';
import { MASK } from '../actions/ledger.ts';
import type { FieldProblem } from '../domain/errors.ts';
import { nearName } from '../domain/near-name.ts';
import { show } from '../domain/show.ts';
import { fieldNames } from './field-names.ts';
import { MOST_DEPTH } from './json.ts';

type Issue = z.core.$ZodIssue & { readonly input?: unknown };

/**
 * The issues of a schema as problems of the 422 answer: where, what was given, what would be valid, a stable type.
 * @param schema whose issues they are: it knows the fields that somebody may have misspelt
 */
export function problemsOf(
  issues: readonly z.core.$ZodIssue[],
  root: 'body' | 'query' | 'path' | 'header',
  schema?: z.ZodType,
): FieldProblem[] {
  return issues.flatMap((issue, i): FieldProblem[] => {
    // Zod's bound of all whole numbers says nothing beside the field's own, which comes behind it.
    if (isWiderBound(issue, issues[i + 1])) return [];
    const loc = [root, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))];
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        loc: [...loc, key],
        msg: `${show(key)} is not a field here; ${insteadOf(key, issue, schema)}`,
        type: 'extra_forbidden',
      }));
    }
    if (issue.code === 'custom') {
      const type = (issue.params as { type?: string } | undefined)?.type ?? 'value_error';
      return [{ loc, msg: issue.message, type }];
    }
    return [{ loc, ...describe(issue) }];
  });
}

/** Whether the next issue is of the same place and gives a bound that is narrower. */
function isWiderBound(issue: z.core.$ZodIssue, next: z.core.$ZodIssue | undefined): boolean {
  if (next === undefined || issue.path.join('\n') !== next.path.join('\n')) return false;
  if (issue.code === 'too_big' && next.code === 'too_big') return next.maximum <= issue.maximum;
  return issue.code === 'too_small' && next.code === 'too_small' && next.minimum >= issue.minimum;
}

/** What to do about a field that is not there: take the one that was probably meant, unless that is given, too. */
function insteadOf(key: string, issue: Issue, schema: z.ZodType | undefined): string {
  const given = issue.input;
  const names = fieldNames(schema, issue.path);
  const has = (name: string) => typeof given === 'object' && given !== null && Object.hasOwn(given, name);
  // What is another spelling of a field that is given stands for no other one, however like it that is.
  const near = names.some((name) => has(name) && sameLetters(name, key))
    ? undefined
    : nearName(
        key,
        names.filter((name) => !has(name)),
      );
  return near === undefined ? 'leave it out' : `did you mean ${near}?`;
}

/** Whether two names differ in nothing but case and what parts their words. */
function sameLetters(a: string, b: string): boolean {
  const letters = (name: string) => name.replaceAll(/[_\s-]/g, '').toLowerCase();
  return letters(a) === letters(b);
}

function describe(issue: Issue): { msg: string; type: string } {
  if (issue.input === undefined && (issue.code === 'invalid_type' || issue.code === 'invalid_value')) {
    return { msg: 'this field is required', type: 'missing' };
  }
  if (issue.code === 'invalid_union' && issue.discriminator !== undefined) return noneOf(issue, issue.discriminator);
  const got = `got ${show(issue.input)}`;
  // Of a secret is told neither what it is instead of a text, nor how long it is.
  const hidden = issue.input === MASK;
  switch (issue.code) {
    case 'invalid_type':
      return {
        msg: `must be ${TYPES[issue.expected] ?? `a ${issue.expected}`}${hidden ? '' : `, ${got}`}`,
        type: `${issue.expected}_type`,
      };
    case 'too_small':
    case 'too_big': {
      const low = issue.code === 'too_small';
      const bound = low ? issue.minimum : issue.maximum;
      const words = low ? 'at least' : 'at most';
      if (issue.origin === 'string') {
        if (issue.input === '') return { msg: 'must not be empty', type: 'string_too_short' };
        const length = typeof issue.input === 'string' ? `got ${issue.input.length}` : got;
        return {
          msg: `must have ${words} ${bound} characters${hidden ? '' : `, ${length}`}`,
          type: low ? 'string_too_short' : 'string_too_long',
        };
      }
      if (issue.origin === 'array') {
        if (Array.isArray(issue.input) && issue.input.length === 0)
          return { msg: 'must not be empty', type: 'too_short' };
        const length = Array.isArray(issue.input) ? `, got ${issue.input.length}` : '';
        return { msg: `must have ${words} ${bound} items${length}`, type: low ? 'too_short' : 'too_long' };
      }
      return { msg: `must be ${words} ${bound}, ${got}`, type: low ? 'greater_than_equal' : 'less_than_equal' };
    }
    case 'invalid_value':
      return { msg: `must be one of ${issue.values.map(String).join(', ')}; ${got}`, type: 'enum' };
    case 'invalid_format':
      // A pattern is nothing to read: each says in words what it takes.
      if (issue.format === 'regex') return { msg: `${issue.message}, ${got}`, type: 'regex_format' };
      return {
        msg: `must be ${FORMATS[issue.format] ?? `a valid ${issue.format}`}, ${got}`,
        type: `${issue.format}_format`,
      };
    default:
      return { msg: `${issue.message}, ${got}`, type: issue.code };
  }
}

/** Of a union that goes by a field (`discriminator`) the whole is given: what that field is to be, and what it is. */
function noneOf(issue: z.core.$ZodIssueInvalidUnion & Issue, field: string): { msg: string; type: string } {
  const options = 'options' in issue ? (issue.options as readonly unknown[]).map(String).join(', ') : '';
  const given: unknown = (issue.input as Readonly<Record<string, unknown>> | undefined)?.[field];
  return given === undefined
    ? { msg: `this field is required: one of ${options}`, type: 'missing' }
    : { msg: `must be one of ${options}; got ${show(given)}`, type: 'enum' };
}

const FORMATS: Readonly<Record<string, string>> = {
  guid: 'a valid UUID',
  datetime: 'an RFC 3339 instant with Z or an offset, such as 2027-01-01T00:00:00Z',
};

const TYPES: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'a string',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
};

/** The most values (fields, items, and what is in them) of a body or of one item of a bulk. */
const MOST_VALUES = 10_000;

/** The most characters of all texts and names in it: what a body alone may have, for an item of a bulk, too. */
const MOST_CHARACTERS = 256 * 1024;

/** Problems of this kind that are looked for: further ones say nothing new. */
const ENOUGH = 100;

type Place = readonly (string | number)[];

/**
 * What no field may hold, wherever it is: NUL and lone surrogates, which PostgreSQL can't store, numbers beyond what a
 * double can be, nesting so deep that no one meant it, and more values than a request or an item of it has any use for. Without recursion: a value's depth costs no stack.
 */
export function unstorable(value: unknown, loc: Place): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const open: { readonly part: unknown; readonly place: Place }[] = [{ part: value, place: loc }];
  let values = 0;
  let characters = 0;
  for (let next = open.pop(); next && problems.length < ENOUGH; next = open.pop()) {
    const { part, place } = next;
    if (typeof part === 'string') {
      characters += part.length;
      problems.push(...unstorableText(part, place));
    }
    if (characters > MOST_CHARACTERS) {
      const msg = `holds more than ${MOST_CHARACTERS} characters in all its texts; keep large ones elsewhere and send references`;
      return [...problems, { loc: loc.slice(0, 1), msg, type: 'too_large' }];
    }
    if (typeof part === 'number' && !Number.isFinite(part)) {
      // JSON.parse makes Infinity of it, and what is written of that is null.
      const msg = 'is a number too large to be kept; it can be up to 1.797e308';
      problems.push({ loc: place, msg, type: 'finite_number' });
    }
    if (part === null || typeof part !== 'object') continue;
    if (place.length > MOST_DEPTH) {
      problems.push({ loc: place, msg: `is nested more than ${MOST_DEPTH} deep`, type: 'too_deep' });
      continue;
    }
    values += Array.isArray(part) ? part.length : Object.keys(part).length;
    if (values > MOST_VALUES) {
      const msg = `holds more than ${MOST_VALUES} values (fields and items, at every depth); send less at once`;
      return [...problems, { loc: loc.slice(0, 1), msg, type: 'too_many_values' }];
    }
    const inner: readonly (readonly [string | number, unknown])[] = Array.isArray(part)
      ? [...part.entries()]
      : Object.entries(part);
    for (const [key] of inner) {
      if (typeof key === 'number') continue;
      characters += key.length;
      problems.push(...unstorableText(key, place));
    }
    // From behind, so that they are looked at, and told, in their order.
    for (const [key, value] of inner.toReversed()) open.push({ part: value, place: [...place, key] });
  }
  return problems;
}

function unstorableText(text: string, loc: Place): FieldProblem[] {
  if (text.includes('\u0000'))
    return [{ loc, msg: 'holds a NUL character, which can not be stored', type: 'nul_character' }];
  if (!text.isWellFormed())
    return [{ loc, msg: 'holds half of a surrogate pair; it must be valid Unicode', type: 'unicode' }];
  return [];
}
