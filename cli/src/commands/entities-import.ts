import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { Presets, SingleBar } from 'cli-progress';
import { importLines, ndjsonLines, type ImportTally } from '../api.ts';
import type { Cli } from '../cli.ts';
import { Failed, UsageError } from '../exit.ts';
import { formatOf, readCsv } from '../import/lines.ts';
import { count, many, safe } from '../show/format.ts';
import { definitionOf } from './definition-of.ts';

interface ImportOptions {
  readonly definition: string;
  readonly format?: string;
  readonly batch: number;
}

/** So many lines that failed are shown; --json has all. */
const MOST_SHOWN = 100;

/** `hydracore entities import` */
export async function importFile(cli: Cli, file: string, options: ImportOptions): Promise<void> {
  const format = formatOf(file, options.format);
  const { input, size } = await openInput(cli, file);
  const client = await cli.client();
  const definition = await definitionOf(client, options.definition);
  let read = 0;
  input.on('data', (chunk: Buffer) => (read += chunk.length)).pause();
  const tally: ImportTally = { created: 0, updated: 0, errors: [], throughLine: 0, underWay: null };
  const bar = progressOf(cli, size);
  let stopped: unknown;
  try {
    await importLines(format === 'csv' ? readCsv(input, definition) : ndjsonLines(input), tally, {
      records: client.entities.records,
      definition: definition.id,
      batch: options.batch,
      signal: cli.around.stop,
      onBatch: () => bar?.update(read, { records: count(tally.created + tally.updated) }),
    });
  } catch (error) {
    stopped = error;
  } finally {
    bar?.stop();
    input.destroy();
  }
  report(cli, tally, stopped);
  if (stopped !== undefined) throw stopped;
  if (tally.errors.length > 0) throw new Failed();
}

async function openInput(cli: Cli, file: string): Promise<{ input: Readable; size: number | null }> {
  if (file === '-') return { input: Readable.from(cli.around.input, { objectMode: false }), size: null };
  const path = resolve(cli.around.cwd, file);
  const found = await stat(path).catch((error: Error) => {
    throw new UsageError(`${file} can't be read: ${error.message}`);
  });
  if (!found.isFile()) throw new UsageError(`${file} is no file`);
  return { input: createReadStream(path), size: found.size };
}

/** Only for people who look on. */
function progressOf({ around, output }: Cli, size: number | null): SingleBar | null {
  if (around.err.isTTY !== true || output.json || size === null) return null;
  const format = '{bar} {percentage} %  {records} records  {duration_formatted}';
  const bar = new SingleBar({ format, stream: process.stderr, hideCursor: true, barsize: 30 }, Presets.shades_classic);
  bar.start(size, 0, { records: '0' });
  return bar;
}

function report({ output }: Cli, tally: ImportTally, stopped: unknown): void {
  const { created, updated, errors, throughLine, underWay } = tally;
  if (output.json) {
    const open = underWay === null ? null : { from_line: underWay[0], to_line: underWay[1] };
    const complete = stopped === undefined;
    output.answer(
      { created, updated, failed: errors.length, complete, through_line: throughLine, uncertain: open, errors },
      () => undefined,
    );
    return;
  }
  // Nothing was looked at: the reason, which is told next, is all there is to say.
  if (stopped !== undefined && throughLine === 0 && underWay === null && errors.length === 0) return;
  for (const { line, external_id, problems } of errors.slice(0, MOST_SHOWN)) {
    const which = external_id === null ? '' : ` (${external_id})`;
    output.note(safe(`line ${line}${which}: ${problems.join('; ')}`));
  }
  if (errors.length > MOST_SHOWN) {
    output.note(`… and ${many(errors.length - MOST_SHOWN, 'line')} more; --json has them all.`);
  }
  output.line(`${many(created, 'record')} created, ${count(updated)} updated, ${count(errors.length)} failed.`);
  if (stopped === undefined) return;
  const open =
    underWay === null ? '' : ` Lines ${underWay[0]} to ${underWay[1]} were under way: all of them are stored, or none.`;
  output.note(
    `It stopped early. What is above is stored, through line ${throughLine}.${open} ` +
      'Import the file again once the reason is mended: what has an external_id is not doubled.',
  );
}
