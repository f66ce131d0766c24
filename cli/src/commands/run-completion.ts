import { type Command, Option } from 'commander';
import type { Completion } from '../api.ts';
import type { Cli } from '../cli.ts';
import { UsageError } from '../exit.ts';
import { readJson } from '../fields.ts';
import type { Does } from '../program.ts';
import { readSecret } from '../secret-input.ts';
import { fromNow, instant } from '../show/format.ts';

interface TokenOptions {
  readonly tokenFile?: string;
  readonly token?: unknown;
}

interface CompleteOptions extends TokenOptions {
  readonly status: Completion['status'];
  readonly result?: string;
  readonly error?: string;
}

const HOW = 'pipe it in, or name a file with --token-file';
const ORIGIN = 'it is the x-hydracore-completion-token of the delivery, hc_run_…';

/** The token is all that is asked of a receiver; it is neither sent nor shown where it is none. */
async function tokenOf(cli: Cli, words: readonly string[], { tokenFile, token }: TokenOptions): Promise<string> {
  if (words.length > 1 || token !== undefined || words[0]?.startsWith('hc_run_') === true) {
    throw new UsageError(
      `The completion token is never an argument, which others can read in the list of processes, and shells keep: ${HOW}.`,
    );
  }
  const wanted = { what: 'completion token', option: '--token-file', rule: ORIGIN };
  const file = tokenFile === undefined ? {} : { file: tokenFile };
  const read = (await readSecret(cli, file, wanted)).trim();
  if (!/^hc_run_[\w-]+$/.test(read)) throw new UsageError(`What was given is no completion token: ${ORIGIN}.`);
  return read;
}

async function complete(cli: Cli, id: string, more: readonly string[], options: CompleteOptions): Promise<void> {
  cli.flags = { status: '--status', result: '--result', error: '--error' };
  const { status, result, error } = options;
  const body = {
    status,
    ...(result !== undefined && { result: readJson('--result', result) }),
    ...(error !== undefined && { error }),
  };
  const { runs } = await cli.bareClient();
  const run = await runs.complete(id, body, { token: await tokenOf(cli, [id, ...more], options) });
  cli.output.answer(run, () => {
    const taken = run.status === 'RUNNING' ? ': the report decides once the answer to its delivery is there' : '';
    cli.output.line(`Run ${run.id} is ${run.status}${taken}.`);
  });
}

async function heartbeat(cli: Cli, id: string, more: readonly string[], options: TokenOptions): Promise<void> {
  const { runs } = await cli.bareClient();
  const answer = await runs.heartbeat(id, { token: await tokenOf(cli, [id, ...more], options) });
  cli.output.answer(answer, ({ run_id, completion_due_at: due, cancel_requested }) => {
    const until =
      due === null
        ? 'its delivery is still under way'
        : `it has to be completed by ${instant(due)} (${fromNow(due, cli.around.now())})`;
    cli.output.line(`Run ${run_id} goes on: ${until}.`);
    if (cancel_requested) cli.output.line('It is asked to stop: report how it ended, by "hydracore runs complete".');
  });
}

function withToken(command: Command): Command {
  return command
    .argument('[more...]')
    .usage('[options] <id>')
    .option(
      '--token-file <file>',
      'the completion token is in this file; else it is read from the standard input, or asked for',
    )
    .addOption(new Option('--token [token]').hideHelp());
}

/** Adds `hydracore runs complete` and `hydracore runs heartbeat`, which receivers of ASYNC actions use. */
export function completionCommands(group: Command, does: Does): void {
  withToken(group.command('complete <id>').description('Report how the work of an ASYNC action ended.'))
    .requiredOption('--status <status>', 'SUCCEEDED, or FAILED, which is not retried')
    .option('--result <json>', 'what came of it, kept on the run, such as \'{"sent":12}\'')
    .option('--error <text>', 'what went wrong, for people')
    .action(does(complete));
  withToken(group.command('heartbeat <id>').description('Say that the work of an ASYNC action goes on.')).action(
    does(heartbeat),
  );
}
