import { Command } from 'commander';
import type { AuditEvent } from '../api.ts';
import type { Cli } from '../cli.ts';
import { listOptions, readList, showList, type ListOptions } from '../lists.ts';
import type { Does } from '../program.ts';
import { instant, shorten } from '../show/format.ts';
import type { Column } from '../show/output.ts';

/** The fields that an update has changed, what was done to many, or why it was refused. */
function whatOf({ before, after, detail, target }: AuditEvent): string | null {
  if (detail !== null) return detail;
  if (target.id === null && after !== null) return JSON.stringify(after);
  return before === null || after === null ? null : Object.keys(after).join(', ');
}

const COLUMNS: Column<AuditEvent>[] = [
  { head: 'At', text: ({ at }) => instant(at) },
  { head: 'Who', text: ({ actor }) => shorten(actor.name ?? actor.id, 36), least: 12 },
  { head: 'Operation', text: ({ operation }) => operation },
  { head: 'Outcome', text: ({ outcome }) => outcome, style: ({ outcome }) => (outcome === 'DENIED' ? 'red' : null) },
  { head: 'Target', text: ({ target }) => target.id, spare: 2 },
  { head: 'What', text: (event) => shorten(whatOf(event) ?? '', 60), least: 12, spare: 1 },
  { head: 'From', text: ({ remote_address }) => remote_address, spare: 0 },
];

interface ListQuery extends ListOptions {
  readonly actor?: string;
  readonly operation?: string;
  readonly target?: string;
  readonly outcome?: AuditEvent['outcome'];
  readonly from?: string;
  readonly to?: string;
}

async function list(cli: Cli, options: ListQuery): Promise<void> {
  const { auditEvents } = await cli.client();
  const { actor, operation, target, outcome, from, to } = options;
  const query = {
    ...(actor !== undefined && { actor }),
    ...(operation !== undefined && { operation }),
    ...(target !== undefined && { target_id: target }),
    ...(outcome !== undefined && { outcome }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  };
  const listing = await readList(
    options,
    async (limit) => {
      const page = await auditEvents.list({ ...query, limit });
      return { items: page.audit_events, total: page.total };
    },
    () => auditEvents.iterate(query),
  );
  showList(cli.output, 'audit_events', listing, COLUMNS);
}

/** `hydracore audit …` */
export function auditCommands(does: Does): Command {
  const group = new Command('audit').description('See who has changed what.');
  listOptions(
    group.command('list').description('List changes, and what was refused for want of a right, newest first.'),
  )
    .option('--target <id>', 'of this schedule, run, key, …')
    .option('--actor <id>', "by this key's id, subject of a JWT, or operator")
    .option('--operation <name>', 'such as pauseSchedule: the operationId of the API page')
    .option('--outcome <outcome>', 'DONE or DENIED')
    .option('--from <instant>', 'at this instant or later, such as 2027-03-01T00:00:00Z')
    .option('--to <instant>', 'before this instant')
    .action(does(list));
  return group;
}
