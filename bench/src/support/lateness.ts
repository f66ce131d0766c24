import type { Arrivals } from './receiver.ts';
import { spread, type Spread } from './stats.ts';

/** How late what came was, of the instants in a window; NaN-due arrivals are not counted. */
export interface Lateness extends Spread {
  /** Distinct (schedule, instant) pairs that came, of those that were due in the window. */
  readonly occurrences: number;
  /** Arrivals of a pair that had come before. */
  readonly twice: number;
}

/** The lateness of arrivals in ms, of instants from `from` to before `to`. */
export function latenessOf(
  arrivals: Arrivals,
  from = -Infinity,
  to = Infinity,
  keep = (_id: number) => true,
): Lateness {
  const late: number[] = [];
  const seen = new Set<string>();
  for (let i = 0; i < arrivals.ids.length; i += 1) {
    const due = arrivals.due[i] ?? NaN;
    const id = arrivals.ids[i] ?? NaN;
    if (!(due >= from && due < to) || !keep(id)) continue;
    const pair = `${id} ${due}`;
    // How late an occurrence is, its first delivery says.
    if (!seen.has(pair)) late.push((arrivals.at[i] ?? NaN) - due);
    seen.add(pair);
  }
  const counted = count(arrivals, from, to, keep);
  return { ...spread(late), occurrences: seen.size, twice: counted - seen.size };
}

function count(arrivals: Arrivals, from: number, to: number, keep: (id: number) => boolean): number {
  return arrivals.due.reduce(
    (sum, due, i) => (due >= from && due < to && keep(arrivals.ids[i] ?? NaN) ? sum + 1 : sum),
    0,
  );
}
