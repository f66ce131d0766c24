import { Command } from 'commander';
import type { Cli } from '../cli.ts';
import type { Does } from '../program.ts';
import { showOverview } from '../show/overview.ts';

async function overview(cli: Cli): Promise<void> {
  const answer = await (await cli.client()).overview.get();
  cli.output.answer(answer, (one) => showOverview(cli.output, one, cli.around.now()));
}

/** `hydracore overview` */
export function overviewCommand(does: Does): Command {
  return new Command('overview')
    .description('Show what needs a look, how the last 24 hours went, and what fires next.')
    .action(does(overview));
}
