import type { World } from './world.ts';

/** One operation, as /openapi.json tells of it. */
export interface ApiOperation {
  readonly id: string;
  readonly method: string;
  readonly scope: string;
  /** The names in its path. */
  readonly named: readonly string[];
  /** Whether it takes a body. */
  readonly body: boolean;
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
  const found: ApiOperation[] = [];
  for (const [template, methods] of Object.entries<Record<string, Described>>(page.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      found.push({
        id: operation.operationId,
        method: method.toUpperCase(),
        scope: operation['x-scope'],
        named: [...template.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name),
        body: operation.requestBody !== undefined,
        path: (idOf) => template.replaceAll(/\{(\w+)\}/g, (_, name: string) => idOf(name)),
      });
    }
  }
  return found;
}

interface Described {
  readonly operationId: string;
  readonly 'x-scope': string;
  readonly requestBody?: unknown;
}
