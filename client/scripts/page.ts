/** As much of an OpenAPI page as the generator reads. */

export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly 'x-scope': string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema: Schema;
  }[];
  readonly requestBody?: Content & { readonly required?: boolean };
  readonly responses: Readonly<Record<string, Content>>;
}

export interface Page {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** An operation and where it is. */
export interface Placed {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

/** Every operation below /v1 that answers once, in the order of the page: streams have methods of their own (src/events.ts). */
export function operationsOf(page: Page): Placed[] {
  return Object.entries(page.paths)
    .filter(([path]) => path.startsWith('/v1/'))
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
    )
    .filter(({ operation }) => operation.responses['200']?.content?.['text/event-stream'] === undefined);
}

/** How a list is paged: the member with its items, and the most of a page. Null: it is not. */
export function pagingOf(page: Page, { operation }: Placed): { readonly items: string; readonly most: number } | null {
  const limit = operation.parameters?.find(({ name, in: where }) => where === 'query' && name === 'limit');
  const answer = resolve(page, operation.responses['200']?.content?.['application/json']?.schema);
  if (!limit || answer?.properties?.['total'] === undefined || answer.properties['offset'] === undefined) return null;
  const lists = Object.entries(answer.properties).filter(([, { type }]) => type === 'array');
  const [items] = lists[0] ?? [];
  if (items === undefined || lists.length > 1) {
    throw new Error(`${operation.operationId}: a page should have one array, and has ${lists.length}`);
  }
  return { items, most: limit.schema.maximum ?? 100 };
}

function resolve(page: Page, schema: Schema | undefined): Schema | undefined {
  const name = schema?.$ref?.split('/').at(-1);
  return name === undefined ? schema : page.components.schemas[name];
}
