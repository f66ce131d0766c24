import { markdownTable } from 'markdown-table';
import { round } from './stats.ts';

export type Cell = string | number | null;

/** A table as text, which is Markdown as well: numbers to the right. */
export function textTable(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const align = head.map((_, i) => (rows.every((row) => typeof row[i] !== 'string') ? 'r' : 'l'));
  return markdownTable([[...head], ...rows.map((row) => row.map(shown))], { align });
}

/** A number for people: thousands with commas, no more digits than it is worth. */
export function shown(cell: Cell): string {
  if (cell === null || (typeof cell === 'number' && Number.isNaN(cell))) return '–';
  if (typeof cell === 'string') return cell.replaceAll('|', '\\|');
  const digits = Math.abs(cell) >= 100 ? 0 : Math.abs(cell) >= 10 ? 1 : 2;
  return round(cell, digits).toLocaleString('en');
}
