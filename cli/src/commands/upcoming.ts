import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { listOptions, readList, showList, type ListOptions } from '../lists.ts';
import type { Does } from '../program.ts';
import { upcomingColumns } from '../show/upcoming.ts';

interface UpcomingQuery extends ListOptions {
  readonly customer?: string;
  readonly name?: string;
  readonly before?: string;
}

async function list(cli: Cli, options: UpcomingQuery): Promise<void> {
  const { upcoming } = await cli.client();
  const { customer, name, before } = options;
  const query = {
    ...(customer !== undefined && { customer_id: customer }),
    ...(name !== undefined && { name_contains: name }),
    ...(before !== undefined && { before }),
  };
  const listing = await readList(
    options,
    async (limit) => {
      const page = await upcoming.list({ ...query, limit });
      return { items: page.upcoming, total: page.total };
    },
    () => upcoming.iterate(query),
  );
  showList(cli.output, 'upcoming', listing, upcomingColumns(listing.items, cli.around.now()));
}

/** Adds `hydracore schedules upcoming`. */
export function upcomingCommand(group: Command, does: Does): void {
  listOptions(group.command('upcoming').description('List what fires next, the next one first; each schedule once.'))
    .option('--name <part>', 'part of the name')
    .option('--customer <id>', 'of this customer')
    .option('--before <instant>', 'only what fires before this instant, such as 2027-03-01T00:00:00Z')
    .action(does(list));
}
