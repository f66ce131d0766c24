import { beforeAll, describe, expect, it } from 'vitest';
import type { ApiOperation, Schema } from '../../server/test/support/operations.ts';
import type { Outcome, WireRequest } from './client.ts';
import { Contract } from './contract.ts';

const problem = { type: 'object', properties: { detail: { type: 'string' }, code: { type: 'string' } } };
const schedule = {
  type: 'object',
  properties: { id: { type: 'string', format: 'uuid' }, at: { type: ['string', 'null'], format: 'date-time' } },
  required: ['id', 'at'],
};
const operation: ApiOperation = {
  id: 'getSchedule',
  method: 'GET',
  scope: 'schedules:read',
  template: '/v1/schedules/{schedule_id}',
  named: ['schedule_id'],
  parameters: [],
  body: { type: 'object' },
  lines: false,
  streams: false,
  answers: new Map<number, Schema | null>([
    [200, schedule],
    [204, null],
    [401, problem],
    [404, problem],
    [422, {}],
    [503, problem],
  ]),
  path: () => '/v1/schedules/x',
};
const request: WireRequest = { method: 'GET', target: '/v1/schedules/x', headers: [], body: null };
const SECRET = 'hc_live_the_key_of_the_caller';
const ID = '01990000-0000-7000-8000-000000000001';

let contract: Contract;
beforeAll(async () => {
  contract = await Contract.read(SECRET);
});

const answered = (status: number, body: unknown, type = 'application/json'): Outcome => ({
  status,
  headers: new Map([['content-type', type]]),
  text: typeof body === 'string' ? body : JSON.stringify(body),
});
const found = (outcome: Outcome, more: Partial<Parameters<Contract['problems']>[0]> = {}) =>
  contract.problems({ what: '', operation, request, addressed: true, ...more }, outcome);

describe('an answer that is right', () => {
  it.each([
    ['a row', answered(200, { id: ID, at: null })],
    ['nothing', answered(204, '')],
    ['not found', answered(404, { detail: 'There is no such schedule.', code: 'not_found' })],
    ['more members on an error', answered(404, { detail: 'No.', code: 'not_found', schedule_id: ID })],
    ['a 422', answered(422, { detail: [{ loc: ['body', 'a', 0], msg: 'is wrong', type: 'wrong' }] })],
  ])('%s', (_, outcome) => expect(found(outcome)).toEqual([]));
});

describe('an answer that is wrong is found', () => {
  it.each<[string, Outcome, RegExp]>([
    ['none in time', 'hang', /within 10 s/],
    ['none at all', 'closed', /closed without/],
    ['a 5xx, documented or not', answered(503, { detail: 'Away.', code: 'unavailable' }), /^status 503/],
    [
      'a status that the page does not have',
      answered(409, { detail: 'x', code: 'conflict' }),
      /409 is not on the API page/,
    ],
    ['a member that is missing', answered(200, { id: ID }), /must have required property 'at'/],
    ['a member that nobody named', answered(200, { id: ID, at: null, more: 1 }), /additional properties/],
    ['no uuid', answered(200, { id: 'x', at: null }), /must match format "uuid"/],
    ['no date-time', answered(200, { id: ID, at: 'yesterday' }), /must match format "date-time"/],
    ['a body where there is none', answered(204, '{}'), /page has none/],
    ['no JSON', answered(200, '<html>'), /not JSON/],
    [
      'an error of another content type',
      answered(404, { detail: 'x', code: 'not_found' }, 'text/html'),
      /content type/,
    ],
    ['an error without a body', answered(401, ''), /no object/],
    ['an unknown code', answered(404, { detail: 'x', code: 'nobody_knows' }), /nobody_knows with status 404/],
    ['a code of another status', answered(401, { detail: 'x', code: 'not_found' }), /not_found with status 401/],
    ['a detail that is no sentence', answered(404, { detail: [], code: 'not_found' }), /no sentence/],
    ['a 422 without problems', answered(422, { detail: [] }), /no list of problems/],
    [
      'a loc that begins nowhere',
      answered(422, { detail: [{ loc: ['x'], msg: 'm', type: 't' }] }),
      /not \{loc, msg, type\}/,
    ],
    ['the caller’s key', answered(404, { detail: SECRET, code: 'not_found' }), /API key stands/],
  ])('%s', (_, outcome, words) => expect(found(outcome)).toContainEqual(expect.stringMatching(words)));

  it('another status than the case asks for', () => {
    expect(found(answered(200, { id: ID, at: null }), { statuses: [401] })).toContain('status 200, not 401');
  });

  it('a number that is kept as something else', () => {
    const body = Buffer.from('{"data":[{"n":1e400}]}');
    expect(found(answered(200, { id: ID, at: null }), { request: { ...request, body } })).toHaveLength(1);
  });
});

describe('what is not held against an answer', () => {
  it('that there is none to half a request', () => {
    expect(found('closed', { request: { ...request, framing: 'cut' } })).toEqual([]);
  });

  it('its status, where the request may be to nothing of the page', () => {
    expect(found(answered(409, { detail: 'x', code: 'conflict' }), { addressed: false })).toEqual([]);
  });
});
