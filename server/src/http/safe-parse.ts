import { z } from '@hono/zod-openapi';

/** What a value is that no check can look at. */
const UNREADABLE =
  'has a member "length" or "size" that can not be compared; send a value of the type that is asked for';

/**
 * As Zod does it, for what callers send. Zod compares the `length` and `size` of whatever has one, of objects in the place of
 * texts, too, and throws where an object such as `{"length":{"toString":1}}` can't be compared.
 */
export function safeParse<S extends z.ZodType>(schema: S, value: unknown): z.ZodSafeParseResult<z.output<S>> {
  try {
    return schema.safeParse(value, { reportInput: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { success: false, error: new z.ZodError(issuesByField(schema, value)) } as z.ZodSafeParseResult<z.output<S>>;
  }
}

/** Where it is, as far as fields can be looked at one by one. */
function issuesByField(schema: z.ZodType, value: unknown): z.core.$ZodIssue[] {
  if (!(schema instanceof z.ZodObject) || value === null || typeof value !== 'object') {
    return [{ code: 'custom', path: [], message: UNREADABLE, params: { type: 'unreadable' }, input: value }];
  }
  return Object.entries(schema.shape as Record<string, z.ZodType>).flatMap(([key, field]) => {
    const result = safeParse(field, Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined);
    return result.success ? [] : result.error.issues.map((issue) => ({ ...issue, path: [key, ...issue.path] }));
  });
}
