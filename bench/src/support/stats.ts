/** Arithmetic of measurements. */

/** The value that `percent` of the sorted values do not pass (nearest rank); NaN where there is none. */
export function percentile(sorted: readonly number[] | Float64Array, percent: number): number {
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? Number.NaN;
}

/** What is told of a set of values. */
export interface Spread {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** The spread of values in any order. */
export function spread(values: Iterable<number>): Spread {
  const sorted = Float64Array.from(values).sort();
  const at = (percent: number) => percentile(sorted, percent);
  return { count: sorted.length, p50: at(50), p90: at(90), p95: at(95), p99: at(99), max: at(100) };
}

/** The middle value, of an even number the mean of the two in the middle. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? NaN) + upper) / 2;
}

export function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** To so many digits after the point. */
export function round(value: number, digits = 1): number {
  const factor = 10 ** digits;
  return Math.round(value * factor) / factor;
}

export function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

/** How much a series rises from its middle third to its last, as a factor of the means; NaN of fewer than three values. */
export function growth(series: readonly number[]): number {
  const third = Math.floor(series.length / 3);
  if (third === 0) return NaN;
  return mean(series.slice(-third)) / mean(series.slice(-2 * third, -third));
}

/** The order of a round: as given in the first, then each time another first, so that none is always the one that goes first. */
export function rotated<T>(items: readonly T[], turn: number): T[] {
  if (items.length === 0) return [];
  const shift = turn % items.length;
  return [...items.slice(shift), ...items.slice(0, shift)];
}
