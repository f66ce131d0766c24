import { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { YES } from '../ask.ts';
import { listOptions, readList, showList, type ListOptions } from '../lists.ts';
import { Names } from '../names.ts';
import type { Does } from '../program.ts';
import { BACKFILL_COLUMNS, progressOf, showBackfill, statusOf } from '../show/backfills.ts';
import { start } from './backfill-start.ts';
import { fatesOfBackfill, watch } from './backfill-watch.ts';

async function list(cli: Cli, schedule: string, options: ListOptions): Promise<void> {
  const { schedules } = await cli.client();
  const listing = await readList(
    options,
    async (limit) => {
      const page = await schedules.backfills(schedule, { limit });
      return { items: page.backfills, total: page.total };
    },
    () => schedules.iterateBackfills(schedule),
  );
  showList(cli.output, 'backfills', listing, BACKFILL_COLUMNS);
}

async function get(cli: Cli, id: string): Promise<void> {
  const client = await cli.client();
  const found = await client.backfills.get(id);
  if (cli.output.json) return cli.output.answer(found, () => undefined);
  const name = await new Names(client).of(found);
  showBackfill(cli.output, found, name, await fatesOfBackfill(client, found));
}

/** `hydracore backfills …` */
export function backfillCommands(does: Does): Command {
  const group = new Command('backfills').description('Run what lies in the past, and steer it.');
  group
    .command('start <schedule>')
    .description('Run the past occurrences of a schedule, ten a second, at most 10,000.')
    .requiredOption(
      '--from <instant>',
      "the first, such as 2027-02-01T00:00:00Z, or a local time in the schedule's zone",
    )
    .requiredOption('--through <instant>', 'the last, not later than now')
    .option('--overlap <policy>', 'while a run is open: ALLOW_ALL (the default), SKIP, BUFFER_ONE or BUFFER_ALL')
    .option('--dry-run', 'make nothing: tell how many it would be')
    .option('--watch', 'show how far it comes, as "backfills watch" does')
    .option(...YES)
    .action(does(start));
  listOptions(group.command('list <schedule>').description('List the backfills of a schedule, newest first.')).action(
    does(list),
  );
  group.command('get <id>').description('Show how far it is, and what became of its runs.').action(does(get));
  group
    .command('watch <id>')
    .description('Show how far it comes until it ends, or Ctrl-C; exit code 1 if a run FAILED.')
    .action(does(watch));
  for (const [verb, description] of [
    ['pause', 'Plan no more of it; what is planned goes on.'],
    ['resume', 'Go on where it stood.'],
    ['cancel', 'End it: what has not started is CANCELLED, the rest finishes.'],
  ] as const) {
    group
      .command(`${verb} <id>`)
      .description(description)
      .action(
        does(async (cli, id: string) =>
          cli.output.answer(await (await cli.client()).backfills[verb](id), (one) =>
            cli.output.line(`Backfill ${one.id} is ${statusOf(one)}: ${progressOf(one)}.`),
          ),
        ),
      );
  }
  return group;
}
