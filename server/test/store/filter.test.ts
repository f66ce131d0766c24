import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataChecker, type EntityField } from '../../src/domain/entity.ts';
import { matches, type Filter } from '../../src/domain/filter.ts';
import { parseFilter } from '../../src/domain/filter-parse.ts';
import { Database } from '../../src/store/db.ts';
import { filterSql } from '../../src/store/filter-sql.ts';
import { build, run } from '../../src/store/db.ts';
import { createDatabase, type TestDatabase } from '../support/postgres.ts';

/** One question, two answers: in memory, and by PostgreSQL. They have to be the same for every filter and every record. */

const FIELDS: readonly EntityField[] = [
  { name: 'status', type: 'STRING', required: false },
  { name: 'toString', type: 'STRING', required: false },
  { name: 'amount', type: 'NUMBER', required: false },
  { name: 'active', type: 'BOOLEAN', required: false },
  { name: 'due_on', type: 'DATE', required: false },
  { name: 'seen_at', type: 'DATETIME', required: false },
  { name: 'extra', type: 'JSON', required: false },
];

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await createDatabase();
  db = new Database({ url: database.url, poolSize: 2, onError: () => undefined });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

// Few values of each kind, so that records and filters often meet, and among them those that two languages see differently.
const text = fc.oneof(
  fc.constantFrom(
    '',
    'a',
    'A',
    'ab',
    'b',
    'ä',
    'a\u0308',
    '1',
    'null',
    '%',
    '_',
    '\\',
    "'",
    '"',
    ' ',
    'a b',
    '$1',
    '?',
  ),
  // By UTF-16 the last two come in the other order than by code points.
  fc.constantFrom('\ue000', '\ufffd', '\u{1f600}', '\u{10ffff}', 'x\ue000', 'x\u{1f600}', '\u2028', '\u0001', '\u007f'),
  fc.string({ unit: 'binary', maxLength: 6 }).filter((s) => s.isWellFormed() && !s.includes('\u0000')),
);
const number = fc.oneof(
  fc.constantFrom(
    0,
    -0,
    1,
    -1,
    0.1,
    0.2,
    0.1 + 0.2,
    0.3,
    1e21,
    1e-7,
    5e-324,
    1.7976931348623157e308,
    9_007_199_254_740_992,
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
);
const day = fc.constantFrom('1900-01-01', '1999-12-31', '2024-02-29', '2027-03-01', '2027-03-02', '2199-12-31');
const moment = fc.constantFrom(
  '1900-01-01T00:00:00Z',
  '2027-03-01T09:00:00Z',
  '2027-03-01T10:00:00+01:00',
  '2027-03-01t09:00:00.001z',
  '2027-03-01T09:00:00.5-00:30',
  '2199-12-31T23:59:59.999Z',
);
const json = fc.letrec<{ value: unknown; leaf: unknown }>((tie) => ({
  leaf: fc.oneof(text, number, fc.boolean(), fc.constant(null)),
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('leaf'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', '', '__proto__', 'length'), tie('value'), { maxKeys: 3 }),
  ),
})).value;

const VALUES: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  status: text,
  toString: text,
  amount: number,
  active: fc.boolean(),
  due_on: day,
  seen_at: moment,
  extra: json,
};

const record = fc.record(
  Object.fromEntries(FIELDS.map(({ name }) => [name, fc.option(VALUES[name] ?? text, { freq: 6 })])),
  { requiredKeys: [] },
);

const condition = fc.constantFrom(...FIELDS).chain(({ name, type }) => {
  const value = VALUES[name] ?? text;
  const orNull = fc.option(value, { freq: 5 });
  // An object without $ is short for $eq only where it can't be read as operators: JSON fields.
  const operators: fc.Arbitrary<Record<string, unknown>>[] = [
    orNull.map(($eq) => ({ $eq })),
    orNull.map(($ne) => ({ $ne })),
    fc.array(orNull, { maxLength: 4 }).map(($in) => ({ $in })),
    fc.array(orNull, { maxLength: 4 }).map(($nin) => ({ $nin })),
    fc.boolean().map(($exists) => ({ $exists })),
  ];
  if (type !== 'BOOLEAN' && type !== 'JSON') {
    operators.push(
      ...['$gt', '$gte', '$lt', '$lte'].map((operator) => value.map((bound) => ({ [operator]: bound }))),
      fc.tuple(value, value).map(([$gte, $lt]) => ({ $gte, $lt })),
    );
  }
  if (type === 'STRING') operators.push(text.map(($contains) => ({ $contains })));
  if (type === 'JSON') operators.push(json.map(($contains) => ({ $contains })));
  const one = fc.oneof(...operators);
  return fc
    .oneof(
      one,
      one.map(($not) => ({ $not })),
      type === 'JSON' ? one : orNull,
    )
    .map((operand) => ({ [name]: operand }));
});

const filter = fc.letrec<{ filter: Record<string, unknown> }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    condition,
    fc.tuple(condition, condition).map(([a, b]) => ({ ...a, ...b })),
    fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map(($and) => ({ $and })),
    fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map(($or) => ({ $or })),
    tie('filter').map(($not) => ({ $not })),
  ),
})).filter;

function parsed(value: unknown): Filter {
  const result = parseFilter(value, FIELDS);
  if ('problems' in result) throw new Error(JSON.stringify({ value, problems: result.problems }));
  return result.filter;
}

/** As a request brings it: through JSON text, where -0 is 0. */
function stored(value: unknown) {
  const result = new DataChecker(FIELDS).check(JSON.parse(JSON.stringify(value)));
  if ('problems' in result) throw new Error(JSON.stringify({ value, problems: result.problems }));
  return result;
}

/** Which of the records PostgreSQL says match. */
async function asked(condition: Filter, records: readonly string[]): Promise<number[]> {
  const rows = await run<{ place: number }>(
    db,
    build
      .selectFrom(
        sql<{ data: unknown; place: number }>`unnest(${records}::jsonb[]) WITH ORDINALITY`.as(sql`t (data, place)`),
      )
      .select(sql<number>`place`.as('place'))
      .where(filterSql(condition, sql.ref('t.data')))
      .orderBy(sql`place`),
  );
  return rows.map(({ place }) => place - 1);
}

describe('a filter', () => {
  it('says the same in memory and in PostgreSQL, and its opposite is the rest', async () => {
    let met = 0;
    let unmet = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 12 }), filter, async (records, value) => {
        const rows = records.map(stored);
        const condition = parsed(JSON.parse(JSON.stringify(value)));
        const expected = rows.flatMap(({ data }, i) => (matches(condition, data) ? [i] : []));
        met += expected.length;
        unmet += rows.length - expected.length;
        const texts = rows.map((row) => row.json);
        expect(await asked(condition, texts)).toEqual(expected);
        const others = rows.flatMap((_, i) => (expected.includes(i) ? [] : [i]));
        expect(await asked({ kind: 'not', of: condition }, texts)).toEqual(others);
      }),
      { numRuns: 1_000 },
    );
    // A test in which nothing ever matched, or everything, would show nothing.
    expect(met).toBeGreaterThan(1_000);
    expect(unmet).toBeGreaterThan(1_000);
  });

  it('does not fail on records of another shape, which PostgreSQL may look at first', async () => {
    const shapes = ['x', 1, true, null, [1], { a: 1 }, '2027-03-01'];
    const strangers = shapes.map((value) =>
      JSON.stringify(Object.fromEntries(FIELDS.map(({ name }) => [name, value]))),
    );
    await fc.assert(
      fc.asyncProperty(filter, async (value) => {
        await asked(parsed(JSON.parse(JSON.stringify(value))), strangers);
      }),
      { numRuns: 200 },
    );
  });

  it('orders all text as PostgreSQL does', async () => {
    await fc.assert(
      fc.asyncProperty(text, text, async (a, b) => {
        const condition = parsed({ status: { $lt: b } });
        const row = stored({ status: a });
        expect(await asked(condition, [row.json])).toEqual(matches(condition, row.data) ? [0] : []);
      }),
      { numRuns: 500 },
    );
  });
});
