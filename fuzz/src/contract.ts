import { readFile } from 'node:fs/promises';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';
import type { ApiOperation, Schema } from '../../server/test/support/operations.ts';
import { PATIENCE_MS, type Outcome, type WireAnswer } from './client.ts';
import type { Shot } from './cases.ts';

const ROOTS = new Set<unknown>(['body', 'query', 'path', 'header']);
const DOCS = new URL('../../docs/errors.md', import.meta.url);

/** What answers have to be like, by the API page and docs/errors.md. */
export class Contract {
  readonly #ajv = new Ajv2020({ strict: false, allErrors: false });
  readonly #validators = new Map<Schema, ValidateFunction>();
  /** Code → status. */
  readonly #codes: ReadonlyMap<string, number>;
  /** Never to stand in an answer. */
  readonly #secret: string;

  private constructor(codes: ReadonlyMap<string, number>, secret: string) {
    ajvFormats.default(this.#ajv);
    this.#codes = codes;
    this.#secret = secret;
  }

  static async read(secret: string): Promise<Contract> {
    const rows = (await readFile(DOCS, 'utf8')).matchAll(/^\| `(\w+)` +\| (\d{3}) /gm);
    return new Contract(new Map([...rows].map(([, code = '', status]) => [code, Number(status)])), secret);
  }

  /** What is wrong with an answer, in sentences. */
  problems({ operation, request, statuses, addressed }: Shot, outcome: Outcome): string[] {
    if (outcome === 'hang') return [`no answer within ${PATIENCE_MS / 1_000} s`];
    // Who closes in the middle of a body need not be told anything.
    if (outcome === 'closed') return request.framing === 'cut' ? [] : ['the connection was closed without an answer'];
    const { status, text } = outcome;
    const problems: string[] = [];
    if (status >= 500) problems.push(`status ${status}`);
    if (text.includes(this.#secret)) problems.push('the caller’s API key stands in the answer');
    if (statuses && !statuses.includes(status)) problems.push(`status ${status}, not ${statuses.join(' or ')}`);
    if (addressed && !operation.answers.has(status)) problems.push(`status ${status} is not on the API page`);
    // Of a bulk, each item is taken or refused by itself.
    if (addressed && operation.body && status < 300 && !text.startsWith('{"results"') && holdsInfinity(request.body))
      problems.push('a number that can not be kept was taken');
    if (request.method === 'HEAD' || request.method === 'OPTIONS') return problems;
    // Node's own answer to an Expect that it does not know.
    if (!addressed && status === 417) return problems;
    if (status >= 400) problems.push(...this.#problemShape(outcome));
    else if (addressed) problems.push(...this.#answerShape(operation, outcome));
    return problems;
  }

  #problemShape({ status, headers, text }: WireAnswer): string[] {
    const body = parsed(text);
    if (!/^application\/json\b/.test(headers.get('content-type') ?? ''))
      return [`content type ${headers.get('content-type')}`];
    if (body === null || typeof body !== 'object') return ['the body of the error is no object'];
    const { detail, code } = body as { detail?: unknown; code?: unknown };
    if (status === 422) {
      if (!Array.isArray(detail) || detail.length === 0) return ['detail of a 422 is no list of problems'];
      return detail.every(isFieldProblem) ? [] : ['a problem of a 422 is not {loc, msg, type}'];
    }
    if (typeof detail !== 'string' || detail === '') return ['detail is no sentence'];
    if (typeof code !== 'string') return ['there is no code'];
    return this.#codes.get(code) === status ? [] : [`code ${code} with status ${status} is not in docs/errors.md`];
  }

  #answerShape(operation: ApiOperation, { status, text }: WireAnswer): string[] {
    const schema = operation.answers.get(status);
    if (schema === undefined) return [];
    if (schema === null) return text === '' ? [] : ['there is a body, and the API page has none'];
    const body = parsed(text);
    if (body === undefined) return ['the body is not JSON'];
    let validate = this.#validators.get(schema);
    if (!validate) this.#validators.set(schema, (validate = this.#ajv.compile(closed(schema))));
    return validate(body) ? [] : [`the body is not as on the API page: ${this.#ajv.errorsText(validate.errors)}`];
  }
}

function isFieldProblem(problem: unknown): boolean {
  if (problem === null || typeof problem !== 'object') return false;
  const { loc, msg, type } = problem as { loc?: unknown; msg?: unknown; type?: unknown };
  return (
    Array.isArray(loc) &&
    ROOTS.has(loc[0]) &&
    loc.every((part) => typeof part === 'string' || Number.isInteger(part)) &&
    typeof msg === 'string' &&
    msg !== '' &&
    typeof type === 'string' &&
    /^[a-z][a-z0-9_]*$/.test(type)
  );
}

/** The schema of an answer with no room for members that it does not name. */
function closed(schema: Schema): Schema {
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (value === null || typeof value !== 'object') return value;
    const parts = Object.fromEntries(Object.entries(value).map(([key, part]) => [key, walk(part)]));
    const open = !('properties' in parts) || 'additionalProperties' in parts || isProblem(parts);
    return open ? parts : { ...parts, additionalProperties: false };
  };
  return walk(schema) as Schema;
}

/** Errors may carry more members than the page names. */
function isProblem(schema: object): boolean {
  return 'properties' in schema && Object.hasOwn(schema.properties as object, 'code');
}

/** Whether a body has a number that no double holds: what is kept of it is something else. */
function holdsInfinity(body: Buffer | null): boolean {
  const look = (value: unknown): boolean =>
    typeof value === 'number'
      ? !Number.isFinite(value)
      : value !== null && typeof value === 'object' && Object.values(value).some(look);
  return body !== null && look(parsed(body.toString('utf8')));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
