import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { ndjsonLines, type EntityDefinition, type ImportLine } from '../api.ts';
import { formatOf, readCsv } from './lines.ts';

const FIELDS = { status: 'STRING', amount: 'NUMBER', paid: 'BOOLEAN', due_on: 'DATE', extra: 'JSON' } as const;
const DEFINITION = {
  slug: 'invoices',
  fields: Object.entries(FIELDS).map(([name, type]) => ({ name, type, required: false })),
} as unknown as EntityDefinition;

/** In pieces, so that nothing depends on where a chunk ends. */
const inPieces = (text: string) =>
  Readable.from(
    Buffer.from(text)
      .toString('latin1')
      .match(/[^]{1,7}/g)
      ?.map((one) => Buffer.from(one, 'latin1')) ?? [],
  );
const csv = async (text: string) => await Array.fromAsync(readCsv(inPieces(text), DEFINITION), shown);
const shown = (line: ImportLine) => ('json' in line ? [line.line, JSON.parse(line.json)] : [line.line, line.problem]);

describe('CSV', () => {
  it('becomes records by the types of the definition; an empty value is none', async () => {
    const rows = await csv(
      '\uFEFFexternal_id,customer_id,status,amount,paid,due_on,extra\r\ni1,c1,open,120.5,TRUE, 2027-04-30,"{""a"":1}"\r\n42,,"a, ""b""",-1e3,false,,\r\n',
    );
    expect(rows).toEqual([
      [
        2,
        {
          external_id: 'i1',
          customer_id: 'c1',
          data: { status: 'open', amount: 120.5, paid: true, due_on: '2027-04-30', extra: { a: 1 } },
        },
      ],
      [3, { external_id: '42', data: { status: 'a, "b"', amount: -1000, paid: false } }],
    ]);
  });

  it('text that does not fit its field goes as it is, for the API to say what is wrong', async () => {
    expect(await csv('amount,paid,extra\n0x10,yes,{\n1_000,1,\n')).toEqual([
      [2, { data: { amount: '0x10', paid: 'yes', extra: '{' } }],
      [3, { data: { amount: '1_000', paid: '1' } }],
    ]);
  });

  it('counts lines as an editor does, also over quoted breaks and empty lines', async () => {
    expect(await csv('external_id,status\na,"one\ntwo"\n\nb,x\n')).toEqual([
      [3, { external_id: 'a', data: { status: 'one\ntwo' } }],
      [5, { external_id: 'b', data: { status: 'x' } }],
    ]);
  });

  it('a line with too few or too many values is told by itself', async () => {
    expect(await csv('external_id,status\na\nb,x\nc,x,y\n')).toEqual([
      [2, 'it has 1 values, and the first line names 2 columns'],
      [3, { external_id: 'b', data: { status: 'x' } }],
      [4, 'it has 3 values, and the first line names 2 columns'],
    ]);
  });

  it('a column that is no field, or comes twice, is refused with what would be valid', async () => {
    await expect(csv('external_id,stauts\n')).rejects.toThrow(
      '"stauts" is no field of invoices; valid are external_id, customer_id, status',
    );
    await expect(csv('status,status\n')).rejects.toThrow('Two columns are called "status"');
  });

  it('what is no CSV from some line on says from which', async () => {
    await expect(csv('external_id,status\na,x\nb,"y" z\n')).rejects.toThrow(/line 3.*can't be read as CSV/);
  });
});

it('NDJSON goes as it is, line by line, without empty ones', async () => {
  const lines = await Array.fromAsync(ndjsonLines(inPieces('\uFEFF{"data":{}}\r\n\n  \n{"ä":1}\n{oops')));
  expect(lines).toEqual([
    { line: 1, json: '{"data":{}}' },
    { line: 4, json: '{"ä":1}' },
    { line: 5, json: '{oops' },
  ]);
});

it('the format is the one that is said, or that of the name', () => {
  expect([formatOf('a.CSV', undefined), formatOf('a.jsonl', undefined), formatOf('-', 'NDJSON')]).toEqual([
    'csv',
    'ndjson',
    'ndjson',
  ]);
  expect(() => formatOf('a.xlsx', undefined)).toThrow('a.xlsx: its name ends in neither');
  expect(() => formatOf('-', 'xml')).toThrow('--format is "xml"');
});
