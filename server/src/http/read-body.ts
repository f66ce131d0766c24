import type { Context } from 'hono';
import { AppError, ValidationError, type FieldProblem } from '../domain/errors.ts';
import { readJson } from './json.ts';

declare module 'hono' {
  interface ContextVariableMap {
    /** The most bytes of this request's body. */
    mostBody: number;
    bodyBytes: Promise<Uint8Array>;
    bodyText: Promise<string>;
  }
}

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
  let text: string;
  try {
    text = await bodyText(c);
  } catch (error) {
    const problem = error instanceof ValidationError ? error.problems[0] : undefined;
    if (problem) return { problem };
    throw error;
  }
  if (operation.lines !== undefined && isLines(c.req.header('content-type'))) {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    return { value: { [operation.lines]: lines.map((line) => new JsonLine(line)) } };
  }
  if (text.trim() !== '') return readText(text);
  return operation.bodyOptional === true
    ? { value: {} }
    : { problem: { loc: ['body'], msg: 'a JSON body is required', type: 'missing' } };
}

/**
 * The body as text. It is read once, after the caller is known, and no further than the place allows.
 * @throws AppError `payload_too_large`, `malformed_request`; ValidationError where it is no UTF-8
 */
export function bodyText(c: Context): Promise<string> {
  const known = c.get('bodyText') as Promise<string> | undefined;
  if (known) return known;
  const text = bodyBytes(c).then(decoded);
  c.set('bodyText', text);
  return text;
}

/**
 * Waits for the end of a body that the operation has no use for: a request that is not whole does nothing.
 * @throws AppError `payload_too_large`, `malformed_request`
 */
export async function endOfBody(c: Context): Promise<void> {
  const { headers } = c.req.raw;
  if (headers.has('content-length') || headers.has('transfer-encoding')) await bodyBytes(c);
}

function bodyBytes(c: Context): Promise<Uint8Array> {
  const known = c.get('bodyBytes') as Promise<Uint8Array> | undefined;
  if (known) return known;
  const bytes = readBytes(c);
  c.set('bodyBytes', bytes);
  return bytes;
}

/** @throws AppError `payload_too_large` */
export function tooLarge(most: number): never {
  throw new AppError('payload_too_large', `The body is larger than ${most} bytes.`);
}

async function readBytes(c: Context): Promise<Uint8Array> {
  // Node holds a caller to the length that it announced, and request-shape has looked at it.
  const announced = c.req.header('content-length') !== undefined && c.req.header('transfer-encoding') === undefined;
  const most = c.get('mostBody');
  try {
    return announced ? new Uint8Array(await c.req.arrayBuffer()) : await readAtMost(c.req.raw.body, most);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('malformed_request', 'The body ended before it was complete.', { cause: error });
  }
}

async function readAtMost(body: ReadableStream<Uint8Array> | null, most: number): Promise<Uint8Array> {
  if (!body) return new Uint8Array();
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Not `for await`: that would cancel the body, and with it the connection that the answer goes to.
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > most) tooLarge(most);
    chunks.push(value);
  }
  return Buffer.concat(chunks, size);
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

function decoded(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    const msg = 'is not valid UTF-8; send the text in that encoding';
    throw new ValidationError([{ loc: ['body'], msg, type: 'unicode' }]);
  }
}

function readText(text: string): ReadValue {
  const read = readJson(text);
  return 'problem' in read ? { problem: { loc: ['body'], ...read.problem } } : read;
}

function isLines(contentType: string | undefined): boolean {
  return /^application\/(?:x-)?(?:ndjson|jsonlines)\b/i.test(contentType?.trim() ?? '');
}
