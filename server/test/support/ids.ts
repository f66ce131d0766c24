import { BODIES } from './bodies.ts';
import type { ApiOperation, Schema } from './operations.ts';
import type { Reply } from './world.ts';

/** A row of each kind that operations name, by the name that paths have for it. */
export type Ids = Readonly<Record<string, string>>;

/** The ids that a query or a body may hold, and the kind of row that they are of. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  customer_id: 'customer_id',
  schedule_id: 'schedule_id',
  ids: 'schedule_id',
  backfill_id: 'backfill_id',
  record_id: 'record_id',
  relative_entity_definition_id: 'definition_id',
  tenant_id: 'tenant_id',
};

/** An answer as bytes that two calls can share: without the id that was sent, and with what is made anew left out. */
export function bytesOf({ status, text, headers }: Reply, sent: Ids): string {
  let shown = text;
  for (const id of Object.values(sent)) shown = shown.replaceAll(id, '<sent>');
  const anew = [/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, /hc_live_\w+/g, /body-\d+/g];
  for (const pattern of anew) shown = shown.replaceAll(pattern, '<new>');
  const told = [...headers].filter(([name]) => name !== 'x-request-id');
  return JSON.stringify([status, shown, told]);
}

/** Some of the rows, by these names. */
export const kinds = (names: readonly string[], ids: Ids): Ids =>
  Object.fromEntries(names.map((name) => [name, ids[name] ?? '']));

/** All ways to take some of the names, at least one. */
export function choicesOf(names: readonly string[]): string[][] {
  const choices = names.reduce<string[][]>((sets, name) => [...sets, ...sets.map((set) => [...set, name])], [[]]);
  return choices.filter((set) => set.length > 0);
}

/** The names of the members of a schema that hold ids, wherever they are. */
export function idNames(schema: Schema | null, name = ''): string[] {
  if (!schema) return [];
  if (schema.format === 'uuid') return [name];
  const parts = Object.entries(schema.properties ?? {}).flatMap(([member, part]) => idNames(part, member));
  const options = ['anyOf', 'oneOf', 'allOf'].flatMap((keyword) => (schema[keyword] as Schema[] | undefined) ?? []);
  return [...parts, ...idNames(schema.items ?? null, name), ...options.flatMap((option) => idNames(option, name))];
}

/** The parameters of a query that hold ids. */
export const queryIds = ({ parameters }: ApiOperation) =>
  parameters.filter((p) => p.in === 'query' && idNames(p.schema, p.name).length > 0).map(({ name }) => name);

let bodies = 0;

/** The bodies of an operation that name rows, with these. */
export function bodiesOf(operation: ApiOperation, ids: Ids, now: number): readonly unknown[] {
  bodies += 1;
  const unique = `body-${bodies}`;
  const make = (given: Ids) => BODIES[operation.id]?.({ idOf: (name) => given[name] ?? '', now, unique }) ?? [];
  // A body names a row if it is another one where the row is another one.
  const without = make({});
  return make(ids).filter((body, i) => JSON.stringify(body) !== JSON.stringify(without[i]));
}
