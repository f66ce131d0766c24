import { z } from '@hono/zod-openapi';

/** The fields of the object that lies at a path in a schema; none where the schema has no one object there. */
export function fieldNames(schema: z.ZodType | undefined, path: readonly PropertyKey[]): readonly string[] {
  let at = bare(schema);
  for (const step of path) {
    if (at instanceof z.ZodObject) at = bare(at.shape[String(step)] as z.ZodType | undefined);
    else if (at instanceof z.ZodArray) at = bare(at.element as z.ZodType);
    else return [];
  }
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

/** Without what says that it may be absent or null, or how it is read. */
function bare(schema: z.ZodType | undefined): z.ZodType | undefined {
  let inner = schema;
  for (;;) {
    if (inner instanceof z.ZodPipe) inner = inner.out as z.ZodType;
    else if (inner instanceof z.ZodOptional || inner instanceof z.ZodNullable || inner instanceof z.ZodDefault)
      inner = inner.unwrap() as z.ZodType;
    else return inner;
  }
}
