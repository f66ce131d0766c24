import { styleText } from 'node:util';
import Table from 'cli-table3';
import { fit, GAP } from './fit.ts';
import { NONE, safe, shorten } from './format.ts';

/** Where output goes. */
export interface Stream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  /** How wide a terminal is. */
  readonly columns?: number | undefined;
}

type Style = Parameters<typeof styleText>[0];

/** One column of a table: its head, and a row's text, with a style where it says something. */
export interface Column<T> {
  readonly head: string;
  readonly text: (row: T) => string | null;
  readonly style?: (row: T) => Style | null;
  /** Where a terminal is narrow: it can be shortened to so much. */
  readonly least?: number;
  /** And which column is left out first: the lowest; without it, it stays. */
  readonly spare?: number;
}

const NO_LINES = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid', 'middle']
    .flatMap((place) => [place, `${place}-mid`, `${place}-left`, `${place}-right`, `mid-mid`, `left-mid`, `right-mid`])
    .map((place) => [place, '']),
);

/** What a command says: tables and sentences for people, JSON for programs. */
export class Output {
  readonly json: boolean;
  readonly #out: Stream;
  readonly #err: Stream;
  readonly #colour: boolean;

  constructor(out: Stream, err: Stream, options: { readonly json: boolean; readonly colour: boolean }) {
    this.#out = out;
    this.#err = err;
    this.json = options.json;
    this.#colour = options.colour && out.isTTY === true;
  }

  /** An answer of the API: as it came with --json, else by `show`. */
  answer<T>(value: T, show: (value: T) => void): void {
    if (this.json) this.line(JSON.stringify(value, null, 2));
    else show(value);
  }

  line(text = ''): void {
    this.#out.write(`${text}\n`);
  }

  /** What is no result: hints, warnings, progress. */
  note(text: string): void {
    this.#err.write(`${text}\n`);
  }

  paint(style: Style | null, text: string): string {
    return this.#colour && style !== null ? styleText(style, text, { validateStream: false }) : text;
  }

  /** Rows under heads; in a terminal no wider than that, if it can be. */
  table<T>(rows: readonly T[], columns: readonly Column<T>[]): void {
    const cells = rows.map((row) => columns.map(({ text }) => safe(text(row) ?? NONE)));
    const widths = this.#widths(cells, columns);
    const shown = [...columns.keys()].filter((index) => widths[index] !== null);
    const table = new Table({
      head: shown.map((index) => this.paint('dim', columns[index]?.head ?? '')),
      chars: NO_LINES,
      style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP },
    });
    for (const [at, row] of rows.entries()) {
      table.push(
        shown.map((index) => {
          const text = cells[at]?.[index] ?? '';
          return this.paint(columns[index]?.style?.(row) ?? null, shorten(text, widths[index] ?? text.length));
        }),
      );
    }
    for (const line of table.toString().split('\n')) this.line(line.trimEnd());
    const left = columns.filter((_, index) => widths[index] === null).map(({ head }) => head);
    if (left.length > 0) this.note(`Without room here: ${left.join(', ')}; a wider terminal shows more, --json all.`);
  }

  /** What is piped on is never cut. */
  #widths(cells: readonly string[][], columns: readonly Column<never>[]): (number | null)[] {
    const rooms = columns.map(({ head, least, spare }, index) => ({
      width: Math.max(head.length, ...cells.map((row) => row[index]?.length ?? 0)),
      least,
      spare,
    }));
    const { isTTY, columns: line } = this.#out;
    return isTTY === true && line ? fit(rooms, line) : rooms.map(({ width }) => width);
  }

  /** Names and values, one a line; what has no value is left out. */
  details(pairs: readonly (readonly [name: string, value: string | null])[]): void {
    const shown = pairs.filter((pair): pair is [string, string] => pair[1] !== null);
    const width = Math.max(...shown.map(([name]) => name.length));
    for (const [name, value] of shown) this.line(`${this.paint('dim', name.padEnd(width))}  ${safe(value)}`);
  }
}
