import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UsageError } from './exit.ts';

/** The credential, and where it comes from. */
export interface Credential {
  readonly value: string;
  readonly from: string;
}

/** Where the server is and who asks. */
export interface Settings {
  readonly url: string;
  /** Null: there is none. */
  readonly credential: Credential | null;
}

/** What settings are read from. */
export interface Sources {
  readonly url?: string | undefined;
  readonly apiKeyFile?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

export const DEFAULT_URL = 'http://127.0.0.1:8080';
/** Where a server that was started here has left its first key. */
const NEAR = join('.hydracore', 'api-key');

/** @throws UsageError when something given is not usable */
export async function readSettings({ url, apiKeyFile, env, cwd }: Sources): Promise<Settings> {
  const given = url ?? nonEmpty(env['HYDRACORE_URL']);
  const name = url === undefined ? 'HYDRACORE_URL' : '--url';
  const target = given ?? DEFAULT_URL;
  if (!/^https?:\/\//i.test(target) || !URL.canParse(target)) {
    throw new UsageError(`${name} is ${JSON.stringify(target)}; it must be like ${DEFAULT_URL}`);
  }
  return { url: target.replace(/\/+$/, ''), credential: await readCredential(target, apiKeyFile, env, cwd) };
}

async function readCredential(
  url: string,
  file: string | undefined,
  env: Sources['env'],
  cwd: string,
): Promise<Credential | null> {
  if (file !== undefined) {
    const value = await readFile(resolve(cwd, file), 'utf8').catch((error: Error) => {
      throw new UsageError(`--api-key-file ${file} can't be read: ${error.message}`);
    });
    if (value.trim() === '') throw new UsageError(`--api-key-file ${file} is empty; it must hold an API key`);
    return { value: value.trim(), from: file };
  }
  const own = nonEmpty(env['HYDRACORE_API_KEY']);
  if (own !== undefined) return { value: own, from: 'HYDRACORE_API_KEY' };
  // The key of a server on this machine is not shown to one elsewhere.
  if (!isLoopback(new URL(url).hostname)) return null;
  const value = (await readFile(join(cwd, NEAR), 'utf8').catch(() => '')).trim();
  return value === '' ? null : { value, from: join('.', NEAR) };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function nonEmpty(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed === '' ? undefined : trimmed;
}
