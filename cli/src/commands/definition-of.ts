import type { Client, EntityDefinition } from '../api.ts';
import { Absent } from '../exit.ts';

const ID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
const SLUG = /^[a-z][a-z0-9_-]{0,62}$/;

/** The definition with this slug or id. @throws Absent when there is none with this slug */
export async function definitionOf({ entities }: Client, name: string): Promise<EntityDefinition> {
  if (ID.test(name)) return await entities.get(name);
  const { entity_definitions: found } = SLUG.test(name)
    ? await entities.list({ slug: name })
    : { entity_definitions: [] };
  if (found[0]) return found[0];
  const { entity_definitions: all, total } = await entities.list({ limit: 100 });
  const more = total > all.length ? ', …' : '';
  const there = all.length === 0 ? 'there is none yet' : `there are ${all.map((one) => one.slug).join(', ')}${more}`;
  throw new Absent(`There is no entity definition with the slug ${JSON.stringify(name)}; ${there}.`);
}
