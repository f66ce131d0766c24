import type { OpenAPIHono } from '@hono/zod-openapi';
import { listKeys } from '../../store/api-keys.ts';
import { createKey, keyAnswer, readKey, removeKey, rotateKey } from '../api-keys.ts';
import { addOperation, type ApiDeps } from '../route.ts';
import { KeyAnswer, KeyCreate, KeyCreated, KeyId, KeyList, KeyRotate, PageQuery } from '../wire-keys.ts';

const PATH = '/v1/api-keys';
const common = { tag: 'Tenants and keys', scope: 'keys:manage', customers: 'refused' } as const;
const created = { description: 'The new key; `key` is shown here and never again.', schema: KeyCreated };
const toldOnce = ['key'];

/** The keys of a tenant. */
export function apiKeyRoutes(app: OpenAPIHono, deps: ApiDeps): void {
  addOperation(app, deps, {
    ...common,
    method: 'get',
    path: PATH,
    id: 'listApiKeys',
    summary: 'List API keys',
    description: 'Newest first, those that are revoked or have expired, too.',
    query: PageQuery,
    answers: { 200: { description: 'The page.', schema: KeyList } },
    async handle({ db, now, principal, query }) {
      const { keys, total } = await listKeys(db, principal.tenant_id, query);
      const { limit, offset } = query;
      const at = now();
      return { status: 200, body: { api_keys: keys.map((key) => keyAnswer(key, at)), total, limit, offset } };
    },
  });

  addOperation(app, deps, {
    ...common,
    method: 'post',
    path: PATH,
    id: 'createApiKey',
    audits: 'api_key',
    summary: 'Create an API key',
    description: 'With scopes of your own, for the whole tenant or for one customer of it.',
    body: KeyCreate,
    answers: { 201: created },
    async handle(call) {
      return { status: 201, body: await createKey(call), toldOnce };
    },
  });

  addOperation(app, deps, {
    ...common,
    method: 'get',
    path: `${PATH}/{key_id}`,
    id: 'getApiKey',
    summary: 'Get an API key',
    description: 'All but the key itself.',
    params: KeyId,
    answers: { 200: { description: 'The key.', schema: KeyAnswer } },
    async handle(call) {
      return { status: 200, body: await readKey(call) };
    },
  });

  addOperation(app, deps, {
    ...common,
    method: 'delete',
    path: `${PATH}/{key_id}`,
    id: 'revokeApiKey',
    audits: 'api_key',
    summary: 'Revoke an API key',
    description: 'At once, on every server. The last key that can make keys stays (409).',
    params: KeyId,
    answers: { 204: { description: 'It is revoked.' } },
    errors: [409],
    async handle(call) {
      await removeKey(call);
      return { status: 204 };
    },
  });

  addOperation(app, deps, {
    ...common,
    method: 'post',
    path: `${PATH}/{key_id}/rotate`,
    id: 'rotateApiKey',
    audits: 'api_key',
    summary: 'Rotate an API key',
    description: 'Makes a key with the same name, scopes and customer; the old one works on for overlap_minutes.',
    params: KeyId,
    body: KeyRotate,
    bodyOptional: true,
    answers: { 201: created },
    errors: [409],
    async handle(call) {
      return { status: 201, body: await rotateKey(call), toldOnce };
    },
  });
}
