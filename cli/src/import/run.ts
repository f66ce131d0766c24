import type { Cli } from '../cli.ts';
import { Failed } from '../exit.ts';
import { count, many, safe } from '../show/format.ts';
import { progressOf, type Source } from './source.ts';

/** What has become of the lines so far. */
export interface Tally {
  readonly errors: readonly { readonly line: number; readonly problems: readonly string[] }[];
  readonly throughLine: number;
  readonly underWay: readonly [from: number, to: number] | null;
}

/** What is imported, and how it is told. */
interface Importing<T extends Tally> {
  readonly source: Source;
  readonly noun: string;
  readonly tally: T;
  /** Takes the lines; calls `onBatch` behind each request. */
  readonly work: (onBatch: () => void) => Promise<void>;
  readonly stored: (tally: T) => number;
  /** What became of those that did not fail, for programs. */
  readonly counts: (tally: T) => Readonly<Record<string, unknown>>;
  /** And for people: `2 records created, 1 updated`. */
  readonly words: (tally: T) => string;
  /** What a line that failed calls itself. */
  readonly nameOf: (error: T['errors'][number]) => string | null;
  /** What does not come twice where the file is imported again. */
  readonly again: string;
}

/** So many lines that failed are shown; --json has all. */
const MOST_SHOWN = 100;

/** Imports, and tells what became of it. @throws Failed when a line did, or what has stopped it */
export async function runImport<T extends Tally>(cli: Cli, importing: Importing<T>): Promise<void> {
  const { source, noun, tally, work, stored } = importing;
  const bar = progressOf(cli, source, noun);
  let stopped: unknown;
  try {
    await work(() => bar?.show(stored(tally)));
  } catch (error) {
    stopped = error;
  } finally {
    bar?.stop();
    source.input.destroy();
  }
  if (cli.output.json) answer(cli, importing, stopped);
  else report(cli, importing, stopped);
  if (stopped !== undefined) throw stopped;
  if (tally.errors.length > 0) throw new Failed();
}

function answer<T extends Tally>({ output }: Cli, { tally, counts }: Importing<T>, stopped: unknown): void {
  const { errors, throughLine, underWay } = tally;
  const open = underWay === null ? null : { from_line: underWay[0], to_line: underWay[1] };
  const rest = { complete: stopped === undefined, through_line: throughLine, uncertain: open, errors };
  output.answer({ ...counts(tally), failed: errors.length, ...rest }, () => undefined);
}

function report<T extends Tally>({ output }: Cli, importing: Importing<T>, stopped: unknown): void {
  const { tally, words, nameOf, again } = importing;
  const { errors, throughLine, underWay } = tally;
  // Nothing was looked at: the reason, which is told next, is all there is to say.
  if (stopped !== undefined && throughLine === 0 && underWay === null && errors.length === 0) return;
  const inOrder = errors.toSorted((a, b) => a.line - b.line);
  for (const error of inOrder.slice(0, MOST_SHOWN)) {
    const name = nameOf(error);
    output.note(safe(`line ${error.line}${name === null ? '' : ` (${name})`}: ${error.problems.join('; ')}`));
  }
  if (errors.length > MOST_SHOWN) {
    output.note(`… and ${many(errors.length - MOST_SHOWN, 'line')} more; --json has them all.`);
  }
  output.line(`${words(tally)}, ${count(errors.length)} failed.`);
  if (stopped === undefined) return;
  const open =
    underWay === null ? '' : ` Lines ${underWay[0]} to ${underWay[1]} were under way: all of them are stored, or none.`;
  output.note(
    `It stopped early. What is above is stored, through line ${throughLine}.${open} ` +
      `Import the file again once the reason is mended: ${again}.`,
  );
}
