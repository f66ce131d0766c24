import { z } from '@hono/zod-openapi';
import { QUOTAS } from '../domain/quota.ts';

/** The schemas of quotas, in requests and in answers. */

const granted = (what: string) =>
  z
    .int()
    .min(1)
    .max(1_000_000_000)
    .nullable()
    .optional()
    .openapi({ description: `${what} null: the server's default.` });

/** Body of PUT /v1/tenants/{tenant_id}/quotas: what is absent stays, an explicit null clears. */
export const QuotasBody = z
  .strictObject({
    schedules: granted('The most schedules that exist.'),
    records: granted('The most records, of all definitions together.'),
    runs_per_minute: granted('The most runs that start in a minute; others wait.'),
  })
  .openapi('QuotasInput', { example: { schedules: 5_000, runs_per_minute: null } });

const standing = z
  .object({
    limit: z.int().nullable().openapi({ description: 'null: no limit.' }),
    used: z.int(),
    source: z
      .enum(['SERVER', 'TENANT'])
      .openapi({ description: "Whose limit it is: everyone's, or the tenant's own." }),
  })
  .openapi('QuotaStanding');

export const QuotasAnswer = z
  .object({
    tenant_id: z.guid().openapi({ format: 'uuid' }),
    ...(Object.fromEntries(QUOTAS.map((quota) => [quota, standing])) as Record<
      (typeof QUOTAS)[number],
      typeof standing
    >),
  })
  .openapi('Quotas');
