import { HORIZON } from './calendar.ts';

/** Two days before 1970, so that every zone's wall clock at instant 0 lies inside the table. */
const FIRST = -172_800;
/** The table grows by this much at a time (40 years): most zones answer everyday questions from the first step. */
const STEP = 40 * 365.25 * 86_400;

/**
 * The offsets of one zone, as segments between transitions, in seconds. Native Temporal does 0.5 M zoned conversions a
 * second; a cached table and integer arithmetic do tens of millions, so Temporal is asked once per transition
 * (about 1.5 µs each) and never on a hot path.
 *
 * Segment `i` is [start(i), end(i)) in UTC; its wall clock shows UTC + offset(i).
 */
export class Zone {
  readonly name: string;
  readonly #starts: number[] = [-Infinity];
  readonly #offsets: number[];
  readonly #highs: number[] = [-Infinity];
  #known = FIRST;
  #pending: Temporal.ZonedDateTime | null;
  #hint = 0;

  constructor(name: string) {
    this.name = name;
    const first = new Temporal.ZonedDateTime(BigInt(FIRST) * 1_000_000_000n, name);
    this.#offsets = [first.offsetNanoseconds / 1e9];
    this.#pending = first.getTimeZoneTransition('next');
  }

  /** Index of the segment that holds UTC second `second`. */
  indexAt(second: number): number {
    if (second >= this.#known) this.#extend(second);
    const starts = this.#starts;
    // Callers walk forward, so the last answer or its neighbour is nearly always right.
    let low = this.#hint;
    if (starts[low]! <= second) {
      if (low + 1 === starts.length || second < starts[low + 1]!) return low;
      low += 1;
    } else low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= second) low = middle;
      else high = middle - 1;
    }
    this.#hint = low;
    return low;
  }

  /** First UTC second of segment `i`; -Infinity for the first. */
  start(i: number): number {
    return this.#starts[i]!;
  }

  /** First UTC second after segment `i`; Infinity when no transition follows before the horizon. */
  end(i: number): number {
    while (i + 1 === this.#starts.length && this.#known < HORIZON) this.#extend(this.#known);
    return i + 1 < this.#starts.length ? this.#starts[i + 1]! : Infinity;
  }

  /** Seconds to add to UTC in segment `i`. */
  offset(i: number): number {
    return this.#offsets[i]!;
  }

  /**
   * How far the wall clock had come before segment `i` began. Lower than start(i)+offset(i): the times between were jumped
   * over. Higher: the times between are shown for a second time. A running maximum, so that two shifts close together
   * cannot make a time look new; no zone since 1970 has had such a pair, but the next tz database may.
   */
  high(i: number): number {
    return this.#highs[i]!;
  }

  #extend(second: number): void {
    const target = Math.min(second + STEP, HORIZON);
    while (this.#pending !== null) {
      const at = this.#pending.epochMilliseconds / 1000;
      if (at >= target) break;
      const previous = this.#offsets.at(-1)!;
      const offset = this.#pending.offsetNanoseconds / 1e9;
      if (offset !== previous) {
        this.#highs.push(Math.max(this.#highs.at(-1)!, at + previous));
        this.#starts.push(at);
        this.#offsets.push(offset);
      }
      this.#pending = this.#pending.getTimeZoneTransition('next');
    }
    this.#known = this.#pending === null || target >= HORIZON ? Infinity : target;
  }
}

const cache = new Map<string, Zone>();

/**
 * The table of a zone, built on first use and kept. `name` is a proper spelling from {@link resolveTimezone}, so the
 * cache is bounded by the tz database (about 600 names, at most 20 KB each).
 */
export function zoneOf(name: string): Zone {
  let zone = cache.get(name);
  if (zone === undefined) {
    zone = new Zone(name);
    cache.set(name, zone);
  }
  return zone;
}
