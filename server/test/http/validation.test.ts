import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { World } from '../support/world.ts';

/** Bad values for every field of every body and query, taken from /openapi.json: a new field is covered by itself. */

let world: World;
let scheduleId: string;
// oxlint-disable-next-line typescript/no-explicit-any
let openapi: any;
beforeAll(async () => {
  world = await World.open('2027-03-01T08:59:30Z');
  scheduleId = (await world.create()).id;
  openapi = (await world.call('GET', '/openapi.json')).body;
});
afterAll(() => world.close());

interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
}

/** Values that the schema says are wrong, each with a word for what is wrong with it. */
function badValues(schema: JsonSchema): [string, unknown][] {
  const types = new Set([schema.type ?? []].flat());
  const bad: [string, unknown][] = [];
  const samples: Record<string, unknown> = {
    string: 'text',
    integer: 7,
    boolean: true,
    object: { a: 1 },
    array: [1],
    null: null,
  };
  for (const [type, value] of Object.entries(samples)) if (!types.has(type)) bad.push([`a ${type}`, value]);
  if (types.has('integer')) bad.push(['a fraction', 1.5], ['a number as text', '5']);
  if (schema.minimum !== undefined) bad.push(['below the minimum', schema.minimum - 1]);
  if (schema.maximum !== undefined) bad.push(['above the maximum', schema.maximum + 1]);
  if (schema.minLength !== undefined && schema.minLength > 0) bad.push(['too short', 'x'.repeat(schema.minLength - 1)]);
  if (schema.maxLength !== undefined) bad.push(['too long', 'x'.repeat(schema.maxLength + 1)]);
  if (schema.enum) bad.push(['not of the list', 'NO_SUCH_VALUE']);
  if (schema.format === 'uuid') bad.push(['no UUID', '497f6eca-6276-4993-bfeb']);
  if (types.has('string') && !schema.enum && schema.format !== 'uuid') bad.push(['with NUL', 'a\u0000b']);
  if (types.has('object')) bad.push(['deep NUL', { a: [{ b: '\u0000' }] }]);
  return bad;
}

/** What each seed field must refuse beyond its shape. */
const SEMANTIC: Readonly<Record<string, readonly unknown[]>> = {
  schedule_expression: ['61 * * * *', 'nonsense', '0 0 30 2 *'],
  timezone: ['Europe/Belin', 'UTC+25'],
  start_at: ['not a time', '2027-13-01T00:00:00Z'],
  end_at: ['tomorrow', '2027-02-30'],
  schedule_type: ['WEEKLY', 'RELATIV'],
  action_type: ['FAX', 'EMAIL'],
  overlap_policy: ['BUFFER', 'ALLOW'],
  action_config: [{}, { message: 'x', unknown: 1 }, { message: '{{ unclosed' }],
};

const VALID = {
  name: 'x',
  schedule_type: 'CRON',
  schedule_expression: '0 9 * * *',
  action_type: 'LOG_EVENT',
  action_config: { message: 'x' },
};

/** Who completes a run shows its token, not a key. */
const RECEIVER = { 'X-Api-Key': '', Authorization: `Bearer hc_run_${'A'.repeat(64)}` };

async function expectRefused(
  method: string,
  path: string,
  body: unknown,
  root: string,
  field: string,
  headers: Record<string, string> = {},
): Promise<void> {
  const { status, body: answer } = await world.call(method, path, body, headers);
  expect({ status, answer }).toMatchObject({ status: 422 });
  expect(answer.detail.length).toBeGreaterThan(0);
  for (const problem of answer.detail) {
    expect(problem).toEqual({
      loc: expect.any(Array),
      msg: expect.any(String),
      type: expect.stringMatching(/^[a-z_]+$/),
    });
    expect(problem.msg.length).toBeGreaterThan(10);
  }
  expect(answer.detail.map((problem: { loc: string[] }) => problem.loc.slice(0, 2))).toContainEqual([root, field]);
}

describe.each([
  ['POST', '/v1/schedules', 'ScheduleCreate'],
  ['PUT', '/v1/schedules/{schedule_id}', 'ScheduleUpdate'],
] as const)('%s %s', (method, template, schema) => {
  it('refuses every bad value of every field, names the field, and stores nothing', async () => {
    const path = template.replace('{schedule_id}', scheduleId);
    const before = await world.get(scheduleId);
    const fields: Record<string, JsonSchema> = openapi.components.schemas[schema].properties;
    expect(Object.keys(fields).length).toBeGreaterThan(20);
    let tried = 0;
    for (const [field, shape] of Object.entries(fields)) {
      // The types can't change; what is refused for them is another rule, with its own test.
      if (method === 'PUT' && (field === 'schedule_type' || field === 'action_type')) continue;
      for (const [what, value] of [
        ...badValues(shape),
        ...(SEMANTIC[field] ?? []).map((v) => ['semantic', v] as const),
      ]) {
        const body = method === 'POST' ? { ...VALID, [field]: value } : { [field]: value };
        await expectRefused(method, path, body, 'body', field).catch((error: unknown) => {
          throw new Error(`${field} ${what}: ${JSON.stringify(value)?.slice(0, 80)}`, { cause: error });
        });
        tried += 1;
      }
    }
    expect(tried).toBeGreaterThan(100);
    expect(await world.get(scheduleId)).toEqual(before);
    expect((await world.call('GET', '/v1/schedules')).body.total).toBe(1);
  });
});

describe('queries and paths', () => {
  it('refuse every bad value of every parameter', async () => {
    let tried = 0;
    for (const [template, methods] of Object.entries<
      Record<string, { description: string; parameters?: { in: string; name: string; schema: JsonSchema }[] }>
    >(openapi.paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        for (const parameter of operation.parameters ?? []) {
          if (parameter.in === 'header') continue;
          const bad = parameter.in === 'path' ? ['7', 'x'.repeat(300)] : badQuery(parameter.schema);
          for (const value of bad) {
            const path =
              parameter.in === 'path'
                ? template.replace(`{${parameter.name}}`, value)
                : `${template.replace('{schedule_id}', scheduleId)}?${parameter.name}=${encodeURIComponent(value)}`;
            await expectRefused(
              method.toUpperCase(),
              path,
              method === 'put' ? {} : undefined,
              parameter.in,
              parameter.name,
              operation.description.includes('completion token') ? RECEIVER : {},
            );
            tried += 1;
          }
        }
      }
    }
    expect(tried).toBeGreaterThan(20);
  });
});

function badQuery(schema: JsonSchema): string[] {
  const types = [schema.type ?? []].flat();
  const bad: string[] = [];
  if (types.includes('integer'))
    bad.push('many', '1.5', '', `${(schema.maximum ?? 0) + 1}`, `${(schema.minimum ?? 0) - 1}`);
  if (schema.enum) bad.push('NO_SUCH_VALUE');
  if (schema.format === 'date-time')
    bad.push('yesterday', '2027-01-01', '1969-12-31T23:59:59Z', '2200-01-01T00:00:00Z');
  if (schema.format === 'uuid') bad.push('7');
  if (schema.maxLength !== undefined) bad.push('x'.repeat(schema.maxLength + 1), 'a\u0000b');
  return bad;
}

describe('a bad request', () => {
  it('is told all its problems at once, of shape and of meaning', async () => {
    const { body } = await world.call('POST', '/v1/schedules', {
      name: 'x'.repeat(201),
      schedule_type: 'cron',
      schedule_expression: '61 * * * *',
      timezone: 'Europe/Berlin',
      max_retries: 11,
      start_at: '2028-01-02',
      end_at: '2028-01-01',
      action_type: 'log',
      action_config: { message: 7 },
      surprise: 1,
    });
    expect(body.detail.map((problem: { loc: string[] }) => problem.loc.slice(1).join('.')).sort()).toEqual(
      ['action_config.message', 'end_at', 'max_retries', 'name', 'schedule_expression', 'surprise'].sort(),
    );
    expect(body.detail.find((p: { loc: string[] }) => p.loc[1] === 'schedule_expression').msg).toContain('61');
  });

  const placesOf = (body: { detail: { loc: (string | number)[] }[] }) =>
    body.detail.map(({ loc }) => loc.slice(1).join('.')).sort();

  it.each<[string, Record<string, unknown>, string[]]>([
    ['a CRON', { schedule_expression: '61 * * * *' }, ['schedule_expression', 'timezone']],
    ['a CRON that can never fire', { schedule_expression: '0 0 30 2 *' }, ['schedule_expression', 'timezone']],
    ['a RATE', { schedule_type: 'RATE', schedule_expression: '5 parsecs' }, ['schedule_expression', 'timezone']],
    ['an RRULE', { schedule_type: 'RRULE', schedule_expression: 'FREQ=NEVER' }, ['schedule_expression', 'timezone']],
    [
      'a past instant',
      { schedule_type: 'ONE_TIME', schedule_expression: 'at(2020-01-01T00:00:00Z)' },
      ['schedule_expression', 'timezone'],
    ],
    ['bounds', { start_at: '2028-02-30', end_at: 'soon' }, ['end_at', 'start_at', 'timezone']],
    ['bounds in the wrong order', { start_at: '2028-01-02', end_at: '2028-01-01' }, ['end_at', 'timezone']],
    // Known only once the zone is.
    ['a local time', { schedule_type: 'ONE_TIME', schedule_expression: '2020-01-01' }, ['timezone']],
    ['a local time beyond all', { schedule_type: 'ONE_TIME', schedule_expression: '2200-01-01' }, ['timezone']],
    [
      'an RRULE that is over',
      { schedule_type: 'RRULE', schedule_expression: 'FREQ=DAILY;UNTIL=20200101' },
      ['timezone'],
    ],
    ['bounds of two kinds', { start_at: '2028-01-01', end_at: '2027-12-31T23:00:00Z' }, ['timezone']],
  ])('of an unknown zone hides nothing of %s that does not depend on it', async (_what, fields, places) => {
    const when = { schedule_type: 'CRON', schedule_expression: '* * * * *', ...fields };
    for (const timezone of ['X/Y', 7]) {
      const { status, body } = await world.call('POST', '/v1/schedules', { ...VALID, ...when, timezone });
      expect([status, placesOf(body)]).toEqual([422, places]);
    }
  });

  it('an update tells the same', async () => {
    const { id } = await world.create();
    for (const timezone of ['X/Y', 7]) {
      const change = { schedule_expression: '61 * * * *', timezone, start_at: 'soon', max_retries: 99 };
      const { status, body } = await world.call('PUT', `/v1/schedules/${id}`, change);
      expect([status, placesOf(body)]).toEqual([422, ['max_retries', 'schedule_expression', 'start_at', 'timezone']]);
    }
  });

  it.each<[string, string, Record<string, unknown>, string[]]>([
    ['a method', 'WEBHOOK', { url: 'ftp://x', method: 'FOO' }, ['method', 'url']],
    [
      'a bad name of a header',
      'WEBHOOK',
      { url: 'ftp://x', headers: { 'a b': 'x', c: '{{ 1 | nothing }}' }, body: ['{{ run.id'] },
      ['body.0', 'headers.a b', 'headers.c', 'url'],
    ],
    ['a field that there is not', 'WEBHOOK', { url: 'ftp://x', bogus: 1 }, ['bogus', 'url']],
    ['a URL', 'WEBHOOK', { url: 7, method: 'GET', body: 1 }, ['body', 'url']],
    [
      'a time-out',
      'WEBHOOK',
      { url: 'http://127.0.0.1/', timeout_seconds: 0, body: '{{ secrets.NOPE }}' },
      ['body', 'timeout_seconds'],
    ],
    // Said once, of one that was refused nothing further; and what it does not go together with is not known.
    ['an empty URL', 'WEBHOOK', { url: '' }, ['url']],
    [
      'completion',
      'WEBHOOK',
      { url: 'http://127.0.0.1/', completion: 'LATER', completion_timeout_seconds: 5 },
      ['completion'],
    ],
    [
      'auth',
      'WEBHOOK',
      { url: 'http://127.0.0.1/', auth: { type: 'x' }, headers: { Authorization: 'y' } },
      ['auth.type'],
    ],
    ['a level', 'LOG_EVENT', { message: '{{ 1 | nothing }}', level: 'LOUD' }, ['level', 'message']],
    ['a reference', 'UPDATE_ENTITY', { record: {}, set: { a: { $add: 1 } } }, ['record.entity_definition_id', 'set.a']],
  ])('of an action hides no other of it: %s', async (_what, action_type, action_config, places) => {
    const config = { ...VALID, action_type, action_config };
    const expected = places.map((place) => `action_config.${place}`);
    const { status, body } = await world.call('POST', '/v1/schedules', config);
    expect([status, placesOf(body)]).toEqual([422, expected]);
  });

  it('in the overlay of a trigger hides no other either', async () => {
    const { id } = await world.create({ action_type: 'WEBHOOK', action_config: { url: 'http://127.0.0.1/' } });
    const overlay = { url: 'ftp://x', bogus: 1 };
    const { status, body } = await world.call('POST', `/v1/schedules/${id}/trigger`, { action_config: overlay });
    expect([status, placesOf(body)]).toEqual([422, ['action_config.bogus', 'action_config.url']]);
    const record_id = '01990000-0000-7000-8000-0000000000ff';
    const all = await world.call('POST', `/v1/schedules/${id}/trigger`, {
      action_config: overlay,
      record_id,
      other: 1,
    });
    expect([all.status, placesOf(all.body)]).toEqual([
      422,
      ['action_config.bogus', 'action_config.url', 'other', 'record_id'],
    ]);
    expect((await world.call('GET', `/v1/schedules/${id}/runs`)).body.total).toBe(0);
  });

  it('says of no time that it is past where the window that it has to be in was refused', async () => {
    const lately = { schedule_type: 'ONE_TIME', schedule_expression: '2027-03-01T08:40:00Z' };
    const { body } = await world.call('POST', '/v1/schedules', { ...VALID, ...lately, catchup_window_minutes: -1 });
    expect(placesOf(body)).toEqual(['catchup_window_minutes']);
  });

  it.each([
    ['not JSON', '{"name":', 'json_invalid'],
    ['empty', '', 'missing'],
    ['a list', '[]', 'object_type'],
    ['nested too deep', `{"action_config":${'{"a":'.repeat(100)}1${'}'.repeat(100)}}`, 'too_deep'],
    ['half a surrogate pair', '{"name":"\\ud800"}', 'unicode'],
    ['a number beyond all that can be kept', '{"action_config":{"data":[1e400]}}', 'finite_number'],
  ])('%s', async (_what, text, type) => {
    const { status, body } = await world.call('POST', '/v1/schedules', text);
    expect(status).toBe(422);
    expect(body.detail.map((problem: { type: string }) => problem.type)).toContain(type);
  });

  it.each<[string, Record<string, unknown>, string, string]>([
    [
      'a misspelt field',
      { max_retrys: 1 },
      'max_retrys',
      '"max_retrys" is not a field here; did you mean max_retries?',
    ],
    [
      'a field in another spelling',
      { startAt: null },
      'startAt',
      '"startAt" is not a field here; did you mean start_at?',
    ],
    ['a field near one that is given', { names: 'x' }, 'names', '"names" is not a field here; leave it out'],
    ['a field given in two spellings', { Name: 'x' }, 'Name', '"Name" is not a field here; leave it out'],
    [
      'a misspelt field of the action',
      { action_config: { message: 'x', levle: 'INFO' } },
      'action_config.levle',
      '"levle" is not a field here; did you mean level?',
    ],
    ['a word as it was written', { overlap_policy: 'Queue' }, 'overlap_policy', 'ALLOW_ALL; got "Queue"'],
    [
      'an empty list',
      { action_type: 'WEBHOOK', action_config: { url: 'http://127.0.0.1/', success_statuses: [] } },
      'action_config.success_statuses',
      'must not be empty',
    ],
    ['an empty text', { timezone: '' }, 'timezone', 'must not be empty'],
    [
      'what an expression looks like',
      { schedule_expression: null },
      'schedule_expression',
      'such as "0 9 * * MON-FRI"',
    ],
    [
      'a status as it is written',
      { action_type: 'WEBHOOK', action_config: { url: 'http://127.0.0.1/', success_statuses: ['ok'] } },
      'action_config.success_statuses.0',
      'must be a status such as 200, "2xx" or "200-204", got "ok"',
    ],
    [
      'the record that an UPDATE_ENTITY without records of its own needs',
      { action_type: 'UPDATE_ENTITY', action_config: { set: { status: 'x' } } },
      'action_config.record',
      'is needed, as CRON schedules are about no record',
    ],
  ])('names %s', async (_what, fields, place, msg) => {
    const { status, body } = await world.call('POST', '/v1/schedules', { ...VALID, ...fields });
    expect(status).toBe(422);
    expect(body.detail).toHaveLength(1);
    expect(body.detail[0].loc.slice(1).join('.')).toBe(place);
    expect(body.detail[0].msg).toContain(msg);
  });

  it.each([
    ['/v1/schedules?offset=99999999999999999999', 'must be at most 1000000000, got "99999999999999999999"'],
    ['/v1/schedules?limit=-99999999999999999999', 'must be at least 1, got "-99999999999999999999"'],
    ['/v1/schedules?offset=1000000001', 'must be at most 1000000000, got 1000000001'],
  ])('names a number of the query once, as it was written: %s', async (path, msg) => {
    const { status, body } = await world.call('GET', path);
    expect(status).toBe(422);
    expect(body.detail.map((problem: { msg: string }) => problem.msg)).toEqual([msg]);
  });

  it.each([
    [1e20, 'must be at most 10, got 100000000000000000000'],
    [-1e20, 'must be at least 0, got -100000000000000000000'],
  ])('tells one bound of a number in a body, its own: %d', async (max_retries, msg) => {
    const { body } = await world.call('POST', '/v1/schedules', { ...VALID, max_retries });
    expect(body.detail.map((problem: { msg: string }) => problem.msg)).toEqual([msg]);
  });

  it.each(['/v1/runs', '/v1/audit-events'])('tells all that is wrong with a query: %s', async (path) => {
    const span = 'from=2027-03-02T00:00:00Z&to=2027-03-01T00:00:00Z';
    const { status, body } = await world.call('GET', `${path}?${span}&limit=0&bogus=1`);
    expect([status, placesOf(body)]).toEqual([422, ['bogus', 'limit', 'to']]);
  });

  it('tells what is wrong with a query and a header beside what is wrong with the body', async () => {
    const body = { ...VALID, schedule_expression: '61 * * * *' };
    const headers = { 'Idempotency-Key': 'x'.repeat(1_000) };
    const created = await world.call('POST', '/v1/schedules', body, headers);
    expect([created.status, placesOf(created.body)]).toEqual([422, ['Idempotency-Key', 'schedule_expression']]);
    const preview = await world.call('POST', '/v1/schedules/preview?count=0', body);
    expect([preview.status, placesOf(preview.body)]).toEqual([422, ['count', 'schedule_expression']]);
  });

  it('names a time of the query as it came, and a path with a slash too many', async () => {
    const { body } = await world.call('GET', '/v1/runs?from=yesterday');
    expect(body.detail[0].msg).toContain('got "yesterday"');
    expect((await world.call('GET', '/v1/schedules/')).body).toEqual({
      detail: 'There is no /v1/schedules/ here, but /v1/schedules, without the slash at its end.',
      code: 'not_found',
    });
    expect((await world.call('GET', '/v1/nothing/')).body.detail).toBe(
      'There is no GET /v1/nothing/ here; /docs lists what there is.',
    );
  });

  it('with an object whose length can’t be compared is a 422 like any other object there', async () => {
    const odd = { length: { toString: { a: 1 } } };
    const named = await world.call('POST', '/v1/schedules', { ...VALID, name: odd, max_retries: 99 });
    expect(named.status).toBe(422);
    expect(named.body.detail.map((problem: { loc: string[] }) => problem.loc).sort()).toEqual([
      ['body', 'max_retries'],
      ['body', 'name'],
    ]);
    const configured = await world.call('POST', '/v1/schedules', { ...VALID, action_config: { message: odd } });
    expect([configured.status, configured.body.detail[0].loc.slice(0, 2)]).toEqual([422, ['body', 'action_config']]);
    // Where any JSON is taken, it is as good as any.
    const free = await world.call('POST', '/v1/schedules', { ...VALID, action_config: { message: 'x', data: odd } });
    expect([free.status, free.body.action_config.data]).toEqual([201, odd]);
  });

  it('that is too large is a 413', async () => {
    const reply = await world.call('POST', '/v1/schedules', { ...VALID, description: 'x'.repeat(300_000) });
    expect(reply).toMatchObject({ status: 413, body: { code: 'payload_too_large' } });
  });
});
