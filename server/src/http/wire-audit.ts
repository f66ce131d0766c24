import { z } from '@hono/zod-openapi';
import { bound, choice, offset, queryNumber, text } from './wire.ts';
import { instant, page } from './wire-answers.ts';

/** The schemas of the audit log and of sessions, in requests and in answers. */

const uuid = () => z.guid().openapi({ format: 'uuid' });
const OUTCOMES = ['DONE', 'DENIED'] as const;

/** Query of GET /v1/audit-events. */
export const AuditQuery = z.object({
  actor: text(255).min(1).optional().openapi({ description: "A key's id, a JWT's subject, or `operator`." }),
  operation: text(100).min(1).optional().openapi({ example: 'updateSchedule', description: 'Its `operationId` here.' }),
  target_id: text(255).min(1).optional(),
  outcome: choice(OUTCOMES).optional(),
  from: bound('At or after this instant.'),
  to: bound('Before this instant: it is exclusive.'),
  limit: queryNumber(1, 200).default(50),
  offset,
});

const side = z.record(z.string(), z.unknown()).nullable();

export const AuditEventAnswer = z
  .object({
    id: uuid(),
    at: instant,
    outcome: z.enum(OUTCOMES).openapi({
      description:
        'DENIED: refused for want of a right, nothing was changed; told once an hour for an actor and operation.',
    }),
    actor: z.object({
      kind: z.enum(['API_KEY', 'JWT', 'OPERATOR']),
      id: z.string().openapi({ description: "A key's id, a JWT's subject, or `operator`." }),
      name: z.string().nullable().openapi({ description: "The key's name at that time." }),
      session_id: uuid().nullable().openapi({ description: 'The session of the console that it came through.' }),
    }),
    operation: z.string().openapi({ example: 'updateSchedule' }),
    target: z.object({
      type: z.string().nullable().openapi({ example: 'schedule' }),
      id: z.string().nullable().openapi({ description: 'null: several rows; `after` says which.' }),
    }),
    before: side.openapi({ description: 'The row as answers showed it; of an update the fields that have changed.' }),
    after: side.openapi({ description: 'The same, afterwards. More than 16 KiB: `{"truncated":true,"bytes":n}`.' }),
    detail: z.string().nullable().openapi({ description: 'DENIED: what the caller was told.' }),
    request_id: z.string(),
    remote_address: z.string().nullable(),
  })
  .openapi('AuditEvent');

export const AuditList = z.object({ audit_events: z.array(AuditEventAnswer), ...page }).openapi('AuditEventList');

/** Body of POST /v1/session. What is wrong with a key is told without the key. */
export const SessionCreate = z
  .strictObject({
    api_key: text(300)
      .min(1)
      .refine((key) => /^[\x21-\x7e]*$/.test(key), {
        message: 'has characters that no API key has',
        params: { type: 'api_key_format' },
      })
      .openapi({ description: 'The key whose rights the session has, and with which it ends.' }),
  })
  .openapi('SessionCreate');

export const SessionAnswer = z
  .object({
    id: uuid(),
    tenant: z.object({ id: uuid(), name: z.string() }),
    key: z.object({ id: uuid(), name: z.string(), expires_at: instant.nullable() }),
    scopes: z.array(z.string()),
    customer_id: uuid().nullable(),
    created_at: instant,
    expires_at: instant.openapi({ description: 'At the latest; without requests, or with its key, it ends before.' }),
  })
  .openapi('Session');
