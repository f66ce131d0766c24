import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** What the command line says in a terminal, as a picture that is text: SVG. */

const CELL = { width: 7.8, height: 18 } as const;
const MARGIN = 16;
const COLOURS = {
  ground: '#16191f',
  text: '#d7dce3',
  prompt: '#7f8b99',
  '2': '#8b96a5',
  '31': '#ff7b72',
  '32': '#56d364',
  '33': '#e3b341',
} as const;

/** A piece of a line in one style. */
interface Piece {
  readonly text: string;
  readonly colour: string;
}

/** Runs a command in a terminal of its own, of so many columns, for at most `ms`: what it wrote, colours and all. */
export async function inTerminal(command: string, columns: number, env: NodeJS.ProcessEnv, ms: number) {
  // `script` of util-linux has the pseudo-terminal that Node lacks; what goes on is told to end as by Ctrl-C.
  const limited = `stty cols ${columns} rows 60; exec timeout --foreground --signal=INT ${ms / 1_000} ${command}`;
  const child = spawn('script', ['--quiet', '--return', '--command', limited, '/dev/null'], {
    env: { ...env, TERM: 'xterm-256color' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  await once(child, 'close');
  return said.replaceAll('\r', '').replaceAll(/\^C/g, '').trimEnd();
}

/** Commands, and below each what it said, as one window. */
export function terminalSvg(
  parts: readonly { readonly command: string; readonly said: string }[],
  columns: number,
): string {
  const lines = parts.flatMap(({ command, said }, index) => [
    ...(index === 0 ? [] : [[]]),
    [
      { text: '$ ', colour: COLOURS.prompt },
      { text: command, colour: COLOURS.text },
    ],
    ...said.split('\n').flatMap((line) => wrap(piecesOf(line), columns)),
  ]);
  const width = Math.ceil(columns * CELL.width + 2 * MARGIN);
  const height = lines.length * CELL.height + 2 * MARGIN;
  const texts = lines.flatMap((line, row) => textsOf(line, MARGIN + (row + 0.75) * CELL.height));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="100%" height="100%" rx="8" fill="${COLOURS.ground}"/>`,
    '<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, \'DejaVu Sans Mono\', monospace" font-size="13">',
    ...texts,
    '</g></svg>\n',
  ].join('\n');
}

/** A line by its colours: the few that the command line uses. */
function piecesOf(line: string): Piece[] {
  const pieces: Piece[] = [];
  let colour: string = COLOURS.text;
  // oxlint-disable-next-line no-control-regex -- escape sequences are what this is about
  for (const part of line.split(/(\u001B\[[\d;?]*[A-Za-z])/)) {
    // oxlint-disable-next-line no-control-regex -- the same
    const code = /^\u001B\[([\d;]*)m$/.exec(part)?.[1];
    if (code !== undefined) colour = code in COLOURS ? COLOURS[code as '2'] : COLOURS.text;
    else if (part !== '' && !part.startsWith('\u001B')) pieces.push({ text: part, colour });
  }
  return pieces;
}

/** Lines of at most so many cells, as a terminal breaks them. */
function wrap(pieces: readonly Piece[], columns: number): Piece[][] {
  const cells = pieces.flatMap(({ text, colour }) => Array.from(text).map((sign) => ({ text: sign, colour })));
  const rows: Piece[][] = [[]];
  for (let at = 0; at < cells.length; at += columns) {
    const row: Piece[] = [];
    for (const cell of cells.slice(at, at + columns)) {
      const last = row.at(-1);
      if (last?.colour === cell.colour) row[row.length - 1] = { ...cell, text: last.text + cell.text };
      else row.push(cell);
    }
    rows[at / columns] = row;
  }
  return rows;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Each word where its cell is, so that columns stand whatever the width of the reader's font. */
function textsOf(line: readonly Piece[], y: number): string[] {
  let column = 0;
  return line.flatMap(({ text, colour }) => {
    const start = column;
    column += Array.from(text).length;
    return [...text.matchAll(/\S+(?: \S+)*/g)].map((found) => {
      const x = (MARGIN + (start + found.index) * CELL.width).toFixed(1);
      const length = (Array.from(found[0]).length * CELL.width).toFixed(1);
      const shown = found[0].replaceAll(/[&<>]/g, (sign) => ENTITIES[sign] ?? sign);
      return `<text x="${x}" y="${y}" fill="${colour}" textLength="${length}" xml:space="preserve">${shown}</text>`;
    });
  });
}
