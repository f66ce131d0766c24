import type { Random } from '../../faults/src/random.ts';
import type { Schema } from '../../server/test/support/operations.ts';
import { Members, membersOf, Verbatim } from './json-text.ts';
import { NAMES, NUMBERS, TEXTS, VALUES } from './naughty.ts';

/** Changes a JSON value in one place, anywhere in it: at the edge of what its schema allows, or far beyond. */
export function mutated(value: unknown, schema: Schema | null, random: Random): unknown {
  const members = membersOf(value);
  if (members && members.length > 0 && random.chance(0.85)) {
    const at = random.int(0, members.length - 1);
    const [name, part] = members[at] as readonly [string, unknown];
    if (random.chance(0.3)) return withMember(members, at, random);
    const inner = mutated(part, schema?.properties?.[name] ?? null, random);
    return new Members(members.map((member, i) => (i === at ? [name, inner] : member)));
  }
  if (Array.isArray(value) && value.length > 0 && random.chance(0.85)) {
    const at = random.int(0, value.length - 1);
    if (random.chance(0.3)) return withItem(value, at, random);
    return value.map((item, i): unknown => (i === at ? mutated(item, schema?.items ?? null, random) : item));
  }
  return replaced(value, schema, random);
}

/** Removes, doubles, renames or adds a member. */
function withMember(members: readonly (readonly [string, unknown])[], at: number, random: Random): Members {
  const [name, part] = members[at] as readonly [string, unknown];
  switch (random.int(0, 4)) {
    case 0:
      return new Members(members.filter((_, i) => i !== at));
    case 1:
      return new Members([...members, [name, random.pick(VALUES)]]);
    case 2:
      return new Members(members.map((member, i) => (i === at ? [name.toUpperCase(), part] : member)));
    case 3:
      return new Members([[random.pick(NAMES), random.pick(VALUES)], ...members]);
    default:
      return new Members([...members, [random.pick(NAMES), random.pick(VALUES)]]);
  }
}

function withItem(items: readonly unknown[], at: number, random: Random): unknown {
  switch (random.int(0, 3)) {
    case 0:
      return items.filter((_, i) => i !== at);
    case 1:
      return [...items, items[at]];
    case 2:
      return [...items, random.pick(VALUES)];
    default:
      return Array.from({ length: 10_001 }, () => null);
  }
}

function replaced(value: unknown, schema: Schema | null, random: Random): unknown {
  const edges = schema ? edgesOf(schema) : [];
  if (edges.length > 0 && random.chance(0.4)) return random.pick(edges);
  if (typeof value === 'string' && random.chance(0.7)) return random.pick(TEXTS);
  if (typeof value === 'number' && random.chance(0.7)) return random.pick(NUMBERS);
  return random.pick(VALUES);
}

/** Values just inside and just outside of what a schema allows. */
export function edgesOf(schema: Schema): unknown[] {
  const number = (keyword: string) => {
    const value = schema[keyword];
    return typeof value === 'number' && Math.abs(value) < 1e9 ? [value] : [];
  };
  const lengths = [...number('minLength'), ...number('maxLength')].filter((length) => length <= 100_000);
  const items = [...number('minItems'), ...number('maxItems')];
  const options = Array.isArray(schema['enum']) ? (schema['enum'] as unknown[]) : [];
  return [
    ...[...number('minimum'), ...number('maximum')].flatMap((edge) => [edge - 1, edge, edge + 1, edge + 0.5]),
    ...lengths.flatMap((length) => [
      'x'.repeat(Math.max(0, length - 1)),
      'x'.repeat(length),
      'x'.repeat(length + 1),
      '😀'.repeat(length >> 1),
      '😀'.repeat(length),
    ]),
    ...items.flatMap((length) => [Array.from({ length }, () => ''), Array.from({ length: length + 1 }, () => '')]),
    ...options.flatMap((option) =>
      typeof option === 'string' ? [option, option.toLowerCase(), ` ${option}`] : [option],
    ),
  ];
}

/** Keeps traffic on this machine: a URL that leads elsewhere becomes one that leads nowhere. */
export function tamed(value: unknown): unknown {
  if (typeof value === 'string') return isElsewhere(value) ? 'http://127.0.0.1:9/' : value;
  if (Array.isArray(value)) return value.map(tamed);
  if (value instanceof Verbatim) return value;
  const members = membersOf(value);
  return members ? new Members(members.map(([name, part]) => [name, tamed(part)])) : value;
}

function isElsewhere(text: string): boolean {
  const { protocol, hostname } = URL.parse(text.trim()) ?? { protocol: '', hostname: '' };
  return /^https?:$/.test(protocol) && hostname !== '127.0.0.1';
}
