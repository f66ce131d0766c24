import type { z } from '@hono/zod-openapi';
import type { FieldProblem } from '../domain/errors.ts';
import { problemsOf, unstorable } from './invalid.ts';
import { safeParse } from './safe-parse.ts';

/**
 * Reads a part of a request by its schema: the whole when it is valid, else the fields that are valid by themselves, and
 * what is wrong with the others.
 * @param itemwise leaves text that can't be stored to whoever reads the items of the part
 */
export function readPart<S extends z.ZodObject>(
  schema: S,
  value: unknown,
  root: 'body' | 'query' | 'path' | 'header',
  itemwise = false,
): { readonly data: z.output<S>; readonly problems: readonly FieldProblem[] } {
  const bad = itemwise ? [] : unstorable(value, [root]);
  const result = safeParse(schema, value);
  const problems = [...bad, ...(result.success ? [] : problemsOf(result.error.issues, root, schema))];
  if (result.success && bad.length === 0) return { data: result.data, problems };
  return { data: validPart(schema, value, new Set(bad.map((problem) => problem.loc[1]))), problems };
}

/** The fields that are valid by themselves: what further checks can go on with. */
function validPart<S extends z.ZodObject>(schema: S, value: unknown, bad: ReadonlySet<unknown>): z.output<S> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return {} as z.output<S>;
  const given = value as Record<string, unknown>;
  const valid = Object.entries(schema.shape).flatMap(([key, field]) => {
    if (bad.has(key)) return [];
    const result = safeParse(field as z.ZodType, Object.hasOwn(given, key) ? given[key] : undefined);
    return result.success && result.data !== undefined ? [[key, result.data] as const] : [];
  });
  return Object.fromEntries(valid) as z.output<S>;
}
