import type { Placed } from './page.ts';

/** Segments of paths that have a shorter name in the client. */
const SEGMENTS: Readonly<Record<string, string>> = { 'entity-definitions': 'entities', 'api-keys': 'keys' };

/** Operations whose path does not say it well. */
const PLACES: Readonly<Record<string, string>> = {
  // Beside schedules.preview(id).
  previewNewSchedule: 'schedules.previewNew',
  // It writes over what has the same external_id.
  putEntityRecord: 'entities.records.put',
  // The row stays.
  revokeApiKey: 'keys.revoke',
};

/** A resource: its methods by name, and the resources below it. */
export interface Resource {
  readonly methods: Map<string, Placed>;
  readonly below: Map<string, Resource>;
}

/**
 * The client's tree of an API page's operations: `/v1/schedules/{id}/pause` is `schedules.pause`. What a path has below an
 * id is a method while it is one operation and nothing goes on from there, else a resource: `entities.records.list`.
 */
export function resourcesOf(operations: readonly Placed[]): Resource {
  const root: Resource = { methods: new Map(), below: new Map() };
  const regular = operations.filter(({ operation }) => PLACES[operation.operationId] === undefined);
  for (const placed of operations) {
    const place = PLACES[placed.operation.operationId]?.split('.') ?? placeOf(placed, regular);
    add(at(root, place.slice(0, -1)), place.at(-1) ?? '', placed);
  }
  return root;
}

function placeOf(placed: Placed, regular: readonly Placed[]): string[] {
  const chain = chainOf(placed.path);
  const others = regular.filter((other) => other !== placed).map(({ path }) => chainOf(path));
  const alone = !others.some((other) => chain.every((name, index) => other[index] === name));
  const isMethod = chain.length > 1 && alone && (placed.method === 'GET' || placed.method === 'POST');
  return isMethod ? chain : [...chain, nameOf(placed)];
}

/** Two operations that would have one name keep their own: the page's `operationId`. */
function add({ methods, below }: Resource, name: string, placed: Placed): void {
  methods.set(methods.has(name) || below.has(name) ? placed.operation.operationId : name, placed);
}

function at(root: Resource, place: readonly string[]): Resource {
  let here = root;
  for (const name of place) {
    const next = here.below.get(name) ?? { methods: new Map(), below: new Map() };
    here.below.set(name, next);
    here = next;
  }
  return here;
}

function nameOf({ method, path, operation }: Placed): string {
  if (method === 'GET') return !path.endsWith('}') && operation.operationId.startsWith('list') ? 'list' : 'get';
  return { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' }[method] ?? operation.operationId;
}

/** The names in a path, without its ids. */
function chainOf(path: string): string[] {
  return path
    .split('/')
    .slice(2)
    .filter((part) => !part.startsWith('{'))
    .map((part) => SEGMENTS[part] ?? part.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase()));
}
