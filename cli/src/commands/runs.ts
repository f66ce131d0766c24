import { Command } from 'commander';
import type { Run } from '../api.ts';
import type { Cli } from '../cli.ts';
import { wholeNumber } from '../fields.ts';
import { listOptions, readList, showList, type ListOptions } from '../lists.ts';
import { Names } from '../names.ts';
import type { Does } from '../program.ts';
import { runColumns, showRun } from '../show/runs.ts';
import { completionCommands } from './run-completion.ts';
import { queryOf, type RunQuery } from './run-query.ts';
import { tail } from './tail.ts';

interface ListQuery extends RunQuery, ListOptions {
  readonly customer?: string;
  readonly trigger?: Run['trigger'];
  readonly backfill?: string;
  readonly record?: string;
  readonly from?: string;
  readonly to?: string;
}

function which(command: Command): Command {
  return command
    .option('--schedule <id>', 'of this schedule')
    .option('--status <status>', 'PENDING, RUNNING, SUCCEEDED, FAILED, SKIPPED, MISSED or CANCELLED');
}

async function list(cli: Cli, options: ListQuery): Promise<void> {
  const client = await cli.client();
  const { runs } = client;
  const { customer, trigger, backfill, record, from, to } = options;
  const query = {
    ...queryOf(options),
    ...(customer !== undefined && { customer_id: customer }),
    ...(trigger !== undefined && { trigger }),
    ...(backfill !== undefined && { backfill_id: backfill }),
    ...(record !== undefined && { record_id: record }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  };
  const listing = await readList(
    options,
    async (limit) => {
      const page = await runs.list({ ...query, limit });
      return { items: page.runs, total: page.total };
    },
    () => runs.iterate(query),
  );
  const names = cli.output.json ? new Map<string, string>() : await new Names(client).ofAll(listing.items);
  showList(cli.output, 'runs', listing, runColumns(names));
}

/** `hydracore runs …` */
export function runCommands(does: Does): Command {
  const group = new Command('runs').description('See what became of each occurrence.');
  which(listOptions(group.command('list').description('List runs, newest first.')))
    .option('--customer <id>', "of this customer's schedules")
    .option('--trigger <trigger>', 'SCHEDULE, MANUAL or BACKFILL')
    .option('--backfill <id>', 'of this backfill')
    .option('--record <id>', 'RELATIVE: about this record')
    .option('--from <instant>', 'scheduled for this instant or later, such as 2027-03-01T00:00:00Z')
    .option('--to <instant>', 'scheduled for before this instant')
    .action(does(list));
  group
    .command('get <id>')
    .description('Show a run with every attempt.')
    .action(
      does(async (cli, id: string) => {
        const client = await cli.client();
        const found = await client.runs.get(id);
        const name = cli.output.json ? '' : await new Names(client).of(found);
        cli.output.answer(found, (run) => showRun(cli.output, run, name, cli.around.now()));
      }),
    );
  group
    .command('retry <id>')
    .description('Try a FAILED run again, as a new run.')
    .action(
      does(async (cli, id: string) =>
        cli.output.answer(await (await cli.client()).runs.retry(id), (run) =>
          cli.output.line(`Run ${run.id} tries it again; see "hydracore runs get ${run.id}".`),
        ),
      ),
    );
  group
    .command('cancel <id>')
    .description('Cancel a run; one under way is told to stop.')
    .action(
      does(async (cli, id: string) =>
        cli.output.answer(await (await cli.client()).runs.cancel(id), (run) =>
          cli.output.line(run.cancel_requested ? `Run ${run.id} is asked to stop.` : `Run ${run.id} is ${run.status}.`),
        ),
      ),
    );
  completionCommands(group, does);
  which(group.command('tail').description('Show runs as they begin and end, until Ctrl-C.'))
    .option('--lines <number>', 'begin with so many that are there already', wholeNumber(0, 100), 10)
    .action(does(tail));
  return group;
}
