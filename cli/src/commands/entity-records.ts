import { Command } from 'commander';
import { csvValue, type Client, type EntityDefinition, type EntityRecord } from '../api.ts';
import { confirm, YES, type YesOption } from '../ask.ts';
import type { Cli } from '../cli.ts';
import { Absent, UsageError } from '../exit.ts';
import { collectText, readBodyFile } from '../fields.ts';
import { listOptions, readList, showList, type ListOptions } from '../lists.ts';
import type { Does } from '../program.ts';
import { recordColumns, showRecord } from '../show/entities.ts';
import { safe } from '../show/format.ts';
import { RECORD_UPCOMING_COLUMNS } from '../show/upcoming.ts';
import { definitionOf } from './definition-of.ts';

type Records = Client['entities']['records'];

interface Kind {
  readonly definition: string;
}

/** Which record: by its id as an argument, or by the caller's own. */
interface Which extends Kind {
  readonly externalId?: string;
}

interface ListQuery extends ListOptions, Which {
  readonly filter?: string;
  readonly customer?: string;
}

interface BodyOptions extends Which {
  readonly customer?: string;
  readonly set?: Readonly<Record<string, string>>;
  readonly file?: string;
}

async function list(cli: Cli, options: ListQuery): Promise<void> {
  const client = await cli.client();
  const { records } = client.entities;
  const { filter, customer, externalId } = options;
  const { id, fields } = await definitionOf(client, options.definition);
  const query = {
    ...(filter !== undefined && { filter }),
    ...(customer !== undefined && { customer_id: customer }),
    ...(externalId !== undefined && { external_id: externalId }),
  };
  const listing = await readList(
    options,
    async (limit) => {
      const page = await records.list(id, { ...query, limit });
      return { items: page.records, total: page.total };
    },
    () => records.iterate(id, query),
  );
  showList(cli.output, 'records', listing, recordColumns(fields));
}

/** A record and its definition. @throws Absent when there is none with this external id */
async function find(client: Client, id: string | undefined, { definition: name, externalId }: Which) {
  if ((id === undefined) === (externalId === undefined)) {
    throw new UsageError("Say which record: its id, or your own by --external-id; they can't be given together.");
  }
  const { records } = client.entities;
  const definition = await definitionOf(client, name);
  if (id !== undefined) return { definition, record: await records.get(definition.id, id) };
  const { records: found } = await records.list(definition.id, { external_id: externalId ?? '' });
  if (found[0]) return { definition, record: found[0] };
  throw new Absent(`There is no record with the external id ${JSON.stringify(externalId)} in ${definition.slug}.`);
}

function show(cli: Cli, definition: EntityDefinition, record: EntityRecord): void {
  cli.output.answer(record, (one) => showRecord(cli.output, definition, one));
}

/** The body that options say: the file's, then the options'; what is set is read by the field's type, nothing is null. */
async function bodyOf(cli: Cli, { fields }: EntityDefinition, { customer, set = {}, file }: BodyOptions) {
  const body: Record<string, unknown> = file === undefined ? {} : await readBodyFile(cli.around, file);
  const names = Object.keys(set);
  cli.flags = {
    ...Object.fromEntries(names.map((name) => [`data.${name}`, `--set ${name}`])),
    ...(customer !== undefined && { customer_id: '--customer' }),
  };
  const typeOf = (name: string) => fields.find((field) => field.name === name)?.type ?? 'STRING';
  const data = names.map((name) => [name, set[name] ? csvValue(set[name], typeOf(name)) : null] as const);
  return {
    ...body,
    ...(customer !== undefined && { customer_id: customer }),
    ...(names.length > 0 && { data: { ...(body['data'] as object | undefined), ...Object.fromEntries(data) } }),
  };
}

async function put(cli: Cli, options: BodyOptions): Promise<void> {
  const client = await cli.client();
  const { externalId } = options;
  const definition = await definitionOf(client, options.definition);
  const body: Record<string, unknown> = await bodyOf(cli, definition, options);
  if (externalId !== undefined) {
    body['external_id'] = externalId;
    cli.flags = { ...cli.flags, external_id: '--external-id' };
  }
  if (body['data'] === undefined) throw new UsageError('A record needs its values: --set, or "data" in --file.');
  show(cli, definition, await client.entities.records.put(definition.id, body as Parameters<Records['put']>[1]));
}

async function update(cli: Cli, id: string | undefined, options: BodyOptions): Promise<void> {
  const client = await cli.client();
  const { definition, record } = await find(client, id, options);
  const body = await bodyOf(cli, definition, options);
  if (Object.keys(body).length === 0) throw new UsageError('Nothing is to change: name a field, such as --set.');
  show(cli, definition, await client.entities.records.update(definition.id, record.id, body));
}

async function upcoming(cli: Cli, id: string | undefined, options: Which & ListOptions): Promise<void> {
  const client = await cli.client();
  const { records } = client.entities;
  const { definition, record } = await find(client, id, options);
  const listing = await readList(
    options,
    async (limit) => {
      const page = await records.upcoming(definition.id, record.id, { limit });
      return { items: page.upcoming, total: page.total };
    },
    () => records.iterateUpcoming(definition.id, record.id),
  );
  showList(cli.output, 'upcoming', listing, RECORD_UPCOMING_COLUMNS);
}

async function remove(cli: Cli, id: string | undefined, options: Which & YesOption): Promise<void> {
  const client = await cli.client();
  const { definition, record } = await find(client, id, options);
  const name = safe(record.external_id ?? record.id);
  await confirm(cli, options, `Delete the record ${name} of ${definition.slug}?`);
  await client.entities.records.delete(definition.id, record.id);
  cli.output.answer({ id: record.id, deleted: true }, () => {
    cli.output.line(`Record ${name} of ${definition.slug} is deleted.`);
  });
}

function ofKind(command: Command): Command {
  return command.requiredOption('--definition <slug>', 'which kind of records, by its slug or id');
}

function bodyOptions(command: Command): Command {
  return command
    .option('--set <name=value>', 'a value, such as status=open; empty is none; may be repeated', collectText)
    .option('--customer <id>', 'whose it is')
    .option(
      '--file <file>',
      'a JSON file with the record as the API takes it, or - for the standard input; options win over it',
    );
}

/** `hydracore entities records …` */
export function recordCommands(does: Does): Command {
  const group = new Command('records').description("See and write your customers' records one by one.");
  const one = (words: string, description: string) =>
    ofKind(group.command(`${words} [id]`).description(description)).option(
      '--external-id <id>',
      'the one with this id of yours',
    );
  ofKind(listOptions(group.command('list').description('List records, newest first.')))
    .option('--filter <json>', 'conditions on the values, such as \'{"amount":{"$gte":100}}\'')
    .option('--customer <id>', 'of this customer')
    .option('--external-id <id>', 'with this id of yours')
    .action(does(list));
  one('get', 'Show a record.').action(
    does(async (cli, id: string | undefined, options: Which) => {
      const { definition, record } = await find(await cli.client(), id, options);
      show(cli, definition, record);
    }),
  );
  bodyOptions(
    ofKind(
      group
        .command('put')
        .description(
          'Make a record, or write it over the one with its external id: what is not named has no value then.',
        ),
    ).option('--external-id <id>', 'your own id of it; without one it is always a new record'),
  ).action(does(put));
  bodyOptions(one('update', 'Change what the options name; the rest stays.')).action(does(update));
  listOptions(one('upcoming', 'List what RELATIVE schedules will do for a record, and why others do nothing.')).action(
    does(upcoming),
  );
  one('delete', 'Delete a record.')
    .option(...YES)
    .action(does(remove));
  return group;
}
