import type { Context } from 'hono';
import type { FieldProblem } from '../domain/errors.ts';

type ReadValue = { readonly value: unknown } | { readonly problem: FieldProblem };

/** A line of a body of lines, read when its turn comes: a bad one is no problem of the others. */
export class JsonLine {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  read(): ReadValue {
    return readText(this.#text);
  }
}

/** The body of a request as a value: JSON, or where the operation takes them, lines of JSON under that member's name. */
export async function readBody(
  c: Context,
  operation: { readonly bodyOptional?: boolean; readonly lines?: string },
): Promise<{ value?: unknown; problem?: FieldProblem }> {
  const text = await c.req.text();
  if (operation.lines !== undefined && isLines(c.req.header('content-type'))) {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    return { value: { [operation.lines]: lines.map((line) => new JsonLine(line)) } };
  }
  if (text.trim() !== '') return readText(text);
  return operation.bodyOptional === true
    ? { value: {} }
    : { problem: { loc: ['body'], msg: 'a JSON body is required', type: 'missing' } };
}

function readText(text: string): ReadValue {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'it can not be read';
    return { problem: { loc: ['body'], msg: `is not valid JSON: ${reason}`, type: 'json_invalid' } };
  }
}

function isLines(contentType: string | undefined): boolean {
  return /^application\/(?:x-)?(?:ndjson|jsonlines)\b/i.test(contentType?.trim() ?? '');
}
