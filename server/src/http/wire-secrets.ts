import { z } from '@hono/zod-openapi';
import { SECRET_NAME } from '../domain/secret-name.ts';
import { instant } from './wire-answers.ts';

/** The schemas of secrets, in requests and in answers. */

export const MOST_SECRETS = 200;
const MOST_VALUE = 8_192;

export const SecretName = z.object({
  name: z
    .string()
    .regex(SECRET_NAME, 'must be 1 to 64 letters, digits and _, and not begin with a digit')
    .openapi({ example: 'PAYMENTS_TOKEN', description: 'Templates name it as `{{ secrets.PAYMENTS_TOKEN }}`.' }),
});

/** Body of PUT /v1/secrets/{name}. What is wrong with it is told without the value. */
export const SecretBody = z
  .strictObject({
    value: z
      .custom<string>((value) => typeof value === 'string', {
        message: 'must be a string',
        params: { type: 'string_type' },
      })
      .refine((value) => value !== '', { message: 'must not be empty', params: { type: 'string_too_short' } })
      .refine((value) => Buffer.byteLength(value) <= MOST_VALUE, {
        message: `must be at most ${MOST_VALUE} bytes as UTF-8`,
        params: { type: 'string_too_long' },
      })
      .openapi({
        type: 'string',
        example: 's3cr3t',
        description: `1 to ${MOST_VALUE} bytes as UTF-8. Never answered.`,
      }),
  })
  .openapi('SecretInput');

export const SecretAnswer = z.object({ name: z.string(), created_at: instant, updated_at: instant }).openapi('Secret');
export const SecretList = z.object({ secrets: z.array(SecretAnswer), total: z.int() }).openapi('SecretList');

/** The longest overlap of a rotation: 30 days. */
const MOST_OVERLAP = 43_200;
const DAY = 1_440;

/** Body of POST /v1/webhook-secrets/rotate. */
export const SigningRotate = z
  .strictObject({
    overlap_minutes: z
      .int()
      .min(0)
      .max(MOST_OVERLAP)
      .default(DAY)
      .openapi({ description: 'How long the old ones sign beside the new one. 0: they end at once.' }),
  })
  .openapi('WebhookSecretRotate');

const signing = {
  id: z.guid().openapi({ format: 'uuid' }),
  created_at: instant,
  expires_at: instant
    .nullable()
    .openapi({ description: 'Until when it signs beside a newer one. Null: it is the newest.' }),
};
const SigningSecret = z.object(signing).openapi('WebhookSecret');
export const SigningList = z
  .object({
    webhook_secrets: z.array(SigningSecret).openapi({ description: 'Those that sign now, newest first.' }),
    from_environment: z.boolean().openapi({
      description: 'Whether they are set by HYDRACORE_WEBHOOK_SECRETS, and so not rotated here.',
    }),
  })
  .openapi('WebhookSecretList');
export const SigningRotated = z
  .object({
    webhook_secret: z.string().nullable().openapi({
      description: 'The new secret. Told once: null where an Idempotency-Key asks again.',
    }),
    webhook_secrets: z.array(SigningSecret).openapi({ description: 'Those that sign now, newest first.' }),
  })
  .openapi('WebhookSecretRotated');
