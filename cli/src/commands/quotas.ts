import { Command, InvalidArgumentError } from 'commander';
import type { Quotas } from '../api.ts';
import type { Cli } from '../cli.ts';
import { UsageError } from '../exit.ts';
import { wholeNumber } from '../fields.ts';
import type { Does } from '../program.ts';
import { count } from '../show/format.ts';
import type { Column } from '../show/output.ts';

type Standing = Quotas['schedules'];

/** What each quota is of, in this order. */
const NAMES = {
  schedules: 'Schedules',
  records: 'Records',
  runs_per_minute: 'Runs started in this minute',
  api_keys: 'API keys that work',
  entity_definitions: 'Entity definitions',
} as const satisfies Record<Exclude<keyof Quotas, 'tenant_id'>, string>;

const COLUMNS: Column<{ readonly name: string; readonly standing: Standing }>[] = [
  { head: 'Of', text: ({ name }) => name },
  {
    head: 'Used',
    text: ({ standing: { used } }) => count(used),
    style: ({ standing: { used, limit } }) => (limit !== null && used >= limit ? 'red' : null),
  },
  { head: 'At most', text: ({ standing: { limit } }) => (limit === null ? 'no limit' : count(limit)) },
  { head: 'Whose', text: ({ standing: { source } }) => (source === 'TENANT' ? "the tenant's own" : "the server's") },
];

/** What is given for a quota: a number, or the way back to the server's. */
type Given = number | 'default';

interface SetOptions {
  readonly tenant: string;
  readonly schedules?: Given;
  readonly records?: Given;
  readonly runsPerMinute?: Given;
}

function show(cli: Cli, quotas: Quotas): void {
  cli.output.answer(quotas, () => {
    const rows = (Object.keys(NAMES) as (keyof typeof NAMES)[]).map((key) => ({
      name: NAMES[key],
      standing: quotas[key],
    }));
    cli.output.table(rows, COLUMNS);
  });
}

async function set(cli: Cli, { tenant, schedules, records, runsPerMinute }: SetOptions): Promise<void> {
  cli.flags = { schedules: '--schedules', records: '--records', runs_per_minute: '--runs-per-minute' };
  const given = Object.entries({ schedules, records, runs_per_minute: runsPerMinute });
  const body = Object.fromEntries(
    given.flatMap(([name, value]) => (value === undefined ? [] : [[name, value === 'default' ? null : value]])),
  );
  if (Object.keys(body).length === 0) {
    throw new UsageError('Nothing is to change: name a quota, --schedules, --records or --runs-per-minute.');
  }
  const { tenants } = await cli.client();
  show(cli, await tenants.quotas.update(tenant, body));
}

function quota(value: string): Given {
  if (value === 'default') return value;
  try {
    return wholeNumber(1, 1_000_000_000)(value);
  } catch {
    throw new InvalidArgumentError("It must be a whole number from 1 to 1000000000, or default: the server's.");
  }
}

/** `hydracore quotas …` */
export function quotaCommands(does: Does): Command {
  const group = new Command('quotas').description('See what a tenant may have, and what it has.');
  group
    .command('show')
    .description('Show the quotas of your tenant.')
    .option('--tenant <id>', "of another tenant: the operator's")
    .action(
      does(async (cli, { tenant }: { tenant?: string }) => {
        const { quotas, tenants } = await cli.client();
        show(cli, await (tenant === undefined ? quotas.get() : tenants.quotas.get(tenant)));
      }),
    );
  group
    .command('set')
    .description("Give a tenant quotas of its own: the operator's. What is not named stays, and so does what there is.")
    .requiredOption('--tenant <id>', 'whose they are')
    .option('--schedules <number>', "the most schedules, or default: the server's", quota)
    .option('--records <number>', 'the most records, of all definitions together, or default', quota)
    .option('--runs-per-minute <number>', 'the most runs that start in a minute, others wait; or default', quota)
    .action(does(set));
  return group;
}
