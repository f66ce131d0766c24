import { latestStart } from './occurrences.ts';
import { concerns, dateOf, effectOf, type RelativeCursor, type RelativeEffect, type RelativePlan } from './relative.ts';
import type { EntityRecord } from './entity.ts';

const DAY = 86_400_000;
/** Stretches up to which it pays to look at days of the year before each date is computed. */
const SHORT = 3 * DAY;

/** What a write did to a record: its dates before, and what it is now; null: it is not there any more. */
export interface RecordChange {
  readonly id: string;
  readonly before: ReadonlyMap<string, number>;
  readonly after: Pick<EntityRecord, 'customer_id' | 'data'> | null;
}

interface Entry {
  readonly at: number;
  readonly change: RecordChange;
}

/** The changes of one transaction, to be asked by many rules: by date, so that each rule looks at those alone that are near. */
export class RecordChanges {
  readonly #changes: readonly RecordChange[];
  readonly #byField = new Map<string, readonly Entry[]>();

  constructor(changes: readonly RecordChange[]) {
    this.#changes = changes;
  }

  /** What the changes mean for an ACTIVE schedule, record by record. Pure. */
  effects(
    plan: RelativePlan,
    state: { readonly next_run_at: number | null; readonly relative_cursor: RelativeCursor },
    now: number,
  ): { readonly recordId: string; readonly effect: NonNullable<RelativeEffect> }[] {
    const horizon = now - latestStart(plan.schedule.catchup_window_minutes) - 1;
    const near = this.#near(
      plan,
      Math.min(horizon, (state.next_run_at ?? Infinity) - 1),
      state.next_run_at ?? Infinity,
    );
    return near.flatMap(({ id, before, after }) => {
      const is = after && dateOf(plan, after.data);
      const concerned = after !== null && is !== null && concerns(plan, after);
      const change = { record_id: id, before: before.get(plan.field) ?? null, after: is, concerns: concerned };
      const effect = effectOf(plan, state, change, now);
      return effect ? [{ recordId: id, effect }] : [];
    });
  }

  /** The changes with a date, old or new, that may have an occurrence in (after, until]. */
  #near(plan: RelativePlan, after: number, until: number): readonly RecordChange[] {
    const entries = this.#entries(plan.field);
    if (!plan.recurs) {
      const found = plan.timing
        .ranges(after, until)
        .flatMap(({ from, to }) => entries.slice(firstFrom(entries, from), firstFrom(entries, to)));
      return [...new Set(found.map(({ change }) => change))];
    }
    if (until - after > SHORT) return [...new Set(entries.map(({ change }) => change))];
    const probes = plan.timing.probes(after, until);
    const found = entries.filter(({ at }) => {
      const date = new Date(at);
      const key = date.getUTCDate() * 16 + date.getUTCMonth() + 1;
      return probes.some(({ days, from, to }) => {
        const clock = ((at % DAY) + DAY) % DAY;
        return clock >= from && clock < to && days.includes(key);
      });
    });
    return [...new Set(found.map(({ change }) => change))];
  }

  /** The old and new dates of a field, in their order. */
  #entries(field: string): readonly Entry[] {
    const known = this.#byField.get(field);
    if (known) return known;
    const entries = this.#changes
      .flatMap((change): Entry[] => {
        const value = change.after?.data[field];
        const dates = [change.before.get(field), typeof value === 'string' ? Date.parse(value) : undefined];
        return dates.flatMap((at) => (at === undefined || Number.isNaN(at) ? [] : [{ at, change }]));
      })
      .toSorted((a, b) => a.at - b.at);
    this.#byField.set(field, entries);
    return entries;
  }
}

/** The index of the first entry that is not before `at`. */
function firstFrom(entries: readonly Entry[], at: number): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle]?.at ?? Infinity) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
