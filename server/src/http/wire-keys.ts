import { z } from '@hono/zod-openapi';
import { EVERY_SCOPE, KEY_SCOPES } from './scopes.ts';
import { offset, queryNumber, text, uuid } from './wire.ts';
import { instant, page } from './wire-answers.ts';

/** The schemas of tenants and API keys, in requests and in answers. */

const id = { example: '01990000-0000-7000-8000-00000000000f' };
export const TenantId = z.object({ tenant_id: uuid().openapi(id) });
export const KeyId = z.object({ key_id: uuid().openapi(id) });
export const PageQuery = z.object({ limit: queryNumber(1, 200).default(50), offset });

/** Body of POST /v1/tenants and of PUT /v1/tenants/{tenant_id}. */
export const TenantBody = z
  .strictObject({
    name: text(100).min(1).openapi({ example: 'acme', description: 'Unique. 1 to 100 characters.' }),
  })
  .openapi('TenantInput');

const tenant = { id: z.guid().openapi({ format: 'uuid' }), name: z.string(), created_at: instant };
export const TenantAnswer = z.object(tenant).openapi('Tenant');
export const TenantCreated = z
  .object({
    ...tenant,
    webhook_secret: z.string().nullable().openapi({
      description: 'What signs its webhooks. Told once: null where an Idempotency-Key asks again.',
    }),
  })
  .openapi('TenantCreated');
export const TenantList = z.object({ tenants: z.array(TenantAnswer), ...page }).openapi('TenantList');

/** The longest overlap of a rotation: a week. */
const MOST_OVERLAP = 10_080;

/** Body of POST /v1/api-keys. */
export const KeyCreate = z
  .strictObject({
    name: text(100).min(1).openapi({ example: 'billing', description: 'For people. 1 to 100 characters.' }),
    scopes: z
      .array(z.enum([EVERY_SCOPE, ...KEY_SCOPES]))
      .min(1)
      .max(KEY_SCOPES.length + 1)
      .openapi({
        example: ['schedules:read', 'runs:read'],
        description: 'None that you do not have yourself. `*` is every scope but `tenants:manage`, later ones too.',
      }),
    expires_at: z.iso
      .datetime({ offset: true })
      .nullable()
      .optional()
      .openapi({ example: '2028-01-01T00:00:00Z', description: 'RFC 3339, in the future. Never, when absent.' }),
    customer_id: uuid().nullable().optional().openapi({
      description: 'Binds the key to this customer: it sees and touches no other rows.',
    }),
    tenant_id: uuid()
      .optional()
      .openapi({ description: 'For which tenant; needs `tenants:manage`. Yours, when absent.' }),
  })
  .openapi('ApiKeyCreate');

/** Body of POST /v1/api-keys/{key_id}/rotate. */
export const KeyRotate = z
  .strictObject({
    overlap_minutes: z
      .int()
      .min(0)
      .max(MOST_OVERLAP)
      .default(60)
      .openapi({ description: 'How long the old key works beside the new one.' }),
  })
  .openapi('ApiKeyRotate');

const key = {
  id: z.guid().openapi({ format: 'uuid' }),
  tenant_id: z.guid().openapi({ format: 'uuid' }),
  name: z.string(),
  scopes: z.array(z.string()),
  customer_id: z.guid().nullable().openapi({ format: 'uuid' }),
  status: z.enum(['ACTIVE', 'EXPIRED', 'REVOKED']),
  expires_at: instant.nullable(),
  revoked_at: instant.nullable(),
  last_used_at: instant.nullable().openapi({ description: 'To the hour.' }),
  created_at: instant,
};
export const KeyAnswer = z.object(key).openapi('ApiKey');
export const KeyCreated = z
  .object({
    ...key,
    key: z.string().nullable().openapi({
      description: 'The key itself. Told once: null where an Idempotency-Key asks again.',
    }),
  })
  .openapi('ApiKeyCreated');
export const KeyList = z.object({ api_keys: z.array(KeyAnswer), ...page }).openapi('ApiKeyList');
