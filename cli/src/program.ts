import tab from '@bomb.sh/tab/commander';
import { Command, CommanderError, Option } from 'commander';
import metadata from '../package.json' with { type: 'json' };
import { Cli, type Globals, type Surroundings } from './cli.ts';
import { actionTypeCommands } from './commands/action-types.ts';
import { auditCommands } from './commands/audit.ts';
import { backfillCommands } from './commands/backfills.ts';
import { doctorCommand } from './commands/doctor.ts';
import { egressCommands } from './commands/egress.ts';
import { entityCommands } from './commands/entities.ts';
import { keyCommands } from './commands/keys.ts';
import { overviewCommand } from './commands/overview.ts';
import { quotaCommands } from './commands/quotas.ts';
import { runCommands } from './commands/runs.ts';
import { scheduleCommands } from './commands/schedules.ts';
import { secretCommands } from './commands/secrets.ts';
import { migrateCommand, serveCommand } from './commands/serve.ts';
import { tenantCommands } from './commands/tenants.ts';
import { webhookSecretCommands } from './commands/webhook-secrets.ts';
import { errorForPrograms, EXIT, exitCodeOf, Failed, linesOf, UsageError } from './exit.ts';
import { DEFAULT_URL } from './settings.ts';

/** What a command does: with its arguments, then its options. */
export type Deed = (cli: Cli, ...args: never[]) => Promise<void>;

/** Wraps a deed as commander's action. */
export type Does = (deed: Deed) => (...args: unknown[]) => Promise<void>;

const EXAMPLES = `
Examples:
  hydracore serve         a server in this folder; then, in another terminal:
  hydracore schedules create --name Hello --rate 5s --log "Hello"
  hydracore runs tail     each run as it happens
  hydracore overview      what needs a look
  hydracore doctor        why it does not answer, or refuses

docs/cli.md shows each command; "hydracore <command> --help" its options.`;

/** The tree of commands. */
export function programOf(does: Does, { out, err }: Pick<Surroundings, 'out' | 'err'>): Command {
  const program = new Command('hydracore')
    .description('HydraCore Schedules from the command line.')
    .version(metadata.version)
    .addOption(new Option('--url <url>', `where the server is (HYDRACORE_URL, else ${DEFAULT_URL})`))
    .addOption(new Option('--api-key-file <file>', 'the API key (HYDRACORE_API_KEY, else ./.hydracore/api-key)'))
    .option('--json', 'answers as JSON, for programs')
    .configureOutput({ writeOut: (text) => void out.write(text), writeErr: (text) => void err.write(text) })
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(--help says more)')
    .exitOverride();
  for (const command of [
    scheduleCommands(does),
    actionTypeCommands(does),
    runCommands(does),
    backfillCommands(does),
    entityCommands(does),
    secretCommands(does),
    webhookSecretCommands(does),
    keyCommands(does),
    egressCommands(does),
    quotaCommands(does),
    tenantCommands(does),
    overviewCommand(does),
    auditCommands(does),
    doctorCommand(does),
    serveCommand(does),
    migrateCommand(does),
  ]) {
    program.addCommand(command);
  }
  program.addHelpText('after', EXAMPLES);
  inherit(program);
  tab(program, { completionCommandName: 'completion' });
  return program;
}

/** Commands that were made by themselves end and help as the program does. */
function inherit(command: Command): void {
  for (const child of command.commands) {
    child.copyInheritedSettings(command);
    inherit(child);
  }
}

/** Runs a command line. @returns the exit code */
export async function run(argv: readonly string[], around: Surroundings): Promise<number> {
  const does: Does =
    (deed) =>
    async (...args) => {
      const command = args.at(-1) as Command;
      const cli = new Cli(around, command.optsWithGlobals<Globals>());
      try {
        await (deed as (cli: Cli, ...args: unknown[]) => Promise<void>)(cli, ...args.slice(0, -1));
      } catch (error) {
        await tell(cli, error);
        throw new Failed(exitCodeOf(error));
      }
    };
  try {
    await programOf(does, around).parseAsync([...argv], { from: 'user' });
    return EXIT.done;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    return exitCodeOf(error);
  }
}

async function tell(cli: Cli, error: unknown): Promise<void> {
  const { output } = cli;
  if (error instanceof Failed) return;
  if (output.json) {
    output.note(JSON.stringify({ error: errorForPrograms(error) }));
    return;
  }
  const lines = linesOf(error, cli.flags);
  if (exitCodeOf(error) === EXIT.unauthorised) {
    const { credential } = await cli.settings();
    if (credential) lines.push(`The API key is that of ${credential.from}.`);
  }
  if (exitCodeOf(error) === EXIT.unreachable) lines.push('"hydracore doctor" looks for the reason.');
  const [first = '', ...others] = lines;
  const label = error instanceof UsageError ? '' : 'error: ';
  for (const line of [`${label}${first}`, ...others]) output.note(line);
}
