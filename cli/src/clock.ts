/** The only reader of the clock. */
export const now = (): number => Date.now();
