import type { OpenAPIHono } from '@hono/zod-openapi';
import { listSecrets } from '../../store/secrets.ts';
import { addOperation, type ApiDeps } from '../route.ts';
import { removeSecret, secretAnswer, setSecret } from '../secrets.ts';
import { readSigning, rotateSigning } from '../signing.ts';
import {
  SecretAnswer,
  SecretBody,
  SecretList,
  SecretName,
  SigningList,
  SigningRotate,
  SigningRotated,
} from '../wire-secrets.ts';

const PATH = '/v1/secrets';
const SIGNING = '/v1/webhook-secrets';
const common = { tag: 'Secrets', customers: 'refused' } as const;

/** The secrets of a tenant: those that templates name, and those that sign its webhooks. */
export function secretRoutes(app: OpenAPIHono, deps: ApiDeps): void {
  addOperation(app, deps, {
    ...common,
    method: 'get',
    path: PATH,
    id: 'listSecrets',
    summary: 'List secrets',
    description: 'By name. The values are never answered.',
    scope: 'secrets:read',
    answers: { 200: { description: 'All of them.', schema: SecretList } },
    async handle({ db, principal }) {
      const secrets = await listSecrets(db, principal.tenant_id);
      return { status: 200, body: { secrets: secrets.map(secretAnswer), total: secrets.length } };
    },
  });

  addOperation(app, deps, {
    ...common,
    method: 'put',
    path: `${PATH}/{name}`,
    id: 'setSecret',
    audits: 'secret',
    summary: 'Set a secret',
    description: 'Makes it or changes it, for every attempt that starts from then on.',
    scope: 'secrets:write',
    params: SecretName,
    body: SecretBody,
    answers: {
      201: { description: 'It was made.', schema: SecretAnswer },
      200: { description: 'It was changed.', schema: SecretAnswer },
    },
    errors: [409],
    async handle(call) {
      const { secret, created } = await setSecret(call);
      return { status: created ? 201 : 200, body: secret };
    },
  });

  addOperation(app, deps, {
    ...common,
    method: 'delete',
    path: `${PATH}/{name}`,
    id: 'deleteSecret',
    audits: 'secret',
    summary: 'Delete a secret',
    description: 'Runs of schedules that name it fail from then on.',
    scope: 'secrets:write',
    params: SecretName,
    answers: { 204: { description: 'It is deleted.' } },
    async handle(call) {
      await removeSecret(call);
      return { status: 204 };
    },
  });

  addOperation(app, deps, {
    ...common,
    method: 'get',
    path: SIGNING,
    id: 'listWebhookSecrets',
    summary: 'List webhook signing secrets',
    description: 'What signs your webhooks now: how many, made when, until when. Never the secrets themselves.',
    scope: 'secrets:read',
    answers: { 200: { description: 'All that sign now.', schema: SigningList } },
    async handle(call) {
      return { status: 200, body: await readSigning(call) };
    },
  });

  addOperation(app, deps, {
    ...common,
    method: 'post',
    path: `${SIGNING}/rotate`,
    id: 'rotateWebhookSecret',
    audits: 'webhook_secret',
    summary: 'Rotate the webhook signing secret',
    description:
      'Makes a new one; those of before sign beside it for overlap_minutes, so that receivers can change over.',
    scope: 'secrets:write',
    body: SigningRotate,
    bodyOptional: true,
    answers: {
      201: { description: 'The new secret; `webhook_secret` is shown here and never again.', schema: SigningRotated },
    },
    errors: [409],
    async handle(call) {
      return { status: 201, body: await rotateSigning(call), toldOnce: ['webhook_secret'] };
    },
  });
}
