const RANDOM_RUNS = process.env['MODEL_RUNS'];

/** How long a comparison by cases may take, in ms: as many random ones as are asked for may take long. */
export const MODEL_TIMEOUT = RANDOM_RUNS === undefined ? 240_000 : 3_600_000;

/** Which cases a property is checked by: the same ones each time, unless MODEL_RUNS says how many random ones. */
export function casesOf(numRuns: number, seed: number): { readonly numRuns: number; readonly seed?: number } {
  return RANDOM_RUNS === undefined ? { numRuns, seed } : { numRuns: Number(RANDOM_RUNS) };
}
