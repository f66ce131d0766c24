import { Command } from 'commander';
import type { Tenant } from '../api.ts';
import type { Cli } from '../cli.ts';
import { Shortfall } from '../exit.ts';
import { keepOnce, type SaveOption } from '../keep-once.ts';
import { listOptions, readList, showList, type ListOptions } from '../lists.ts';
import type { Does } from '../program.ts';
import { instant, shorten } from '../show/format.ts';
import type { Column } from '../show/output.ts';

const COLUMNS: Column<Tenant>[] = [
  { head: 'ID', text: ({ id }) => id },
  { head: 'Name', text: ({ name }) => shorten(name, 60), least: 16 },
  { head: 'Made', text: ({ created_at }) => instant(created_at), spare: 0 },
];

interface NameOption {
  readonly name: string;
}

function detailsOf({ id, name, created_at }: Tenant): [string, string][] {
  return [
    ['ID', id],
    ['Name', name],
    ['Made', instant(created_at)],
  ];
}

function show(cli: Cli, tenant: Tenant): void {
  cli.output.answer(tenant, (one) => cli.output.details(detailsOf(one)));
}

async function list(cli: Cli, options: ListOptions): Promise<void> {
  const { tenants } = await cli.client();
  const listing = await readList(
    options,
    async (limit) => {
      const page = await tenants.list({ limit });
      return { items: page.tenants, total: page.total };
    },
    () => tenants.iterate(),
  );
  showList(cli.output, 'tenants', listing, COLUMNS);
}

async function create(cli: Cli, options: NameOption & SaveOption): Promise<void> {
  const { tenants } = await cli.client();
  cli.flags = { name: '--name' };
  const { name, save } = options;
  const make = async () => await tenants.create({ name });
  const made = await keepOnce(cli, options, make, ({ webhook_secret }) => webhook_secret);
  const { webhook_secret: secret } = made;
  if (secret === null) {
    throw new Shortfall(
      `the tenant ${made.id} was made, but the answer that had what signs its webhooks was lost on the way. ` +
        'A key of it makes another: hydracore webhook-secrets rotate.',
    );
  }
  cli.output.answer(save === undefined ? made : { ...made, webhook_secret: null }, () => {
    cli.output.details([...detailsOf(made), ['Webhook secret', save === undefined ? secret : `in ${save}`]]);
    if (save === undefined) cli.output.note('The secret, which signs its webhooks, is shown this once.');
    cli.output.note(`Its first key: hydracore keys create --name first --scope "*" --tenant ${made.id}`);
  });
}

/** `hydracore tenants …` */
export function tenantCommands(does: Does): Command {
  const group = new Command('tenants').description("Make and see tenants: the operator's.");
  listOptions(group.command('list').description('List tenants, newest first.')).action(does(list));
  group
    .command('get <id>')
    .description('Show a tenant.')
    .action(does(async (cli, id: string) => show(cli, await (await cli.client()).tenants.get(id))));
  group
    .command('create')
    .description('Make a tenant, with a webhook signing secret of its own.')
    .requiredOption('--name <name>', 'what it is called; no other has the name')
    .option('--save <file>', 'write the webhook signing secret to this file instead of showing it')
    .action(does(create));
  group
    .command('rename <id>')
    .description('Give a tenant another name.')
    .requiredOption('--name <name>', 'what it is called then; no other has the name')
    .action(
      does(async (cli, id: string, { name }: NameOption) => {
        const { tenants } = await cli.client();
        cli.flags = { name: '--name' };
        show(cli, await tenants.update(id, { name }));
      }),
    );
  return group;
}
