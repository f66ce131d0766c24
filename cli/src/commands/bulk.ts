import { Command } from 'commander';
import type { BulkAction, BulkActionResult, Schedule } from '../api.ts';
import { confirm, isAttended, YES, type YesOption } from '../ask.ts';
import type { Cli } from '../cli.ts';
import { Shortfall, UsageError } from '../exit.ts';
import type { Does } from '../program.ts';
import { count, many } from '../show/format.ts';
import { SCHEDULE_COLUMNS } from '../show/schedules.ts';
import { scheduleFilter, scheduleQueryOf, type ScheduleQuery } from './schedule-query.ts';

type Action = BulkAction['action'];

const VERBS = {
  pause: { action: 'PAUSE', done: 'paused', what: 'Pause those that the options name; what has started finishes.' },
  resume: { action: 'RESUME', done: 'resumed', what: 'Let those that the options name go on from now.' },
  delete: { action: 'DELETE', done: 'deleted', what: 'Delete those that the options name; their runs are kept.' },
  trigger: { action: 'TRIGGER', done: 'triggered', what: 'Run those that the options name now, once.' },
} as const satisfies Record<string, { action: Action; done: string; what: string }>;
type Verb = keyof typeof VERBS;

interface BulkOptions extends ScheduleQuery, YesOption {
  readonly id?: readonly string[];
  readonly all?: boolean;
  readonly dryRun?: boolean;
}

/** So many of those that match are shown. */
const MOST_SHOWN = 10;
/** Thousands of schedules take a while, and are one request. */
const TIMEOUT_MS = 600_000;

/** @throws UsageError unless it says which schedules */
function filterOf(options: BulkOptions): BulkAction['filter'] {
  const { id, all } = options;
  const query = scheduleQueryOf(options);
  const ids = id && [...new Set(id)];
  const named = ids !== undefined || Object.keys(query).length > 0;
  if (all === true && named) throw new UsageError("--all is every schedule: it can't be given with what names some.");
  if (all === true) return { all };
  if (!named) {
    throw new UsageError(
      'Say which schedules: --status, --type, --name, --customer, --external-id, --id, or --all for every one.',
    );
  }
  return { ...query, ...(ids && { ids }) };
}

async function bulk(cli: Cli, verb: Verb, options: BulkOptions): Promise<void> {
  const { schedules } = await cli.client();
  cli.flags = {
    'filter.ids': '--id',
    'filter.status': '--status',
    'filter.schedule_type': '--type',
    'filter.name_contains': '--name',
    'filter.customer_id': '--customer',
    'filter.external_id': '--external-id',
  };
  const body = { filter: filterOf(options), action: VERBS[verb].action };
  const act = async (dry_run: boolean) => await schedules.bulkActions({ ...body, dry_run }, { timeoutMs: TIMEOUT_MS });
  if (options.dryRun === true || options.yes !== true) {
    const would = await act(true);
    if (options.dryRun === true) {
      if (!cli.output.json) await showSome(cli, body.filter, would);
      cli.output.answer(would, () => cli.output.line(sentence(verb, would)));
      return insistOnIds(body.filter, would);
    }
    const able = would.matched - would.skipped;
    if (able > 0) {
      if (isAttended(cli)) await showSome(cli, body.filter, would);
      const question = `${verb.charAt(0).toUpperCase()}${verb.slice(1)} ${many(able, 'schedule')}${skippedOf(verb, would)}?`;
      await confirm(cli, options, question, ', --dry-run only tells');
    }
  }
  const result = await act(false);
  cli.output.answer(result, () => cli.output.line(sentence(verb, result)));
  insistOnIds(body.filter, result);
}

/** Who names schedules by their ids is told when one is not there. */
function insistOnIds({ ids, ...rest }: BulkAction['filter'], { matched }: BulkActionResult): void {
  if (ids === undefined || Object.keys(rest).length > 0 || matched >= ids.length) return;
  const missing = ids.length - matched;
  throw new Shortfall(
    `of the ${many(ids.length, 'id')}, ${count(missing)} ${missing === 1 ? 'is' : 'are'} of no schedule that is there and yours.`,
  );
}

/** What will be touched, as far as the credential may see it. */
async function showSome(
  cli: Cli,
  { ids, all: _all, ...query }: BulkAction['filter'],
  { matched }: BulkActionResult,
): Promise<void> {
  const { schedules } = await cli.client();
  let some: readonly Schedule[] = [];
  try {
    const first = ids?.slice(0, MOST_SHOWN).map(async (id) => await schedules.get(id));
    some = first ? await Promise.all(first) : (await schedules.list({ ...query, limit: MOST_SHOWN })).schedules;
  } catch {
    // It lacks the right to read, or one of the ids is not there: the number is told all the same.
  }
  if (some.length === 0) return;
  cli.output.table(some, SCHEDULE_COLUMNS);
  if (matched > some.length) cli.output.line(`… and ${count(matched - some.length)} more.`);
}

function sentence(verb: Verb, result: BulkActionResult): string {
  const { matched, skipped, dry_run } = result;
  if (matched === 0) return 'No schedule matches.';
  const { done } = VERBS[verb];
  const able = count(matched - skipped);
  return `${many(matched, 'schedule')} ${matched === 1 ? 'matches' : 'match'}: ${able} ${dry_run ? `would be ${done}` : done}${skippedOf(verb, result)}.`;
}

function skippedOf(verb: Verb, { skipped, skip_reasons }: BulkActionResult): string {
  if (skipped === 0) return '';
  const words: Record<string, string> = {
    unchanged: verb === 'pause' ? 'paused already' : 'not paused',
    schedule_completed: 'completed',
  };
  const reasons = Object.entries(skip_reasons).map(([reason, number]) => `${count(number)} ${words[reason] ?? reason}`);
  return `, ${count(skipped)} skipped (${reasons.join(', ')})`;
}

/** `hydracore schedules bulk …` */
export function bulkCommands(does: Does): Command {
  const group = new Command('bulk').description('Pause, resume, delete or trigger many at once.');
  for (const verb of Object.keys(VERBS) as Verb[]) {
    scheduleFilter(group.command(verb).description(VERBS[verb].what))
      .option('--id <id...>', 'with these ids, at most 1,000')
      .option('--all', 'every schedule')
      .option('--dry-run', 'change nothing: tell how many it would be')
      .option(...YES)
      .action(does(async (cli, options: BulkOptions) => await bulk(cli, verb, options)));
  }
  return group;
}
