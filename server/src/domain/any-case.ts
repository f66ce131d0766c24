/**
 * Reads a word of an enumeration in any case, and its aliases. What is none of them stays as it was written, for the error
 * that names it.
 */
export function inAnyCase(values: readonly string[], aliases: Readonly<Record<string, string>> = {}) {
  return (value: unknown): unknown => {
    if (typeof value !== 'string') return value;
    const upper = value.trim().toUpperCase();
    const meant = Object.hasOwn(aliases, upper) ? aliases[upper] : upper;
    return meant !== undefined && values.includes(meant) ? meant : value;
  };
}
