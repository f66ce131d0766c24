import type { z } from '@hono/zod-openapi';
import type { FieldProblem } from '../domain/errors.ts';
import { show } from '../domain/show.ts';

type Issue = z.core.$ZodIssue & { readonly input?: unknown };

/** The issues of a schema as problems of the 422 answer: where, what was given, what would be valid, a stable type. */
export function problemsOf(
  issues: readonly z.core.$ZodIssue[],
  root: 'body' | 'query' | 'path' | 'header',
): FieldProblem[] {
  return issues.flatMap((issue): FieldProblem[] => {
    const loc = [root, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))];
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        loc: [...loc, key],
        msg: `${show(key)} is not a field here; leave it out`,
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

function describe(issue: Issue): { msg: string; type: string } {
  if (issue.input === undefined && (issue.code === 'invalid_type' || issue.code === 'invalid_value')) {
    return { msg: 'this field is required', type: 'missing' };
  }
  const got = `got ${show(issue.input)}`;
  switch (issue.code) {
    case 'invalid_type':
      return {
        msg: `must be ${TYPES[issue.expected] ?? `a ${issue.expected}`}, ${got}`,
        type: `${issue.expected}_type`,
      };
    case 'too_small':
    case 'too_big': {
      const low = issue.code === 'too_small';
      const bound = low ? issue.minimum : issue.maximum;
      const words = low ? 'at least' : 'at most';
      if (issue.origin === 'string') {
        const length = typeof issue.input === 'string' ? `got ${issue.input.length}` : got;
        return {
          msg: `must have ${words} ${bound} characters, ${length}`,
          type: low ? 'string_too_short' : 'string_too_long',
        };
      }
      if (issue.origin === 'array') {
        const length = Array.isArray(issue.input) ? `, got ${issue.input.length}` : '';
        return { msg: `must have ${words} ${bound} items${length}`, type: low ? 'too_short' : 'too_long' };
      }
      return { msg: `must be ${words} ${bound}, ${got}`, type: low ? 'greater_than_equal' : 'less_than_equal' };
    }
    case 'invalid_value':
      return { msg: `must be one of ${issue.values.map(String).join(', ')}; ${got}`, type: 'enum' };
    case 'invalid_format':
      return {
        msg: `must be a valid ${issue.format === 'guid' ? 'UUID' : issue.format}, ${got}`,
        type: `${issue.format}_format`,
      };
    default:
      return { msg: `${issue.message}, ${got}`, type: issue.code };
  }
}

const TYPES: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'a string',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
};

/** The deepest that a request's JSON may be nested. */
const MAX_DEPTH = 64;

/**
 * What no field may hold, wherever it is: NUL and lone surrogates, which PostgreSQL can't store, and nesting so deep
 * that no one meant it.
 */
export function unstorable(value: unknown, loc: readonly (string | number)[]): FieldProblem[] {
  if (loc.length > MAX_DEPTH) return [{ loc, msg: `is nested more than ${MAX_DEPTH} deep`, type: 'too_deep' }];
  if (typeof value === 'string') return unstorableText(value, loc);
  if (Array.isArray(value)) return value.flatMap((part, i) => unstorable(part, [...loc, i]));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, part]) => [
    ...unstorableText(key, loc),
    ...unstorable(part, [...loc, key]),
  ]);
}

function unstorableText(text: string, loc: readonly (string | number)[]): FieldProblem[] {
  if (text.includes('\u0000'))
    return [{ loc, msg: 'holds a NUL character, which can not be stored', type: 'nul_character' }];
  if (!text.isWellFormed())
    return [{ loc, msg: 'holds half of a surrogate pair; it must be valid Unicode', type: 'unicode' }];
  return [];
}
