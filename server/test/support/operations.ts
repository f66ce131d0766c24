import type { World } from './world.ts';

/** A schema of the API page, its references put in place. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly [keyword: string]: unknown;
}

/** A parameter in the path, the query or the headers of an operation. */
export interface ApiParameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly schema: Schema;
}

/** One operation, as /openapi.json tells of it. */
export interface ApiOperation {
  readonly id: string;
  readonly method: string;
  readonly scope: string;
  /** Its path with `{names}`. */
  readonly template: string;
  /** The names in its path. */
  readonly named: readonly string[];
  readonly parameters: readonly ApiParameter[];
  /** What a JSON body of it looks like; null: it takes none. */
  readonly body: Schema | null;
  /** Whether it takes a body of lines (`application/x-ndjson`) too. */
  readonly lines: boolean;
  /** Whether its answer goes on until somebody ends it. */
  readonly streams: boolean;
  /** The statuses that it may answer; null: without a body. */
  readonly answers: ReadonlyMap<number, Schema | null>;
  /** The path with these ids in it. */
  readonly path: (idOf: (name: string) => string) => string;
}

/** Every operation of the API page that asks for a key or a completion token: those of later versions, too. */
export async function operationsOf(world: World): Promise<ApiOperation[]> {
  return (await everyOperationOf(world)).filter(({ scope }) => scope !== 'session');
}

/** The same with those of sessions. */
export async function everyOperationOf(world: World): Promise<ApiOperation[]> {
  const { body: page } = await world.call('GET', '/openapi.json');
  return operationsIn(page);
}

/** Every operation of an API page. */
export function operationsIn(page: Page): ApiOperation[] {
  const inPlace = (schema: Schema) => inlined(schema, page.components.schemas);
  return Object.entries(page.paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, operation]): ApiOperation => {
      const content = operation.requestBody?.content ?? {};
      const json = content['application/json'];
      return {
        id: operation.operationId,
        method: method.toUpperCase(),
        scope: operation['x-scope'],
        template,
        named: [...template.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name),
        parameters: (operation.parameters ?? []).map((parameter) => ({
          ...parameter,
          schema: inPlace(parameter.schema),
        })),
        body: json ? inPlace(json.schema) : null,
        lines: content['application/x-ndjson'] !== undefined,
        streams: operation.responses['200']?.content?.['text/event-stream'] !== undefined,
        answers: new Map(
          Object.entries(operation.responses).map(([status, answer]) => {
            const schema = answer.content?.['application/json']?.schema;
            return [Number(status), schema ? inPlace(schema) : null];
          }),
        ),
        path: (idOf) => template.replaceAll(/\{(\w+)\}/g, (_, name: string) => idOf(name)),
      };
    }),
  );
}

const REFERENCE = '#/components/schemas/';

function inlined(schema: Schema, components: Readonly<Record<string, Schema>>): Schema {
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (value === null || typeof value !== 'object') return value;
    if ('$ref' in value && typeof value.$ref === 'string') return walk(components[value.$ref.slice(REFERENCE.length)]);
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, walk(part)]));
  };
  return walk(schema) as Schema;
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

/** /openapi.json, as far as it is looked at. */
export interface Page {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          {
            readonly operationId: string;
            readonly 'x-scope': string;
            readonly parameters?: readonly ApiParameter[];
            readonly requestBody?: Content;
            readonly responses: Readonly<Record<string, Content>>;
          }
        >
      >
    >
  >;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}
