import { Command, Option } from 'commander';
import type { Secret } from '../api.ts';
import { confirm, YES, type YesOption } from '../ask.ts';
import type { Cli } from '../cli.ts';
import { UsageError } from '../exit.ts';
import { showList } from '../lists.ts';
import type { Does } from '../program.ts';
import { readSecret, type SecretSource } from '../secret-input.ts';
import { instant } from '../show/format.ts';
import type { Column } from '../show/output.ts';

const COLUMNS: Column<Secret>[] = [
  { head: 'Name', text: ({ name }) => name },
  { head: 'Set', text: ({ updated_at }) => instant(updated_at) },
  { head: 'Made', text: ({ created_at }) => instant(created_at) },
];

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
const HOW = 'pipe it in, or name a file with --file';

/** What is no name may have a value in it, so it is neither sent nor shown. */
function insistOnName(name: string): void {
  if (NAME.test(name)) return;
  const valued = name.includes('=') ? ` The value is given apart, where nobody else sees it: ${HOW}.` : '';
  throw new UsageError(
    `The name of a secret has 1 to 64 letters, digits and _, and does not begin with a digit: PAYMENTS_TOKEN.${valued}`,
  );
}

interface SetOptions extends SecretSource {
  readonly value?: unknown;
}

async function set(cli: Cli, name: string, more: readonly string[], options: SetOptions): Promise<void> {
  if (more.length > 0 || options.value !== undefined) {
    throw new UsageError(
      `The value is never an argument, which others can read in the list of processes, and shells keep: ${HOW}. ` +
        'What was typed should be taken for known.',
    );
  }
  insistOnName(name);
  const { secrets } = await cli.client();
  const secret = await secrets.update(name, { value: await readSecret(cli, options) });
  cli.output.answer(secret, ({ created_at, updated_at }) => {
    const done = created_at === updated_at ? 'is made' : 'is changed, for every attempt that starts from now on';
    cli.output.line(`Secret ${name} ${done}. Actions use it as {{ secrets.${name} }}.`);
  });
}

async function remove(cli: Cli, name: string, options: YesOption): Promise<void> {
  insistOnName(name);
  const { secrets } = await cli.client();
  await confirm(cli, options, `Delete the secret ${name}? Runs of schedules that name it fail from then on.`);
  await secrets.delete(name);
  cli.output.answer({ name, deleted: true }, () => cli.output.line(`Secret ${name} is deleted.`));
}

/** `hydracore secrets …` */
export function secretCommands(does: Does): Command {
  const group = new Command('secrets').description(
    'Set what actions name as {{ secrets.NAME }}; values are never shown.',
  );
  group
    .command('list')
    .description('List secrets by name; never their values.')
    .action(
      does(async (cli) => {
        const { secrets, total } = await (await cli.client()).secrets.list();
        showList(cli.output, 'secrets', { items: secrets, total }, COLUMNS);
      }),
    );
  group
    .command('set <name>')
    .description('Make a secret or change it: the value is read from the standard input, or asked for.')
    .argument('[more...]')
    .usage('[options] <name>')
    .option('--file <file>', 'the value is in this file')
    .option('--exact', 'keep a line end at the end of the value')
    .addOption(new Option('--value [value]').hideHelp())
    .action(does(set));
  group
    .command('delete <name>')
    .description('Delete a secret; runs of schedules that name it fail from then on.')
    .option(...YES)
    .action(does(remove));
  return group;
}
