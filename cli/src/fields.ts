import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { InvalidArgumentError } from 'commander';
import type { Surroundings } from './cli.ts';
import { UsageError } from './exit.ts';

/** A body of the API, put together from options. */

type Fields = Record<string, unknown>;

/** `--set name=value`, collected: JSON where the value is JSON, else text. */
export function collectField(pair: string, before: Fields = {}): Fields {
  const [name, value] = parted(pair, 'max_retries=5');
  return { ...before, [name]: readValue(value) };
}

/** The same, where something else says what the text stands for. */
export function collectText(pair: string, before: Record<string, string> = {}): Record<string, string> {
  const [name, value] = parted(pair, 'status=open');
  return { ...before, [name]: value };
}

function parted(pair: string, example: string): [name: string, value: string] {
  const [name = '', ...rest] = pair.split('=');
  if (name !== '' && rest.length > 0) return [name, rest.join('=')];
  throw new InvalidArgumentError(`It must be like name=value, such as ${example}.`);
}

function readValue(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** Anything that is given as JSON text. */
export function readJson(option: string, json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new UsageError(`${option} is not JSON: ${(error as Error).message}`);
  }
}

/** An object that is given as JSON text. */
export function readObject(option: string, json: string): Fields {
  const value = readJson(option, json);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UsageError(`${option} is not a JSON object, such as {"name":"Hello"}`);
  }
  return value as Fields;
}

/** The object in a file, `-` for the standard input. */
export async function readBodyFile(around: Surroundings, file: string): Promise<Fields> {
  const reading = file === '-' ? text(around.input) : readFile(resolve(around.cwd, file), 'utf8');
  const json = await reading.catch((error: Error) => {
    throw new UsageError(`--file ${file} can't be read: ${error.message}`);
  });
  return readObject(`--file ${file}`, json);
}

/** Reads an option that is a whole number. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER) {
  return (value: string): number => {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < least || number > most) {
      const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
      throw new InvalidArgumentError(`It must be a whole number ${range}.`);
    }
    return number;
  };
}
