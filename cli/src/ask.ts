import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { Cli } from './cli.ts';
import { Failed, UsageError } from './exit.ts';

/** The option of whatever asks first. */
export const YES = ['--yes', 'do it without asking'] as const;

export interface YesOption {
  readonly yes?: boolean;
}

/**
 * Asks whether to do what can't be undone, or concerns many. Where nobody can be asked, only `--yes` will do.
 * @throws Failed when the answer is no
 */
export async function confirm(cli: Cli, { yes }: YesOption, question: string, otherwise = ''): Promise<void> {
  if (yes === true) return;
  if (!isAttended(cli)) {
    throw new UsageError(`${question}\nNobody can be asked here, so nothing was changed: --yes does it${otherwise}.`);
  }
  const answer = await ask(cli, `${question} [y/N] `, false);
  if (!/^y(es)?$/i.test(answer.trim())) giveUp(cli);
}

/** What is typed and not shown. @throws Failed when it is ended (Ctrl-C, Ctrl-D) */
export async function askHidden(cli: Cli, question: string): Promise<string> {
  const answer = await ask(cli, question, true);
  cli.output.note('');
  return answer;
}

function giveUp({ output }: Cli): never {
  output.note('Nothing was changed.');
  throw new Failed();
}

/** Whether a person sits there. */
export function isAttended({ around, output }: Cli): boolean {
  return around.input.isTTY === true && around.err.isTTY === true && !output.json;
}

async function ask(cli: Cli, question: string, hidden: boolean): Promise<string> {
  const { input, err, stop } = cli.around;
  let muted = false;
  // What is typed is echoed by readline, not by the terminal.
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (!muted) err.write(String(chunk));
      done();
    },
  });
  const lines = createInterface({ input, output, terminal: true });
  const ended = new Promise<null>((resolve) =>
    lines.once('SIGINT', () => resolve(null)).once('close', () => resolve(null)),
  );
  const typed = lines.question(question, { signal: stop }).catch(() => null);
  muted = hidden;
  const answer = await Promise.race([typed, ended]);
  lines.close();
  if (answer !== null) return answer;
  cli.output.note('');
  return giveUp(cli);
}
