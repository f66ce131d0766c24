import { Command } from 'commander';
import type { ActionTypes } from '../api.ts';
import type { Cli } from '../cli.ts';
import { Absent } from '../exit.ts';
import { showList } from '../lists.ts';
import type { Does } from '../program.ts';
import type { Column } from '../show/output.ts';

type ActionType = ActionTypes['action_types'][number];

const COLUMNS: Column<ActionType>[] = [
  { head: 'Type', text: ({ type }) => type },
  { head: 'What it does', text: ({ description }) => description, least: 30 },
  { head: 'Here', text: ({ unavailable }) => (unavailable === null ? 'yes' : 'no') },
  { head: 'Other names', text: ({ aliases }) => aliases.join(', ') || null, spare: 0 },
];

async function list(cli: Cli): Promise<void> {
  const { action_types: items } = await (await cli.client()).actionTypes.list();
  showList(cli.output, 'action_types', { items, total: items.length }, COLUMNS);
}

async function get(cli: Cli, name: string): Promise<void> {
  const { action_types: all } = await (await cli.client()).actionTypes.list();
  const wanted = name.toUpperCase();
  const found = all.find(({ type, aliases }) => type === wanted || aliases.includes(wanted));
  if (!found) {
    throw new Absent(
      `There is no action type ${JSON.stringify(name)}; there are ${all.map(({ type }) => type).join(', ')}.`,
    );
  }
  cli.output.answer(found, ({ type, aliases, description, unavailable, config_schema }) => {
    cli.output.details([
      ['Type', type],
      ['Other names', aliases.join(', ') || null],
      ['What it does', description],
      ['Not here', unavailable],
    ]);
    cli.output.line();
    cli.output.line('Its --action-config, as a JSON Schema:');
    cli.output.line(JSON.stringify(config_schema, null, 2));
  });
}

/** `hydracore action-types …` */
export function actionTypeCommands(does: Does): Command {
  const group = new Command('action-types').description('See what schedules can do, and what that needs.');
  group.command('list').description('List the types of actions.').action(does(list));
  group.command('get <type>').description('Show what the --action-config of a type has.').action(does(get));
  return group;
}
