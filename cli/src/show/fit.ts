/** A column as far as its room goes. */
export interface Room {
  /** The longest that is in it. */
  readonly width: number;
  /** It can be shortened to so much; absent: it is shown whole. */
  readonly least?: number | undefined;
  /** Which column is left out first, the lowest; absent: none such. */
  readonly spare?: number | undefined;
}

/** Between columns. */
export const GAP = 2;

/**
 * How wide each column is, for a table that fits into a line; null: it is left out. What can't be had by shortening, is
 * had by leaving out one column after the other; where that is not enough, lines are longer.
 */
export function fit(columns: readonly Room[], line: number): (number | null)[] {
  const spares = columns
    .flatMap(({ spare }, index) => (spare === undefined ? [] : [{ spare, index }]))
    .sort((a, b) => a.spare - b.spare);
  const out = new Set<number>();
  for (;;) {
    const widths = columns.map(({ width }, index) => (out.has(index) ? null : width));
    const excess = excessOf(widths, line);
    if (excess <= 0 || shorten(columns, widths, excess)) return widths;
    const next = spares.shift();
    if (next === undefined) return widths;
    out.add(next.index);
  }
}

function excessOf(widths: readonly (number | null)[], line: number): number {
  const shown = widths.filter((width) => width !== null);
  return shown.reduce((sum, width) => sum + width + GAP, -GAP) - line;
}

/** Takes so much away, the widest first. @returns whether there was so much */
function shorten(columns: readonly Room[], widths: (number | null)[], excess: number): boolean {
  for (let left = excess; left > 0; left -= 1) {
    let widest = -1;
    for (const [index, { least }] of columns.entries()) {
      const width = widths[index] ?? 0;
      if (least !== undefined && width > least && width > (widths[widest] ?? 0)) widest = index;
    }
    const width = widths[widest];
    if (width === undefined || width === null) return false;
    widths[widest] = width - 1;
  }
  return true;
}
