import { Command } from 'commander';
import type { WebhookSecret } from '../api.ts';
import type { Cli } from '../cli.ts';
import { Shortfall } from '../exit.ts';
import { wholeNumber } from '../fields.ts';
import { keepOnce, type SaveOption } from '../keep-once.ts';
import type { Does } from '../program.ts';
import { instant } from '../show/format.ts';
import type { Column } from '../show/output.ts';

const COLUMNS: Column<WebhookSecret>[] = [
  { head: 'ID', text: ({ id }) => id },
  { head: 'Made', text: ({ created_at }) => instant(created_at) },
  { head: 'Signs until', text: ({ expires_at }) => (expires_at === null ? 'further notice' : instant(expires_at)) },
];

async function list(cli: Cli): Promise<void> {
  const answer = await (await cli.client()).webhookSecrets.list();
  cli.output.answer(answer, ({ webhook_secrets, from_environment }) => {
    if (webhook_secrets.length > 0) cli.output.table(webhook_secrets, COLUMNS);
    if (from_environment) cli.output.note('HYDRACORE_WEBHOOK_SECRETS of the server sets them: they are changed there.');
  });
}

async function rotate(cli: Cli, options: SaveOption & { readonly overlapMinutes?: number }): Promise<void> {
  const { webhookSecrets } = await cli.client();
  cli.flags = { overlap_minutes: '--overlap-minutes' };
  const { save, overlapMinutes } = options;
  const body = overlapMinutes === undefined ? {} : { overlap_minutes: overlapMinutes };
  const make = async () => await webhookSecrets.rotate(body);
  const made = await keepOnce(cli, options, make, ({ webhook_secret }) => webhook_secret);
  const { webhook_secret: secret } = made;
  if (secret === null) {
    throw new Shortfall('a new secret signs now, but the answer that had it was lost on the way. Rotate once more.');
  }
  cli.output.answer(save === undefined ? made : { ...made, webhook_secret: null }, ({ webhook_secrets }) => {
    cli.output.details([['Secret', save === undefined ? secret : `in ${save}`]]);
    cli.output.table(webhook_secrets, COLUMNS);
    if (save === undefined)
      cli.output.note('The secret is shown this once. Let receivers take it, beside those that end.');
  });
}

/** `hydracore webhook-secrets …` */
export function webhookSecretCommands(does: Does): Command {
  const group = new Command('webhook-secrets').description('See and rotate what signs your webhooks.');
  group.command('list').description('List what signs now; never the secrets themselves.').action(does(list));
  group
    .command('rotate')
    .description('Make a new one; those of before sign beside it for a while.')
    .option('--overlap-minutes <minutes>', 'how long those of before sign on (1440)', wholeNumber(0))
    .option('--save <file>', 'write the new secret to this file instead of showing it')
    .action(does(rotate));
  return group;
}
