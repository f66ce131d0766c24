import type { z } from '@hono/zod-openapi';
import type { FieldProblem } from '../domain/errors.ts';
import { show } from '../domain/show.ts';

/** The query of a URL, and what of it this operation can't mean: a parameter that it has not, or one given twice. */
export function readQuery(
  url: string,
  schema: z.ZodObject | undefined,
): { readonly values: Readonly<Record<string, string>>; readonly problems: FieldProblem[] } {
  const begin = url.indexOf('?');
  if (begin === -1) return { values: {}, problems: [] };
  const names = Object.keys(schema?.shape ?? {});
  const counts = new Map<string, number>();
  const values = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(url.slice(begin + 1))) {
    counts.set(name, (counts.get(name) ?? 0) + 1);
    if (names.includes(name)) values.set(name, value);
  }
  const problems = [...counts].flatMap(([name, times]): FieldProblem[] => {
    const loc = ['query', name];
    if (!names.includes(name)) {
      const valid = names.length === 0 ? 'there are none' : `there are ${names.join(', ')}`;
      return [{ loc, msg: `${show(name)} is not a parameter here; ${valid}`, type: 'extra_forbidden' }];
    }
    return times === 1 ? [] : [{ loc, msg: `is given ${times} times; give it once`, type: 'duplicate' }];
  });
  return { values: Object.fromEntries(values), problems };
}
