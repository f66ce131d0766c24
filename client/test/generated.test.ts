import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { generate } from '../scripts/generated.ts';
import { resourcesOf, type Resource } from '../scripts/names.ts';
import { operationsOf, type Operation, type Page } from '../scripts/page.ts';

const read = (path: string) => readFile(new URL(path, import.meta.url), 'utf8');

/** The names of a tree's methods, each with its operation. */
function namesOf({ methods, below }: Resource, before = ''): Record<string, string> {
  return Object.assign(
    Object.fromEntries([...methods].map(([name, { operation }]) => [`${before}${name}`, operation.operationId])),
    ...[...below].map(([name, resource]) => namesOf(resource, `${before}${name}.`)),
  ) as Record<string, string>;
}

/** A page of `METHOD /path operationId` lines. */
function pageOf(...lines: string[]): Page {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const line of lines) {
    const [method = '', path = '', operationId = ''] = line.split(' ');
    const operation = { operationId, summary: '', description: '', 'x-scope': 'x:write', responses: {} };
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation };
  }
  return { paths, components: { schemas: {} } };
}

it('what is generated from server/openapi.json is what the repository holds; if not: npm run snapshots', async () => {
  const page = JSON.parse(await read('../../server/openapi.json')) as Page;
  const files = await generate(page);
  for (const [name, text] of Object.entries(files)) {
    expect(text === (await read(`../src/generated/${name}`)), `client/src/generated/${name} is of this page`).toBe(
      true,
    );
  }
});

it('every operation of the page has a method of its own', async () => {
  const page = JSON.parse(await read('../../server/openapi.json')) as Page;
  const operations = operationsOf(page);
  expect(Object.values(namesOf(resourcesOf(operations))).toSorted()).toEqual(
    operations.map(({ operation }) => operation.operationId).toSorted(),
  );
});

it('names come from the paths: a resource, its methods, and what has more than one operation below it', () => {
  const page = pageOf(
    'GET /v1/key-rings listRings',
    'POST /v1/key-rings createRing',
    'GET /v1/key-rings/{id} getRing',
    'PUT /v1/key-rings/{id} updateRing',
    'DELETE /v1/key-rings/{id} deleteRing',
    'POST /v1/key-rings/{id}/turn turnRing',
    'GET /v1/key-rings/{id}/uses listUses',
    'GET /v1/key-rings/{id}/limits getLimits',
    'PUT /v1/key-rings/{id}/limits setLimits',
    'GET /v1/key-rings/{id}/keys listKeys',
    'DELETE /v1/key-rings/{id}/keys/{key_id} deleteKey',
    'GET /v1/policy getPolicy',
    'PUT /v1/policy setPolicy',
    'POST /v1/auth/sign-out signOut',
    'POST /v1/key-rings/turn turnRings',
  );
  expect(namesOf(resourcesOf(operationsOf(page)))).toEqual({
    'keyRings.list': 'listRings',
    'keyRings.create': 'createRing',
    'keyRings.get': 'getRing',
    'keyRings.update': 'updateRing',
    'keyRings.delete': 'deleteRing',
    'keyRings.turn.create': 'turnRing',
    'keyRings.turn.turnRings': 'turnRings',
    'keyRings.uses': 'listUses',
    'keyRings.limits.get': 'getLimits',
    'keyRings.limits.update': 'setLimits',
    'keyRings.keys.list': 'listKeys',
    'keyRings.keys.delete': 'deleteKey',
    'policy.get': 'getPolicy',
    'policy.update': 'setPolicy',
    'auth.signOut': 'signOut',
  });
});

it('a POST has an Idempotency-Key where the page knows one and it does something; else it is not sent twice', async () => {
  const page = JSON.parse(await read('../../server/openapi.json')) as Page;
  const { 'resources.ts': text } = await generate(page);
  const callOf = (id: string) => text.split('\n').find((line) => line.includes(`call<'${id}'>`)) ?? '';
  expect(callOf('createSchedule')).toContain('keyed: true');
  expect(callOf('previewNewSchedule')).toContain('repeatable: true');
  expect(callOf('openSession')).not.toMatch(/keyed|repeatable/);
  for (const { method, operation } of operationsOf(page)) {
    const knows = operation.parameters?.some(({ name }) => name === 'Idempotency-Key') === true;
    const call = callOf(operation.operationId);
    expect([operation.operationId, /keyed|repeatable/.test(call)]).toEqual([
      operation.operationId,
      method === 'POST' && knows,
    ]);
  }
});
