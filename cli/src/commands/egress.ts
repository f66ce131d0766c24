import { Command } from 'commander';
import type { Client, EgressPolicy } from '../api.ts';
import { confirm, isAttended, YES, type YesOption } from '../ask.ts';
import type { Cli } from '../cli.ts';
import { UsageError } from '../exit.ts';
import { readBodyFile } from '../fields.ts';
import type { Does } from '../program.ts';
import { instant } from '../show/format.ts';

type Lists = Pick<EgressPolicy, 'allow' | 'deny'>;

interface SetOptions extends YesOption {
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  readonly clearAllow?: boolean;
  readonly clearDeny?: boolean;
  readonly file?: string;
}

function show(cli: Cli, policy: EgressPolicy): void {
  cli.output.answer(policy, ({ allow, deny, updated_at }) => {
    const lines = (name: string, entries: readonly string[], none: string) =>
      (entries.length === 0 ? [none] : entries).map((entry, index) => [index === 0 ? name : '', entry] as const);
    cli.output.details([
      ...lines('Allowed', allow, 'wherever this server lets any go'),
      ...lines('Denied', deny, 'nothing'),
      ['Set', updated_at === null ? 'never' : instant(updated_at)],
    ]);
  });
}

/** The policy as it is, and what a change of it hangs on. */
async function read(client: Client): Promise<{ readonly policy: EgressPolicy; readonly condition: object }> {
  const { data, response } = await client.raw.GET('/v1/egress-policy');
  // What is refused is told by the call that throws.
  if (data === undefined) return { policy: await client.egressPolicy.get(), condition: {} };
  const ifMatch = response.headers.get('etag');
  return { policy: data, condition: ifMatch === null ? {} : { ifMatch } };
}

/** What is to hold: a list that no option names stays. */
async function wantedOf(cli: Cli, policy: Lists, options: SetOptions): Promise<Record<string, unknown>> {
  const { allow, deny, clearAllow, clearDeny, file } = options;
  const given: Record<string, unknown> = file === undefined ? {} : await readBodyFile(cli.around, file);
  return {
    allow: policy.allow,
    deny: policy.deny,
    ...given,
    ...(allow && { allow }),
    ...(deny && { deny }),
    ...(clearAllow === true && { allow: [] }),
    ...(clearDeny === true && { deny: [] }),
  };
}

/** What comes and what goes, one a line. */
function changesOf(before: Lists, after: Readonly<Record<string, unknown>>): string[] {
  return (['allow', 'deny'] as const).flatMap((name) => {
    const given = after[name];
    // As it is stored: what is written otherwise and means the same is no change.
    const wanted = Array.isArray(given) ? given.map((entry) => String(entry).toLowerCase()) : [];
    return [
      ...wanted.filter((entry) => !before[name].includes(entry)).map((entry) => `+ ${name} ${entry}`),
      ...before[name].filter((entry) => !wanted.includes(entry)).map((entry) => `- ${name} ${entry}`),
    ];
  });
}

async function set(cli: Cli, options: SetOptions): Promise<void> {
  const { allow, deny, clearAllow, clearDeny, file } = options;
  if ([allow, deny, clearAllow, clearDeny, file].every((given) => given === undefined)) {
    throw new UsageError('Say what is to hold: --allow, --deny, --clear-allow, --clear-deny or --file.');
  }
  for (const [name, one, other] of [
    ['allow', allow, clearAllow],
    ['deny', deny, clearDeny],
  ] as const) {
    if (one && other) throw new UsageError(`--${name} and --clear-${name} can't be given together.`);
  }
  const client = await cli.client();
  cli.flags = { ...(allow && { allow: '--allow' }), ...(deny && { deny: '--deny' }) };
  const { policy, condition } = await read(client);
  const wanted = await wantedOf(cli, policy, options);
  const changes = changesOf(policy, wanted);
  if (changes.length > 0) {
    if (isAttended(cli)) for (const change of changes) cli.output.line(change);
    await confirm(cli, options, 'Change the egress policy? Every attempt that starts from then on goes by it.');
  }
  const body = wanted as Parameters<Client['egressPolicy']['update']>[0];
  show(cli, await client.egressPolicy.update(body, condition));
}

/** `hydracore egress …` */
export function egressCommands(does: Does): Command {
  const group = new Command('egress').description("See and set where the tenant's actions may go.");
  group
    .command('show')
    .description('Show the egress policy.')
    .action(does(async (cli) => show(cli, await (await cli.client()).egressPolicy.get())));
  group
    .command('set')
    .description('Set what the options name; a list that is not named stays.')
    .option(
      '--allow <entry...>',
      'nothing else may be reached: names, *.names, addresses and CIDRs; instead of those of before',
    )
    .option('--deny <entry...>', 'these may not be reached, whatever is allowed; instead of those of before')
    .option('--clear-allow', 'let them go wherever this server lets any go')
    .option('--clear-deny', 'deny nothing')
    .option(
      '--file <file>',
      'a JSON file with the lists "allow" and "deny", or - for the standard input; options win over it',
    )
    .option(...YES)
    .action(does(set));
  return group;
}
