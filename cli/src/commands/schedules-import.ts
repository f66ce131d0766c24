import type { Command } from 'commander';
import { inBatches, ndjsonLines, problemsOfOne, type Client, type ImportLine } from '../api.ts';
import type { Cli } from '../cli.ts';
import { wholeNumber } from '../fields.ts';
import { runImport } from '../import/run.ts';
import { openSource } from '../import/source.ts';
import type { Does } from '../program.ts';
import { count, many } from '../show/format.ts';

interface Tally {
  created: number;
  /** Those that a deduplication_key found. */
  existing: number;
  /** What the lines have become, in their order. */
  readonly schedules: { readonly line: number; readonly id: string }[];
  readonly errors: { readonly line: number; readonly name: string | null; readonly problems: readonly string[] }[];
  throughLine: number;
  underWay: readonly [number, number] | null;
}

type Bulk = Client['schedules']['bulk'];
type Body = Parameters<Bulk>[0]['schedules'][number];

/** A large batch is one transaction. */
const TIMEOUT_MS = 300_000;
/** The most of one request. */
const MOST = 1_000;

async function importFile(cli: Cli, file: string, { batch: most }: { readonly batch: number }): Promise<void> {
  const source = await openSource(cli, file);
  const { schedules } = await cli.client();
  const tally: Tally = { created: 0, existing: 0, schedules: [], errors: [], throughLine: 0, underWay: null };
  const options = { signal: cli.around.stop, timeoutMs: TIMEOUT_MS };
  const tell = (line: number, problem: string) => void tally.errors.push({ line, name: null, problems: [problem] });
  await runImport(cli, {
    source,
    noun: 'schedule',
    tally,
    work: async (onBatch) => {
      for await (const batch of inBatches(checked(ndjsonLines(source.input)), most, tell)) {
        const [first, last] = [batch[0]?.line ?? 0, batch.at(-1)?.line ?? 0];
        tally.underWay = [first, last];
        const bodies = batch.map(({ json }) => JSON.parse(json) as Body);
        const answer = await schedules.bulk({ schedules: bodies }, options);
        tally.created += answer.created;
        tally.existing += answer.existing;
        for (const { index, schedule, error } of answer.results) {
          const line = batch[index]?.line ?? 0;
          if (schedule) tally.schedules.push({ line, id: schedule.id });
          if (error) tally.errors.push({ line, name: nameOf(bodies[index]), problems: problemsOfOne(error) });
        }
        tally.throughLine = last;
        tally.underWay = null;
        onBatch();
      }
    },
    stored: ({ schedules: made }) => made.length,
    counts: ({ created, existing, schedules: made }) => ({ created, existing, schedules: made }),
    words: ({ created, existing }) => `${many(created, 'schedule')} created, ${count(existing)} there already`,
    nameOf: ({ name }) => name,
    again: 'what has a deduplication_key is not made twice',
  });
}

/** What is no JSON has no place in the body of a request. */
async function* checked(lines: AsyncIterable<ImportLine>): AsyncGenerator<ImportLine> {
  for await (const line of lines) {
    if (!('json' in line)) {
      yield line;
      continue;
    }
    try {
      JSON.parse(line.json);
      yield line;
    } catch (error) {
      yield { line: line.line, problem: `it is not valid JSON: ${(error as Error).message}` };
    }
  }
}

/** Of what may be any JSON. */
function nameOf(body: unknown): string | null {
  const name = (body as { readonly name?: unknown } | null | undefined)?.name;
  return typeof name === 'string' ? name : null;
}

/** Adds `hydracore schedules import`. */
export function importCommand(group: Command, does: Does): void {
  group
    .command('import <file>')
    .description('Make the schedules of an NDJSON file, one a line; - is the standard input.')
    .option('--batch <number>', 'so many schedules a request', wholeNumber(1, MOST), MOST)
    .action(does(importFile));
}
