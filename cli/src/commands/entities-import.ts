import { importLines, ndjsonLines, type ImportTally } from '../api.ts';
import type { Cli } from '../cli.ts';
import { formatOf, readCsv } from '../import/lines.ts';
import { runImport } from '../import/run.ts';
import { openSource } from '../import/source.ts';
import { count, many } from '../show/format.ts';
import { definitionOf } from './definition-of.ts';

interface ImportOptions {
  readonly definition: string;
  readonly format?: string;
  readonly batch: number;
}

/** `hydracore entities import` */
export async function importFile(cli: Cli, file: string, options: ImportOptions): Promise<void> {
  const format = formatOf(file, options.format);
  const source = await openSource(cli, file);
  const client = await cli.client();
  const definition = await definitionOf(client, options.definition);
  const tally: ImportTally = { created: 0, updated: 0, errors: [], throughLine: 0, underWay: null };
  await runImport(cli, {
    source,
    noun: 'record',
    tally,
    work: async (onBatch) => {
      const lines = format === 'csv' ? readCsv(source.input, definition) : ndjsonLines(source.input);
      const { records } = client.entities;
      const { batch } = options;
      await importLines(lines, tally, { records, definition: definition.id, batch, signal: cli.around.stop, onBatch });
    },
    stored: ({ created, updated }) => created + updated,
    counts: ({ created, updated }) => ({ created, updated }),
    words: ({ created, updated }) => `${many(created, 'record')} created, ${count(updated)} updated`,
    nameOf: ({ external_id }) => external_id,
    again: 'what has an external_id is not doubled',
  });
}
