import { Command } from 'commander';
import type { ApiKey, ApiKeyCreated } from '../api.ts';
import { confirm, YES, type YesOption } from '../ask.ts';
import type { Cli } from '../cli.ts';
import { Shortfall } from '../exit.ts';
import { wholeNumber } from '../fields.ts';
import { keepOnce, type SaveOption } from '../keep-once.ts';
import { listOptions, readList, showList, type ListOptions } from '../lists.ts';
import type { Does } from '../program.ts';
import { instant, safe, shorten } from '../show/format.ts';
import type { Column } from '../show/output.ts';
import { styleOf } from '../show/schedules.ts';

const COLUMNS: Column<ApiKey>[] = [
  { head: 'ID', text: ({ id }) => id },
  { head: 'Name', text: ({ name }) => shorten(name, 30), least: 12 },
  { head: 'Status', text: ({ status }) => status, style: ({ status }) => styleOf(status) },
  { head: 'Scopes', text: ({ scopes }) => scopes.join(' '), least: 14 },
  { head: 'Customer', text: ({ customer_id }) => customer_id, spare: 1 },
  { head: 'Expires', text: ({ expires_at }) => instant(expires_at), spare: 2 },
  { head: 'Last used', text: ({ last_used_at }) => instant(last_used_at), spare: 3 },
];

interface CreateOptions extends SaveOption {
  readonly name: string;
  readonly scope: string[];
  readonly expires?: string;
  readonly customer?: string;
  readonly tenant?: string;
}

async function list(cli: Cli, options: ListOptions): Promise<void> {
  const { keys } = await cli.client();
  const listing = await readList(
    options,
    async (limit) => {
      const page = await keys.list({ limit });
      return { items: page.api_keys, total: page.total };
    },
    () => keys.iterate(),
  );
  showList(cli.output, 'api_keys', listing, COLUMNS);
}

async function making(cli: Cli, options: SaveOption, make: () => Promise<ApiKeyCreated>): Promise<void> {
  const { save } = options;
  const made = await keepOnce(cli, options, make, ({ key }) => key);
  if (made.key === null) {
    throw new Shortfall(
      `the key ${made.id} was made, but the answer that had it was lost on the way. Revoke it and make another: hydracore keys revoke --yes ${made.id}`,
    );
  }
  const { key } = made;
  cli.output.answer(save === undefined ? made : { ...made, key: null }, () => {
    cli.output.details([
      ['ID', made.id],
      ['Name', made.name],
      ['Scopes', made.scopes.join(' ')],
      ['Customer', made.customer_id],
      ['Expires', made.expires_at === null ? 'never' : instant(made.expires_at)],
      ['Key', save === undefined ? key : `in ${save}`],
    ]);
    if (save === undefined) cli.output.note('The key is shown this once: it is stored nowhere.');
  });
}

/** `hydracore keys …` */
export function keyCommands(does: Does): Command {
  const group = new Command('keys').description('Make, see and end API keys.');
  listOptions(group.command('list').description('List keys, newest first; never the keys themselves.')).action(
    does(list),
  );
  group
    .command('create')
    .description('Make a key.')
    .requiredOption('--name <name>', 'who it is for')
    .requiredOption(
      '--scope <scope...>',
      'what it may do, such as schedules:read runs:read; "*" is everything of the tenant',
    )
    .option('--expires <instant>', 'good until then, such as 2028-01-01T00:00:00Z')
    .option('--customer <id>', 'for the rows of this customer alone')
    .option('--tenant <id>', 'for another tenant')
    .option('--save <file>', 'write the key to this file instead of showing it')
    .action(
      does(async (cli, options: CreateOptions) => {
        const { keys } = await cli.client();
        cli.flags = { scopes: '--scope', expires_at: '--expires', customer_id: '--customer', tenant_id: '--tenant' };
        const { name, scope, expires, customer, tenant } = options;
        const body = {
          name,
          scopes: scope,
          ...(expires !== undefined && { expires_at: expires }),
          ...(customer !== undefined && { customer_id: customer }),
          ...(tenant !== undefined && { tenant_id: tenant }),
        };
        await making(cli, options, async () => await keys.create(body as Parameters<typeof keys.create>[0]));
      }),
    );
  group
    .command('rotate <id>')
    .description('Make its successor; the old one works on for a while.')
    .option('--overlap-minutes <minutes>', 'how long the old one works on (60)', wholeNumber(0))
    .option('--save <file>', 'write the new key to this file instead of showing it')
    .action(
      does(async (cli, id: string, options: SaveOption & { overlapMinutes?: number }) => {
        const { keys } = await cli.client();
        cli.flags = { overlap_minutes: '--overlap-minutes' };
        const { overlapMinutes } = options;
        const body = overlapMinutes === undefined ? {} : { overlap_minutes: overlapMinutes };
        await making(cli, options, async () => await keys.rotate(id, body));
      }),
    );
  group
    .command('revoke <id>')
    .description('End a key at once.')
    .option(...YES)
    .action(
      does(async (cli, id: string, options: YesOption) => {
        const { keys } = await cli.client();
        if (options.yes !== true) {
          const { name } = await keys.get(id);
          await confirm(
            cli,
            options,
            `Revoke the key ${JSON.stringify(safe(name))}? Whoever uses it is refused from then on.`,
          );
        }
        await keys.revoke(id);
        cli.output.answer({ id, revoked: true }, () => cli.output.line(`Key ${id} is revoked.`));
      }),
    );
  return group;
}
