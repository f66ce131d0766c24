import { expect, it } from 'vitest';
import type { Client } from '../client.ts';
import { importLines, type ImportTally } from './importer.ts';
import type { ImportLine } from './lines.ts';

type Records = Client['entities']['records'];

/** Imports into what takes every record; tells how the lines were parted. */
async function imported(lines: ImportLine[], batch: number) {
  const sent: number[] = [];
  const bulk = (_: string, body: unknown) => {
    const { length } = String(body).split('\n');
    sent.push(length);
    return Promise.resolve({ results: [], created: length, updated: 0, failed: 0 });
  };
  const tally: ImportTally = { created: 0, updated: 0, errors: [], throughLine: 0, underWay: null };
  const read = async function* () {
    yield* lines;
  };
  await importLines(read(), tally, {
    records: { bulk } as unknown as Records,
    definition: 'd',
    batch,
    signal: new AbortController().signal,
    onBatch: () => undefined,
  });
  return { sent, tally };
}

it('parts lines by number, leaving out what can not be sent', async () => {
  const lines: ImportLine[] = Array.from({ length: 5 }, (_, index) => ({ line: index + 2, json: '{}' }));
  lines.splice(1, 0, { line: 9, problem: 'is bad' });
  const { sent, tally } = await imported(lines, 2);
  expect(sent).toEqual([2, 2, 1]);
  expect(tally).toMatchObject({ created: 5, throughLine: 6, underWay: null });
  expect(tally.errors).toEqual([{ line: 9, external_id: null, problems: ['is bad'] }]);
});

it('parts lines by size: no request is larger than the API takes', async () => {
  const json = JSON.stringify({ data: { text: 'ä'.repeat(500_000) } });
  const { sent } = await imported(
    Array.from({ length: 20 }, (_, index) => ({ line: index + 1, json })),
    10_000,
  );
  expect(sent).toEqual([15, 5]);
});

it('sends nothing where there is nothing', async () => {
  expect((await imported([], 10)).sent).toEqual([]);
});
