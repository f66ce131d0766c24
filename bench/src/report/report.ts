import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readFlags } from '../support/flags.ts';
import { readResults } from '../support/results.ts';
import { growthPart } from './growth.ts';
import { page } from './markdown.ts';
import { model } from './model.ts';
import { svg } from './svg.ts';

const DOCS = join(import.meta.dirname, '../../../docs');

/** Writes docs/performance.md and its charts from the results that are kept. */
export async function report(args: readonly string[]): Promise<void> {
  const { results: from, out } = readFlags(args, { results: '', out: '' });
  const results = await readResults(from || undefined);
  if (results.length === 0)
    throw new Error('there are no results: run a workload first, such as npm run bench -- burst');
  const docs = out || DOCS;
  const charts = join(docs, 'performance');
  await rm(charts, { recursive: true, force: true });
  await mkdir(charts, { recursive: true });
  const growth = growthPart(results);
  for (const chart of [...results.flatMap((result) => result.charts), ...(growth?.charts ?? [])]) {
    await writeFile(join(charts, `${chart.name}.svg`), svg(chart));
  }
  await writeFile(join(docs, 'performance.md'), page(results, growth, model(results)));
  process.stdout.write(`${join(docs, 'performance.md')}: ${results.map((result) => result.workload).join(', ')}\n`);
}
