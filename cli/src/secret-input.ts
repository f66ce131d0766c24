import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { askHidden } from './ask.ts';
import type { Cli } from './cli.ts';
import { UsageError } from './exit.ts';

/** Where the value of a secret comes from: never the command line, which others can read. */
export interface SecretSource {
  readonly file?: string;
  /** Keeps a line end at the end. */
  readonly exact?: boolean;
}

/** What is read, and which option names its file. */
interface Wanted {
  readonly what: string;
  readonly option: string;
  /** What it must be, where nothing is not enough. */
  readonly rule: string;
}

const VALUE: Wanted = { what: 'value', option: '--file', rule: 'it must have 1 to 8192 bytes' };

/** @throws UsageError when there is none, or it is no text */
export async function readSecret(cli: Cli, { file, exact }: SecretSource, wanted = VALUE): Promise<string> {
  const given = file === undefined || file === '-';
  const value =
    given && cli.around.input.isTTY === true
      ? await typed(cli, wanted)
      : decode(await bytesOf(cli, file, wanted), `The ${wanted.what} ${placeOf(file, wanted)}`);
  // What editors and echo add at the end is no part of it.
  const text = exact === true ? value : value.replace(/\r?\n$/, '');
  if (text === '') {
    throw new UsageError(`The ${wanted.what} ${placeOf(file, wanted)} is empty; ${wanted.rule}.`);
  }
  return text;
}

/** Nothing that is typed is echoed; where the question can't be seen, nothing is read. */
async function typed(cli: Cli, { what, option }: Wanted): Promise<string> {
  if (cli.around.err.isTTY === true) {
    return await askHidden(cli, `${what.charAt(0).toUpperCase()}${what.slice(1)}, one line (not shown): `);
  }
  throw new UsageError(`The ${what} can not be asked for here: pipe it in, or name a file with ${option}.`);
}

async function bytesOf({ around }: Cli, file: string | undefined, { option }: Wanted): Promise<Buffer> {
  if (file === undefined || file === '-') return await buffer(around.input);
  return await readFile(resolve(around.cwd, file)).catch((error: Error) => {
    throw new UsageError(`${option} ${file} can't be read: ${error.message}`);
  });
}

/** Nothing is replaced: a secret that was changed on the way is no use. */
function decode(bytes: Buffer, subject: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new UsageError(`${subject} is not UTF-8 text; encode what is binary, by base64 for instance.`);
  }
}

function placeOf(file: string | undefined, { option }: Wanted): string {
  return file === undefined || file === '-' ? 'on the standard input' : `in ${option} ${file}`;
}
