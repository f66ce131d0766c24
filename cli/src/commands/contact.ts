import type { HydraCoreError } from '../api.ts';
import type { Cli } from '../cli.ts';

/** Says once that the server is away, and once that it is back. */
export class Contact {
  readonly #cli: Cli;
  #away = false;

  constructor(cli: Cli) {
    this.#cli = cli;
  }

  lost(error: HydraCoreError): void {
    if (!this.#away) this.#cli.output.note(`${error.message}; asking on.`);
    this.#away = true;
  }

  made(): void {
    if (this.#away) this.#cli.output.note('The server answers again.');
    this.#away = false;
  }
}
