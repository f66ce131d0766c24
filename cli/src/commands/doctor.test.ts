import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { clockCheck, egressCheck, tzdataCheck } from './doctor.ts';
import { probesOf, type ProbedPage } from './probes.ts';

it.each([
  ['2027-03-01T09:00:00.900Z', 'ok', 'agrees with the one here'],
  // The header says 09:00:02 for anything until 09:00:03.
  ['2027-03-01T09:00:04.900Z', 'ok', 'agrees with the one here'],
  ['2027-03-01T09:00:05.100Z', 'warning', "the server's clock is 2.1 s behind the one here"],
  ['2027-03-01T08:59:00.000Z', 'warning', "the server's clock is 1 min 2 s ahead of the one here"],
])('a clock that says 09:00:02 at %s: %s', (at, state, detail) => {
  const here = Date.parse(at);
  expect(clockCheck(here, here, 'Mon, 01 Mar 2027 09:00:02 GMT')).toMatchObject({ state, detail });
});

it('the way of the request is no difference, and an answer without a date no proof', () => {
  const sent = Date.parse('2027-03-01T09:00:00Z');
  expect(clockCheck(sent, sent + 9_000, 'Mon, 01 Mar 2027 09:00:08 GMT').state).toBe('ok');
  expect(clockCheck(sent, sent, null).state).toBe('warning');
});

it.each([
  ['2026b', '2026b', 'ok', null],
  ['2026b', null, 'ok', null],
  ['2025c', '2026a', 'warning', 'Update the server: '],
  ['2026b', '2026a', 'warning', 'Update this machine: '],
])('a server with the time-zone rules of %s, here those of %s: %s', (theirs, ours, state, advice) => {
  const found = tzdataCheck(theirs, ours);
  expect(found.state).toBe(state);
  if (advice === null) expect(found.advice).toBeNull();
  else expect(found.advice).toContain(advice);
});

it('each scope of the API has a probe that changes nothing', async () => {
  const page = JSON.parse(
    await readFile(new URL('../../../server/openapi.json', import.meta.url), 'utf8'),
  ) as ProbedPage;
  const scopes = new Set(
    Object.values(page.paths)
      .flatMap((methods) => Object.values(methods).map((operation) => operation['x-scope'] ?? ''))
      .filter((scope) => scope.includes(':')),
  );
  const probes = probesOf(page);
  expect(new Set(probes.map(({ scope }) => scope))).toEqual(scopes);
  for (const { method, path, body } of probes) {
    const harmless = method === 'get' || body === '{' || path.includes('00000000-0000-0000-0000-000000000000');
    expect(harmless, `${method} ${path}`).toBe(true);
  }
  const ask = (...[method, path, operation]: [string, string, object]) =>
    probesOf({ info: { version: '1' }, paths: { [path]: { [method]: { 'x-scope': 'a:b', ...operation } } } });
  expect(ask('post', '/v1/all', {}), 'it would be done').toEqual([]);
  expect(ask('put', '/v1/things/{name}', { requestBody: {} })).toMatchObject([{ body: '{' }]);
});

it.each([
  [[], [], 'ok', 'actions go wherever this server lets them; the tenant narrows nothing'],
  [['a.example', '10.0.0.0/8'], [], 'warning', 'the tenant lets its actions go only to a.example, 10.0.0.0/8'],
  [['a.example'], ['b.a.example'], 'warning', 'the tenant lets its actions go only to a.example; not to b.a.example'],
])('egress lists %j and %j', (allow, deny, state, detail) => {
  expect(egressCheck({ allow, deny })).toMatchObject({ name: 'Egress', state, detail });
});
