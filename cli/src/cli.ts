import { type Client, createClient } from './api.ts';
import { type Flags, UsageError } from './exit.ts';
import { readSettings, type Settings } from './settings.ts';
import { Output, type Stream } from './show/output.ts';

/** What surrounds the process. */
export interface Surroundings {
  readonly out: Stream;
  readonly err: Stream;
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean | undefined };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly now: () => number;
  /** Aborted when the user ends it (Ctrl-C). */
  readonly stop: AbortSignal;
}

/** Options that every command takes. */
export interface Globals {
  readonly url?: string;
  readonly apiKeyFile?: string;
  readonly json?: boolean;
}

/** What commands work with. */
export class Cli {
  readonly around: Surroundings;
  readonly output: Output;
  /** Which options of the command become which fields of the body: what is wrong is told at the option. */
  flags: Flags = {};
  readonly #globals: Globals;
  #settings: Promise<Settings> | undefined;

  constructor(around: Surroundings, globals: Globals) {
    this.around = around;
    this.#globals = globals;
    const colour = (around.env['NO_COLOR'] ?? '') === '';
    this.output = new Output(around.out, around.err, { json: globals.json === true, colour });
  }

  async settings(): Promise<Settings> {
    this.#settings ??= readSettings({ ...this.#globals, env: this.around.env, cwd: this.around.cwd });
    return await this.#settings;
  }

  /** A client without a credential: each call brings its own. */
  async bareClient(): Promise<Client> {
    const settings = { ...(await this.settings()), credential: null };
    // Where a call is refused, it is not for the API key that is lying there.
    this.#settings = Promise.resolve(settings);
    return clientOf(settings);
  }

  /** @throws UsageError without a credential */
  async client(): Promise<Client> {
    const settings = await this.settings();
    if (settings.credential === null) {
      throw new UsageError(
        `There is no API key for ${settings.url}: set HYDRACORE_API_KEY, or name a file with --api-key-file. ` +
          'A server that was started in this folder leaves its first key in .hydracore/api-key.',
      );
    }
    return clientOf(settings);
  }
}

/** A client with these settings; what is no API key is sent as a bearer token. */
export function clientOf({ url, credential }: Settings): Client {
  const value = credential?.value;
  if (value === undefined) return createClient({ baseUrl: url });
  return createClient({ baseUrl: url, ...(value.startsWith('hc_') ? { apiKey: value } : { token: value }) });
}
