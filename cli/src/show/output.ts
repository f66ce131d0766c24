import { styleText } from 'node:util';
import Table from 'cli-table3';
import { NONE, safe } from './format.ts';

/** Where output goes. */
export interface Stream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
}

type Style = Parameters<typeof styleText>[0];

/** One column of a table: its head, and a row's text, with a style where it says something. */
export interface Column<T> {
  readonly head: string;
  readonly text: (row: T) => string | null;
  readonly style?: (row: T) => Style | null;
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

  table<T>(rows: readonly T[], columns: readonly Column<T>[]): void {
    const table = new Table({
      head: columns.map(({ head }) => this.paint('dim', head)),
      chars: NO_LINES,
      style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
    });
    for (const row of rows) {
      table.push(columns.map(({ text, style }) => this.paint(style?.(row) ?? null, safe(text(row) ?? NONE))));
    }
    for (const line of table.toString().split('\n')) this.line(line.trimEnd());
  }

  /** Names and values, one a line; what has no value is left out. */
  details(pairs: readonly (readonly [name: string, value: string | null])[]): void {
    const shown = pairs.filter((pair): pair is [string, string] => pair[1] !== null);
    const width = Math.max(...shown.map(([name]) => name.length));
    for (const [name, value] of shown) this.line(`${this.paint('dim', name.padEnd(width))}  ${safe(value)}`);
  }
}
