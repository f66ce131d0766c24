import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { World, type Reply } from '../support/world.ts';

const LINES = { 'Content-Type': 'application/x-ndjson' };

let world: World;
let made = 0;
beforeAll(async () => {
  world = await World.open('2027-03-01T09:00:00Z');
});
afterAll(() => world.close());

async function define(): Promise<string> {
  made += 1;
  const { body } = await world.call('POST', '/v1/entity-definitions', {
    slug: `things-${made}`,
    name: 'Things',
    fields: [
      { name: 'status', type: 'STRING', required: true },
      { name: 'due_on', type: 'DATE' },
    ],
  });
  return `/v1/entity-definitions/${body.id}/records`;
}

const bulk = (records: string, body: unknown, headers: Record<string, string> = {}): Promise<Reply> =>
  world.call('POST', `${records}/bulk`, body, headers);

/** Results as short lines: `0 201 a`. */
function lines(reply: Reply): string[] {
  expect(reply.status).toBe(200);
  return reply.body.results.map(
    (result: { index: number; status: number; external_id: string | null }) =>
      `${result.index} ${result.status} ${result.external_id}`,
  );
}

async function stored(records: string): Promise<Record<string, unknown>> {
  const { body } = await world.call('GET', `${records}?limit=200`);
  return Object.fromEntries(
    body.records.map((record: { external_id: string; data: unknown }) => [record.external_id, record.data]),
  );
}

async function countDates(records: string): Promise<unknown> {
  return await world.db.query(
    'SELECT count(*) AS dates, count(DISTINCT at) AS days FROM entity_dates WHERE definition_id = $1',
    [records.split('/')[3]],
  );
}

describe('many records', () => {
  it('are 10,000 at most, and written again change', async () => {
    const records = await define();
    const items = Array.from({ length: 10_000 }, (_, i) => ({
      external_id: `thing-${i}`,
      data: { status: 'new', due_on: `2027-03-${String((i % 28) + 1).padStart(2, '0')}` },
    }));
    const first = await bulk(records, { records: items });
    expect(first.body).toMatchObject({ created: 10_000, updated: 0, failed: 0 });
    expect(first.body.results[9_999]).toEqual({
      index: 9_999,
      status: 201,
      id: expect.any(String),
      external_id: 'thing-9999',
      error: null,
    });
    expect(await countDates(records)).toEqual([{ dates: 10_000, days: 28 }]);
    expect((await world.call('GET', `${records}?limit=1`)).body).toMatchObject({
      total: 10_000,
      records: [{ external_id: 'thing-9999' }],
    });

    const again = items.map(({ external_id }, i) => ({ external_id, data: { status: i < 5_000 ? 'new' : 'old' } }));
    const second = await bulk(records, { records: again });
    expect(second.body).toMatchObject({ created: 0, updated: 10_000, failed: 0 });
    expect(second.body.results.map((result: { id: string }) => result.id)).toEqual(
      first.body.results.map((result: { id: string }) => result.id),
    );
    expect(await countDates(records)).toEqual([{ dates: 0, days: 0 }]);

    const many = await bulk(records, { records: [...items, items[0]] });
    expect(many).toMatchObject({ status: 422, body: { detail: [{ loc: ['body', 'records'], type: 'too_long' }] } });

    // More than go at once.
    const gone = await world.call('DELETE', `${records.replace('/records', '')}?cascade=true`);
    expect(gone.status).toBe(204);
    expect(
      await world.db.query('SELECT FROM entity_records WHERE definition_id = $1', [records.split('/')[3]]),
    ).toEqual([]);
  });

  it('have a result each, in order: a bad one does not hinder the others', async () => {
    const records = await define();
    const reply = await bulk(records, {
      records: [
        { external_id: 'a', data: { status: 'x' } },
        { external_id: 'b', data: { due_on: '2027-02-30' } },
        7,
        { data: { status: 'without an id' } },
        { external_id: 'nul', data: { status: '\u0000' } },
        { external_id: 'a', data: { status: 'y' }, surprise: 1 },
        { external_id: 'c', data: { status: 'z' } },
      ],
    });
    expect(lines(reply)).toEqual(['0 201 a', '1 422 b', '2 422 null', '3 201 null', '4 422 nul', '5 422 a', '6 201 c']);
    expect(reply.body).toMatchObject({ created: 3, updated: 0, failed: 4 });
    expect(reply.body.results[1]).toEqual({
      index: 1,
      status: 422,
      id: null,
      external_id: 'b',
      error: {
        detail: [
          { loc: ['body', 'records', 1, 'data', 'due_on'], msg: expect.any(String), type: 'date' },
          { loc: ['body', 'records', 1, 'data', 'status'], msg: expect.any(String), type: 'missing' },
        ],
      },
    });
    expect(await stored(records)).toMatchObject({ a: { status: 'x' }, c: { status: 'z' } });
  });

  it('with the same external_id: the last one stands', async () => {
    const records = await define();
    const of = (external_id: string, status: string) => ({ external_id, data: { status } });
    const first = await bulk(records, { records: [of('a', '1'), of('b', '1'), of('a', '2'), of('a', '3')] });
    expect(lines(first)).toEqual(['0 201 a', '1 201 b', '2 200 a', '3 200 a']);
    expect(new Set([0, 2, 3].map((i) => first.body.results[i].id)).size).toBe(1);
    expect(await stored(records)).toEqual({ a: { status: '3' }, b: { status: '1' } });
    expect(lines(await bulk(records, { records: [of('a', '4'), of('a', '3')] }))).toEqual(['0 200 a', '1 200 a']);
  });

  it('as lines: one that is no JSON does not hinder the others, and empty ones do not count', async () => {
    const records = await define();
    const text = [
      '{"external_id":"a","data":{"status":"x","due_on":"2027-03-01"}}',
      '',
      '{"external_id":"b","data":{"status":"x"}',
      '{"external_id":"c","data":{"status":"\u2028"}}\r',
      '   ',
      'null',
      '{"external_id":"d","data":{"status":"x"}}',
      '',
    ].join('\n');
    const reply = await bulk(records, text, LINES);
    expect(lines(reply)).toEqual(['0 201 a', '1 422 null', '2 201 c', '3 422 null', '4 201 d']);
    expect(reply.body.results[1].error.detail).toEqual([
      { loc: ['body', 'records', 1], msg: expect.stringContaining('is not valid JSON'), type: 'json_invalid' },
    ]);
    expect(reply.body.results[3].error.detail).toMatchObject([{ loc: ['body', 'records', 3], type: 'object_type' }]);
    expect(Object.keys(await stored(records)).sort()).toEqual(['a', 'c', 'd']);
    expect((await bulk(records, '\n', LINES)).body).toEqual({ results: [], created: 0, updated: 0, failed: 0 });
    const tooMany = await bulk(records, '{}\n'.repeat(10_001), LINES);
    expect(tooMany.body.detail).toMatchObject([{ loc: ['body', 'records'], type: 'too_long' }]);
    // Lines belong here only.
    expect((await world.call('POST', records, text, LINES)).status).toBe(422);
  });

  it('may be 16 MiB here and 256 KiB elsewhere', async () => {
    const records = await define();
    const item = (n: number) => ({ external_id: `big-${n}`, data: { status: 'x'.repeat(9_000) } });
    const large = { records: Array.from({ length: 1_500 }, (_, i) => item(i)) };
    expect((await bulk(records, large)).body).toMatchObject({ created: 1_500 });
    const larger = { records: Array.from({ length: 1_900 }, (_, i) => item(i)) };
    expect(await bulk(records, larger)).toMatchObject({ status: 413, body: { code: 'payload_too_large' } });
    expect(await world.call('POST', records, { data: { status: 'x'.repeat(300_000) } })).toMatchObject({ status: 413 });
  });

  it('with an Idempotency-Key are written once', async () => {
    const records = await define();
    const key = { 'Idempotency-Key': 'import-1' };
    const body = { records: [{ data: { status: 'x' } }, { data: {} }] };
    const first = await bulk(records, body, key);
    const second = await bulk(records, body, key);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expect((await world.call('GET', records)).body.total).toBe(1);
  });

  it('written from two sides at once are there once, and none fails', async () => {
    const records = await define();
    const items = Array.from({ length: 1_200 }, (_, i) => ({ external_id: `t${i}`, data: { status: 'x' } }));
    const replies = await Promise.all([
      bulk(records, { records: items }),
      bulk(records, { records: items.toReversed() }),
      bulk(records, { records: items }),
    ]);
    const created = replies.map(({ body }) => body.created);
    expect(created.reduce((a, b) => a + b)).toBe(1_200);
    for (const { body } of replies) expect(body).toMatchObject({ failed: 0 });
    expect((await world.call('GET', records)).body.total).toBe(1_200);
  });
});
