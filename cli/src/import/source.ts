import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { Presets, SingleBar } from 'cli-progress';
import type { Cli } from '../cli.ts';
import { UsageError } from '../exit.ts';
import { count } from '../show/format.ts';

/** What is imported; its size is known of a file. */
export interface Source {
  readonly input: Readable;
  readonly size: number | null;
}

/** Opens a file, `-` for the standard input. @throws UsageError when there is none */
export async function openSource(cli: Cli, file: string): Promise<Source> {
  if (file === '-') return { input: Readable.from(cli.around.input, { objectMode: false }), size: null };
  const path = resolve(cli.around.cwd, file);
  const found = await stat(path).catch((error: Error) => {
    throw new UsageError(`${file} can't be read: ${error.message}`);
  });
  if (!found.isFile()) throw new UsageError(`${file} is no file`);
  return { input: createReadStream(path), size: found.size };
}

/** Shows how much of a source is read, and how many are stored: only for people who look on. */
export function progressOf({ around, output }: Cli, { input, size }: Source, noun: string) {
  if (around.err.isTTY !== true || output.json || size === null) return null;
  let read = 0;
  input.on('data', (chunk: Buffer) => (read += chunk.length)).pause();
  const format = `{bar} {percentage} %  {stored} ${noun}s  {duration_formatted}`;
  const bar = new SingleBar({ format, stream: process.stderr, hideCursor: true, barsize: 30 }, Presets.shades_classic);
  bar.start(size, 0, { stored: '0' });
  return { show: (stored: number) => bar.update(read, { stored: count(stored) }), stop: () => bar.stop() };
}
