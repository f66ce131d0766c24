import { z } from '@hono/zod-openapi';
import { safeParse } from './safe-parse.ts';

type Json = Readonly<Record<string, unknown>>;
type Place = readonly PropertyKey[];

/** Where an issue lies: of fields that there are not, at each of them. */
export function placesOf(issues: readonly z.core.$ZodIssue[]): Place[] {
  return issues.flatMap((issue): Place[] =>
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path],
  );
}

/** Whether a place is one of these, or inside it. */
export function isWithin(place: Place, places: readonly Place[]): boolean {
  return places.some((outer) => outer.length <= place.length && outer.every((part, i) => part === place[i]));
}

/**
 * The fields of a refused object that can be looked at further: each without the places that were refused inside it. One that
 * was refused itself is there as undefined, which is not the same as one that was not given.
 */
export function validFields(schema: z.ZodType, value: Json, refused: readonly Place[]): Record<string, unknown> {
  if (!(schema instanceof z.ZodObject)) return {};
  const kept = refused.reduce<unknown>(without, value) as Json;
  return Object.fromEntries(
    Object.entries(schema.shape as Record<string, z.ZodType>).flatMap(([key, field]): [string, unknown][] => {
      if (isWithin([key], refused)) return [[key, undefined]];
      const result = safeParse(field, Object.hasOwn(kept, key) ? kept[key] : undefined);
      if (!result.success) return [[key, undefined]];
      return result.data === undefined ? [] : [[key, result.data]];
    }),
  );
}

/** A copy less what is at a place. Items of a list stay: the others keep their places. */
function without(value: unknown, [key, ...rest]: Place): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || typeof key !== 'string') return value;
  if (!Object.hasOwn(value, key)) return value;
  const { [key]: inner, ...others } = value as Json;
  return rest.length === 0 ? others : { ...others, [key]: without(inner, rest) };
}
