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

/** @throws UsageError when there is none, or it is no text */
export async function readSecret(cli: Cli, { file, exact }: SecretSource): Promise<string> {
  const given = file === undefined || file === '-';
  const value = given && cli.around.input.isTTY === true ? await typed(cli) : decode(file, await bytesOf(cli, file));
  // What editors and echo add at the end is no part of it.
  const text = exact === true ? value : value.replace(/\r?\n$/, '');
  if (text === '') {
    throw new UsageError(`The value ${placeOf(file)} is empty; it must have 1 to 8192 bytes.`);
  }
  return text;
}

/** Nothing that is typed is echoed; where the question can't be seen, nothing is read. */
async function typed(cli: Cli): Promise<string> {
  if (cli.around.err.isTTY === true) return await askHidden(cli, 'Value, one line (not shown): ');
  throw new UsageError('The value can not be asked for here: pipe it in, or name a file with --file.');
}

async function bytesOf({ around }: Cli, file: string | undefined): Promise<Buffer> {
  if (file === undefined || file === '-') return await buffer(around.input);
  return await readFile(resolve(around.cwd, file)).catch((error: Error) => {
    throw new UsageError(`--file ${file} can't be read: ${error.message}`);
  });
}

/** Nothing is replaced: a secret that was changed on the way is no use. */
function decode(file: string | undefined, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new UsageError(
      `The value ${placeOf(file)} is not UTF-8 text; encode what is binary, by base64 for instance.`,
    );
  }
}

function placeOf(file: string | undefined): string {
  return file === undefined || file === '-' ? 'on the standard input' : `in --file ${file}`;
}
