import { Command } from 'commander';
import { wholeNumber } from '../fields.ts';
import type { Does } from '../program.ts';
import { importFile } from './entities-import.ts';
import { definitionCommands } from './entity-definitions.ts';
import { recordCommands } from './entity-records.ts';

/** `hydracore entities …` */
export function entityCommands(does: Does): Command {
  const group = new Command('entities').description("Say what your customers' records look like, and write them.");
  group
    .command('import <file>')
    .description('Write the records of a CSV or NDJSON file; - is the standard input.')
    .requiredOption('--definition <slug>', 'which kind of records, by its slug or id')
    .option('--format <format>', "csv or ndjson; else by the file's name")
    .option('--batch <number>', 'so many records a request', wholeNumber(1, 10_000), 10_000)
    .action(does(importFile));
  return group.addCommand(definitionCommands(does)).addCommand(recordCommands(does));
}
