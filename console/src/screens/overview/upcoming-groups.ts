import type { Overview } from '@hydracore/client';

type Brief = NonNullable<Overview['upcoming']>[number];

export interface UpcomingGroup {
  readonly name: string;
  readonly items: readonly Brief[];
}

const GROUPS = [
  ['Within a minute', 60_000],
  ['Within the hour', 3_600_000],
  ['Within a day', 86_400_000],
  ['Later', Infinity],
] as const;

/** What comes, parted by how near it is; parts in which nothing is are left out. Pure. */
export function groupsOf(upcoming: readonly Brief[], now: number): UpcomingGroup[] {
  const found = new Map<string, Brief[]>();
  for (const item of upcoming) {
    if (item.next_run_at === null) continue;
    const away = Date.parse(item.next_run_at) - now;
    const [name] = GROUPS.find(([, most]) => away < most) ?? ['Later'];
    found.set(name, [...(found.get(name) ?? []), item]);
  }
  return [...found].map(([name, items]) => ({ name, items }));
}
