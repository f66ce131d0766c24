import { Command } from 'commander';
import type { Schedule } from '../api.ts';
import { confirm, YES, type YesOption } from '../ask.ts';
import type { Cli } from '../cli.ts';
import { type Flags, UsageError } from '../exit.ts';
import { collectField, readBodyFile, readObject, wholeNumber } from '../fields.ts';
import { listOptions, readList, showList, type ListOptions } from '../lists.ts';
import type { Does } from '../program.ts';
import { safe } from '../show/format.ts';
import { SCHEDULE_COLUMNS, showPreview, showSchedule } from '../show/schedules.ts';
import { bulkCommands } from './bulk.ts';
import { scheduleFilter, scheduleQueryOf, type ScheduleQuery } from './schedule-query.ts';
import { importCommand } from './schedules-import.ts';
import { upcomingCommand } from './upcoming.ts';

interface BodyOptions {
  readonly name?: string;
  readonly description?: string;
  readonly timezone?: string;
  readonly cron?: string;
  readonly rate?: string;
  readonly at?: string;
  readonly rrule?: string;
  readonly webhook?: string;
  readonly log?: string;
  readonly actionType?: string;
  readonly actionConfig?: string;
  readonly set?: Record<string, unknown>;
  readonly file?: string;
}

type Body = Record<string, unknown>;

const WHENS = { cron: 'CRON', rate: 'RATE', at: 'ONE_TIME', rrule: 'RRULE' } as const;

function bodyOptions(command: Command): Command {
  return command
    .option('--name <name>', 'what people call it')
    .option('--description <text>', 'what it is for')
    .option('--timezone <zone>', 'any IANA time zone, such as Europe/Berlin')
    .option('--cron <expression>', 'when: a cron, such as "0 2 * * *"')
    .option('--rate <interval>', 'when: an interval, such as 5m, 90s or PT1H30M')
    .option('--at <instant>', 'when: once, such as 2027-12-24T18:00:00')
    .option('--rrule <rule>', 'when: such as "RRULE:FREQ=MONTHLY;BYDAY=2TU"')
    .option('--action-config <json>', 'what the action needs, as JSON')
    .option('--set <name=value>', 'any other field of the API, such as max_retries=5; may be repeated', collectField)
    .option('--file <file>', 'a JSON file with the fields, or - for the standard input; options win over it');
}

/** The body that options say: the file's, then the options', then what was set. */
async function bodyOf(cli: Cli, options: BodyOptions): Promise<Body> {
  cli.flags = flagsOf(options);
  const body: Body = options.file === undefined ? {} : await readBodyFile(cli.around, options.file);
  for (const name of ['name', 'description', 'timezone'] as const) {
    if (options[name] !== undefined) body[name] = options[name];
  }
  one(options, 'cron', 'rate', 'at', 'rrule');
  for (const [name, type] of Object.entries(WHENS)) {
    const expression = options[name as keyof typeof WHENS];
    if (expression !== undefined) Object.assign(body, { schedule_type: type, schedule_expression: expression });
  }
  one(options, 'webhook', 'log', 'actionType');
  if (options.webhook !== undefined) {
    Object.assign(body, { action_type: 'WEBHOOK', action_config: { url: options.webhook } });
  }
  if (options.log !== undefined)
    Object.assign(body, { action_type: 'LOG_EVENT', action_config: { message: options.log } });
  if (options.actionType !== undefined) body['action_type'] = options.actionType;
  if (options.actionConfig !== undefined) {
    const more = readObject('--action-config', options.actionConfig);
    const brief = options.webhook !== undefined || options.log !== undefined;
    body['action_config'] = brief ? { ...(body['action_config'] as Body), ...more } : more;
  }
  return { ...body, ...options.set };
}

/** What an option has set is told of at the option, the rest at the field. */
function flagsOf(options: BodyOptions): Flags {
  const when = Object.keys(WHENS).find((name) => options[name as keyof typeof WHENS] !== undefined);
  const pairs = [
    ['name', options.name, '--name'],
    ['description', options.description, '--description'],
    ['timezone', options.timezone, '--timezone'],
    ['schedule_expression', when, `--${when}`],
    ['action_type', options.actionType, '--action-type'],
    ['action_config.url', options.webhook, '--webhook'],
    ['action_config.message', options.log, '--log'],
  ] as const;
  return Object.fromEntries(pairs.flatMap(([field, given, flag]) => (given === undefined ? [] : [[field, flag]])));
}

function one(options: BodyOptions, ...names: (keyof BodyOptions)[]): void {
  const given = names.filter((name) => options[name] !== undefined);
  if (given.length > 1) {
    const shown = given.map((name) => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
    throw new UsageError(`${shown.join(' and ')} can't be given together.`);
  }
}

/** What every schedule has, and the options that give it. */
const PARTS = {
  name: '--name',
  schedule_type: 'when it fires (--cron, --rate, --at or --rrule)',
  action_type: 'what it does (--webhook, --log, or --action-type with --action-config)',
} as const;

/** @throws UsageError where one is missing: the API would tell the names of its fields, which are no options */
function insistOnParts(body: Body): void {
  const missing = Object.entries(PARTS).flatMap(([field, option]) => (body[field] === undefined ? [option] : []));
  if (missing.length === 0) return;
  throw new UsageError(`A schedule needs ${missing.join(', ')}; --file and --set take the fields of the API.`);
}

function show(cli: Cli, schedule: Schedule): void {
  cli.output.answer(schedule, (one) => showSchedule(cli.output, one, cli.around.now()));
}

async function list(cli: Cli, options: ListOptions & ScheduleQuery): Promise<void> {
  const { schedules } = await cli.client();
  const query = scheduleQueryOf(options);
  const listing = await readList(
    options,
    async (limit) => {
      const page = await schedules.list({ ...query, limit });
      return { items: page.schedules, total: page.total };
    },
    () => schedules.iterate(query),
  );
  showList(cli.output, 'schedules', listing, SCHEDULE_COLUMNS);
}

/** The options of create say what update's can't change. */
const NEVER_MADE: Body = { name: 'Preview', action_type: 'LOG_EVENT', action_config: { message: 'preview' } };

interface PreviewOptions extends BodyOptions {
  readonly count: number;
  readonly after?: string;
  readonly record?: string;
}

async function preview(cli: Cli, id: string | undefined, options: PreviewOptions): Promise<void> {
  const { schedules } = await cli.client();
  const { count, after, record } = options;
  const query = { count, ...(after !== undefined && { after }), ...(record !== undefined && { record_id: record }) };
  const body = await bodyOf(cli, options);
  const asked = Object.keys(body).length > 0;
  if ((id === undefined) !== asked) {
    throw new UsageError(
      'Give the id of a schedule, or say when it would fire: --cron, --rate, --at, --rrule or --file.',
    );
  }
  const answer =
    id === undefined
      ? await schedules.previewNew({ ...NEVER_MADE, ...body } as Parameters<typeof schedules.previewNew>[0], query)
      : await schedules.preview(id, query);
  cli.output.answer(answer, (one) => showPreview(cli.output, one));
}

/** `hydracore schedules …` */
export function scheduleCommands(does: Does): Command {
  const group = new Command('schedules').description('Make, see and steer schedules.');
  scheduleFilter(listOptions(group.command('list').description('List schedules, newest first.'))).action(does(list));
  upcomingCommand(group, does);
  group
    .command('get <id>')
    .description('Show a schedule.')
    .action(does(async (cli, id: string) => show(cli, await (await cli.client()).schedules.get(id))));
  bodyOptions(group.command('create').description('Make a schedule.'))
    .option('--webhook <url>', 'what: a webhook to there')
    .option('--log <message>', "what: a line in the server's log")
    .option(
      '--action-type <type>',
      'what: any type of action (see "hydracore action-types list"), with --action-config',
    )
    .action(
      does(async (cli, options: BodyOptions) => {
        const { schedules } = await cli.client();
        const body = await bodyOf(cli, options);
        insistOnParts(body);
        show(cli, await schedules.create(body as Parameters<typeof schedules.create>[0]));
      }),
    );
  importCommand(group, does);
  bodyOptions(group.command('update <id>').description('Change what the options name; the rest stays.'))
    .option('--if-version <number>', 'only while it is at this version', wholeNumber(1))
    .action(
      does(async (cli, id: string, options: BodyOptions & { ifVersion?: number }) => {
        const { schedules } = await cli.client();
        const body = await bodyOf(cli, options);
        if (Object.keys(body).length === 0) throw new UsageError('Nothing is to change: name a field, such as --cron.');
        const only = options.ifVersion === undefined ? {} : { ifMatch: options.ifVersion };
        show(cli, await schedules.update(id, body, only));
      }),
    );
  for (const [verb, description] of [
    ['pause', 'Stop planning it; what has started finishes.'],
    ['resume', 'Go on from now.'],
  ] as const) {
    group
      .command(`${verb} <id>`)
      .description(description)
      .action(does(async (cli, id: string) => show(cli, await (await cli.client()).schedules[verb](id))));
  }
  group
    .command('trigger <id>')
    .description('Run it now, once, whatever its rule says.')
    .option('--action-config <json>', 'changes the action for this run only')
    .option('--record <id>', 'RELATIVE: the record that it is about')
    .action(
      does(async (cli, id: string, options: { actionConfig?: string; record?: string }) => {
        const { schedules } = await cli.client();
        const { actionConfig, record } = options;
        cli.flags = { record_id: '--record' };
        const run = await schedules.trigger(id, {
          ...(actionConfig !== undefined && { action_config: readObject('--action-config', actionConfig) }),
          ...(record !== undefined && { record_id: record }),
        });
        cli.output.answer(run, ({ id: runId, status }) =>
          cli.output.line(`Run ${runId} is ${status}; see "hydracore runs get ${runId}".`),
        );
      }),
    );
  group
    .command('delete <id>')
    .description('Delete it; its runs are kept.')
    .option(...YES)
    .action(
      does(async (cli, id: string, options: YesOption) => {
        const { schedules } = await cli.client();
        if (options.yes !== true) {
          const { name } = await schedules.get(id);
          await confirm(cli, options, `Delete the schedule ${JSON.stringify(safe(name))}? Its runs are kept.`);
        }
        await schedules.delete(id);
        cli.output.answer({ id, deleted: true }, () =>
          cli.output.line(`Schedule ${id} is deleted; its runs are kept.`),
        );
      }),
    );
  bodyOptions(group.command('preview [id]').description('Show when it will fire, or would.'))
    .option('--count <number>', 'so many occurrences', wholeNumber(1, 100), 10)
    .option('--after <instant>', 'those after this instant, such as 2027-03-01T00:00:00Z')
    .option('--record <id>', 'RELATIVE: of this record')
    .action(does(preview));
  return group.addCommand(bulkCommands(does));
}
