/** The only reader of the clock: what is asked "now" elsewhere is an argument. */
export const now = (): number => Date.now();
