import { open, unlink, type FileHandle } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import type { ApiKey, ApiKeyCreated } from '../api.ts';
import type { Cli } from '../cli.ts';
import { Failed, UsageError } from '../exit.ts';
import { wholeNumber } from '../fields.ts';
import { listOptions, readList, showList, type ListOptions } from '../lists.ts';
import type { Does } from '../program.ts';
import { instant } from '../show/format.ts';
import type { Column } from '../show/output.ts';
import { shorten, styleOf } from '../show/schedules.ts';

const COLUMNS: Column<ApiKey>[] = [
  { head: 'ID', text: ({ id }) => id },
  { head: 'Name', text: ({ name }) => shorten(name, 30) },
  { head: 'Status', text: ({ status }) => status, style: ({ status }) => styleOf(status) },
  { head: 'Scopes', text: ({ scopes }) => scopes.join(' ') },
  { head: 'Customer', text: ({ customer_id }) => customer_id },
  { head: 'Expires', text: ({ expires_at }) => instant(expires_at) },
  { head: 'Last used', text: ({ last_used_at }) => instant(last_used_at) },
];

interface SaveOption {
  readonly save?: string;
}

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

/** Makes a key; the file to save it in is opened first, so that a key that was made is never without its place. */
async function making(cli: Cli, { save }: SaveOption, make: () => Promise<ApiKeyCreated>): Promise<void> {
  const path = save === undefined ? null : resolve(cli.around.cwd, save);
  const file = path === null ? null : await openNew(path, save ?? '');
  let made: ApiKeyCreated;
  try {
    made = await make();
    if (file && made.key !== null) await file.writeFile(`${made.key}\n`);
  } catch (error) {
    if (path !== null) await unlink(path);
    throw error;
  } finally {
    await file?.close();
  }
  if (made.key === null) {
    if (path !== null) await unlink(path);
    cli.output.note(
      `The key ${made.id} was made, but the answer that had it was lost on the way. Revoke it and make another: hydracore keys revoke ${made.id}`,
    );
    throw new Failed();
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

/** For its owner alone, and over nothing that is there. */
async function openNew(path: string, shown: string): Promise<FileHandle> {
  return await open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'EEXIST' ? 'is there already; name another file' : `can't be written: ${error.message}`;
    throw new UsageError(`--save ${shown} ${why}`);
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
        const { overlapMinutes } = options;
        const body = overlapMinutes === undefined ? {} : { overlap_minutes: overlapMinutes };
        await making(cli, options, async () => await keys.rotate(id, body));
      }),
    );
  group
    .command('revoke <id>')
    .description('End a key at once.')
    .action(
      does(async (cli, id: string) => {
        await (await cli.client()).keys.revoke(id);
        cli.output.answer({ id, revoked: true }, () => cli.output.line(`Key ${id} is revoked.`));
      }),
    );
  return group;
}
