import { registerHooks } from 'node:module';
import { expect, it } from 'vitest';
import type { EntityDefinition } from '@hydracore/client';

// Vite knows where the client's sources are; here Node does.
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '@hydracore/client'
      ? { url: new URL('../../../../client/src/index.ts', import.meta.url).href, shortCircuit: true }
      : next(specifier, context),
});
const { formatOf, readFile } = await import('./read-file.ts');
const { sampleOf } = await import('./sample.ts');

const definitionOf = (fields: object) =>
  ({
    slug: 'invoices',
    fields: Object.entries(fields).map(([name, type]) => ({ name, type, required: false })),
  }) as unknown as EntityDefinition;
const DEFINITION = definitionOf({ amount: 'NUMBER', note: 'STRING' });

async function linesOf(name: string, text: string, definition = DEFINITION) {
  const read: number[] = [];
  const lines = await Array.fromAsync(readFile(new File([text], name), definition, (bytes) => read.push(bytes)));
  // It grows, to the end of the file.
  expect(read).toEqual(read.toSorted((a, b) => a - b));
  expect(read.at(-1)).toBeGreaterThan(text.length * 0.9);
  return lines;
}

it('reads CSV as the command line does: types, quoted breaks, lines that do not fit', async () => {
  expect(await linesOf('a.CSV', '\uFEFFexternal_id,amount,note\r\ni1,1.5,"a\nb"\r\n\r\ni2,2\r\n')).toEqual([
    { line: 3, json: '{"external_id":"i1","data":{"amount":1.5,"note":"a\\nb"}}' },
    { line: 5, problem: 'it has 2 values, and the first line names 3 columns' },
  ]);
});

it('reads a record a line', async () => {
  expect(await linesOf('a.jsonl', '{"data":{}}\n\n{"data":{"note":"ä"}}')).toEqual([
    { line: 1, json: '{"data":{}}' },
    { line: 3, json: '{"data":{"note":"ä"}}' },
  ]);
});

it('says what is wrong with a file', async () => {
  await expect(linesOf('a.csv', 'amuont\n1\n')).rejects.toThrow('"amuont" is no field of invoices; valid are');
  await expect(linesOf('a.csv', 'note\nx\n"y" z\n')).rejects.toThrow(/line 3.*can’t be read as CSV/);
  expect(() => readFile(new File([], 'a.xlsx'), DEFINITION, () => undefined)).toThrow('ends in neither');
  expect(['a.csv', 'b.NDJSON', 'c.jsonl', 'd'].map(formatOf)).toEqual(['csv', 'ndjson', 'ndjson', null]);
});

it('shows samples that fit: the same record in both formats', async () => {
  const all = ['STRING', 'NUMBER', 'BOOLEAN', 'DATE', 'DATETIME', 'JSON'].map((type) => [type.toLowerCase(), type]);
  const definition = definitionOf(Object.fromEntries(all));
  const [csv, ndjson] = await Promise.all(
    (['csv', 'ndjson'] as const).map(async (format) => {
      const [line] = await linesOf(`a.${format}`, sampleOf(definition, format), definition);
      return line && 'json' in line ? (JSON.parse(line.json) as unknown) : line;
    }),
  );
  expect(csv).toEqual(ndjson);
  expect(csv).toMatchObject({ external_id: 'a-1', data: { json: { plan: 'pro' }, number: 120.5, boolean: true } });
});
