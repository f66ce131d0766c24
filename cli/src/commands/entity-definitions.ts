import { Command, InvalidArgumentError } from 'commander';
import type { Client, EntityDefinition, EntityField } from '../api.ts';
import { confirm, YES, type YesOption } from '../ask.ts';
import type { Cli } from '../cli.ts';
import { UsageError } from '../exit.ts';
import { readBodyFile, wholeNumber } from '../fields.ts';
import { listOptions, readList, showList, type ListOptions } from '../lists.ts';
import type { Does } from '../program.ts';
import { DEFINITION_COLUMNS, showDefinition } from '../show/entities.ts';
import { many, safe } from '../show/format.ts';
import { definitionOf } from './definition-of.ts';

type Entities = Client['entities'];

/** A field as an option gives it; the API says whether there is such a type. */
interface FieldOption {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
}

interface BodyOptions {
  readonly slug?: string;
  readonly name?: string;
  readonly field?: readonly FieldOption[];
  readonly file?: string;
}

interface UpdateOptions extends BodyOptions {
  readonly addField?: readonly FieldOption[];
  readonly dropField?: readonly string[];
  readonly ifVersion?: number;
}

/** With its records it takes a while, and is one request. */
const TIMEOUT_MS = 600_000;
const TYPES = 'STRING, NUMBER, BOOLEAN, DATE, DATETIME or JSON';

/** `due_on:DATE` or `due_on:DATE:required`, collected. */
function collectOption(text: string, before: readonly FieldOption[] = []): FieldOption[] {
  const [name = '', type = '', required, ...more] = text.split(':');
  const bad = name === '' || type === '' || more.length > 0 || (required ?? 'required') !== 'required';
  if (bad) throw new InvalidArgumentError('It must be like due_on:DATE, or due_on:DATE:required.');
  return [...before, { name, type: type.toUpperCase(), required: required !== undefined }];
}

function bodyOptions(command: Command): Command {
  return command
    .option('--name <name>', 'what people call it')
    .option(
      '--file <file>',
      'a JSON file with the fields of the API, or - for the standard input; options win over it',
    );
}

async function bodyOf(cli: Cli, { slug, name, field, file }: BodyOptions): Promise<Record<string, unknown>> {
  cli.flags = {
    ...(slug !== undefined && { slug: '--slug' }),
    ...(name !== undefined && { name: '--name' }),
    ...(field !== undefined && { fields: '--field' }),
  };
  return {
    ...(file === undefined ? {} : await readBodyFile(cli.around, file)),
    ...(slug !== undefined && { slug }),
    ...(name !== undefined && { name }),
    ...(field !== undefined && { fields: field }),
  };
}

function show(cli: Cli, definition: EntityDefinition): void {
  cli.output.answer(definition, (one) => showDefinition(cli.output, one));
}

async function list(cli: Cli, options: ListOptions & { readonly slug?: string }): Promise<void> {
  const { entities } = await cli.client();
  const query = options.slug === undefined ? {} : { slug: options.slug };
  const listing = await readList(
    options,
    async (limit) => {
      const page = await entities.list({ ...query, limit });
      return { items: page.entity_definitions, total: page.total };
    },
    () => entities.iterate(query),
  );
  showList(cli.output, 'entity_definitions', listing, DEFINITION_COLUMNS);
}

/** @throws UsageError where one is missing: the API would tell the names of its fields, which are no options */
async function create(cli: Cli, options: BodyOptions): Promise<void> {
  const { entities } = await cli.client();
  const body = await bodyOf(cli, options);
  const parts = { slug: '--slug', name: '--name', fields: '--field' };
  const missing = Object.entries(parts).flatMap(([field, option]) => (body[field] === undefined ? [option] : []));
  if (missing.length > 0) {
    throw new UsageError(`A definition needs ${missing.join(', ')}; --file takes the fields of the API.`);
  }
  show(cli, await entities.create(body as Parameters<Entities['create']>[0]));
}

async function update(cli: Cli, which: string, options: UpdateOptions): Promise<void> {
  const { addField: added = [], dropField: dropped = [], ifVersion } = options;
  const client = await cli.client();
  const body = await bodyOf(cli, options);
  const edits = added.length + dropped.length > 0;
  if (edits && body['fields'] !== undefined) {
    throw new UsageError("--field is the whole list: it can't be given with --add-field or --drop-field.");
  }
  if (!edits && Object.keys(body).length === 0) {
    throw new UsageError('Nothing is to change: name a field of it, such as --name or --add-field.');
  }
  const definition = await definitionOf(client, which);
  if (edits) {
    body['fields'] = edited(definition, added, dropped);
    cli.flags = { ...cli.flags, fields: '--add-field' };
  }
  // A list that was put together from what was read is for that version alone.
  const only = ifVersion ?? (edits ? definition.version : undefined);
  const condition = only === undefined ? {} : { ifMatch: only };
  show(cli, await client.entities.update(definition.id, body, condition));
}

/** The fields without some, and with others: one of a name that is there takes its place. */
function edited({ slug, fields }: EntityDefinition, added: readonly FieldOption[], dropped: readonly string[]) {
  const unknown = dropped.find((name) => !fields.some((field) => field.name === name));
  if (unknown !== undefined) {
    const there = fields.map(({ name }) => name).join(', ');
    throw new UsageError(`--drop-field ${JSON.stringify(unknown)} is no field of ${slug}; it has ${there || 'none'}.`);
  }
  const kept: readonly (FieldOption | EntityField)[] = fields.filter(({ name }) => !dropped.includes(name));
  const replaced = kept.map((field) => added.find(({ name }) => name === field.name) ?? field);
  return [...replaced, ...added.filter(({ name }) => !kept.some((field) => field.name === name))];
}

async function remove(cli: Cli, which: string, options: YesOption & { readonly cascade?: boolean }): Promise<void> {
  const client = await cli.client();
  const { id, slug, name } = await definitionOf(client, which);
  const cascade = options.cascade === true;
  if (options.yes !== true) {
    const { total } = cascade ? await client.entities.records.list(id, { limit: 1 }) : { total: 0 };
    const records = total === 0 ? '' : ` and its ${many(total, 'record')}`;
    await confirm(cli, options, `Delete the definition ${JSON.stringify(safe(name))}${records}?`);
  }
  await client.entities.delete(id, { cascade: cascade ? 'true' : 'false' }, { timeoutMs: TIMEOUT_MS });
  const records = cascade ? ', with its records' : '';
  cli.output.answer({ id, deleted: true }, () => cli.output.line(`Definition ${slug} is deleted${records}.`));
}

/** `hydracore entities definitions …` */
export function definitionCommands(does: Does): Command {
  const group = new Command('definitions').description('Say which fields the records of a kind have.');
  listOptions(group.command('list').description('List definitions, newest first.'))
    .option('--slug <slug>', 'the one with this slug')
    .action(does(list));
  group
    .command('get <definition>')
    .description('Show a definition, by its slug or id.')
    .action(does(async (cli, which: string) => show(cli, await definitionOf(await cli.client(), which))));
  bodyOptions(group.command('create').description('Make a definition.'))
    .option('--slug <slug>', 'what it is named by, such as invoices; it never changes')
    .option('--field <name:type...>', `its fields, such as due_on:DATE:required; ${TYPES}`, collectOption)
    .action(does(create));
  bodyOptions(group.command('update <definition>').description('Change what the options name; the rest stays.'))
    .option(
      '--add-field <name:type...>',
      'further fields, such as note:STRING, or others of the same names',
      collectOption,
    )
    .option('--drop-field <name...>', 'these fields go; records must have no value in them')
    .option('--field <name:type...>', 'the whole list of fields instead', collectOption)
    .option('--if-version <number>', 'only while it is at this version', wholeNumber(1))
    .action(does(update));
  group
    .command('delete <definition>')
    .description('Delete a definition that has no records.')
    .option('--cascade', 'its records, too')
    .option(...YES)
    .action(does(remove));
  return group;
}
