import { type OpenAPIHono, z } from '@hono/zod-openapi';
import metadata from '../../../package.json' with { type: 'json' };
import { AppError } from '../../domain/errors.ts';
import { getKey } from '../../store/api-keys.ts';
import { getTenant } from '../../store/tenants.ts';
import { postgresVersion } from '../../store/version.ts';
import { tzdbVersion } from '../../time/index.ts';
import { rfc3339 } from '../answers.ts';
import { addOperation, type ApiDeps } from '../route.ts';
import { instant } from '../wire-answers.ts';

const id = () => z.guid().openapi({ format: 'uuid' });

const WhoAmI = z
  .object({
    tenant: z.object({ id: id(), name: z.string() }),
    credential: z.object({
      kind: z.enum(['API_KEY', 'JWT', 'SESSION']),
      key_id: id().nullable().openapi({ description: 'Of the API key; of a session, the one that opened it.' }),
      name: z.string().nullable().openapi({ description: 'What the key is called.' }),
      subject: z.string().nullable().openapi({ description: 'Who a JWT was issued to.' }),
      expires_at: instant.nullable().openapi({ description: 'Of the key; null: never, or it is a JWT.' }),
    }),
    scopes: z.array(z.string()),
    customer_id: id()
      .nullable()
      .openapi({ description: 'The customer that it is bound to; null: it sees the tenant.' }),
    server: z.object({
      version: z.string(),
      postgresql: z.string(),
      node: z.string(),
      tzdata: z.string().openapi({ description: 'Which time-zone rules schedules are planned by.' }),
    }),
  })
  .openapi('WhoAmI');

/** Who asks, and whom. */
export function whoAmIRoute(app: OpenAPIHono, deps: ApiDeps): void {
  addOperation(app, deps, {
    method: 'get',
    path: '/v1/whoami',
    id: 'whoAmI',
    summary: 'Who one is, and what the server is',
    description: 'What the credential of the request stands for and may do, and which versions answer.',
    scope: 'any',
    customers: 'served',
    answers: { 200: { description: 'It is good.', schema: WhoAmI } },
    async handle({ db, principal }) {
      const { tenant_id, key_id, subject, session_id, scopes, customer_id } = principal;
      const [tenant, key, postgresql] = await Promise.all([
        getTenant(db, tenant_id),
        key_id === null ? undefined : getKey(db, tenant_id, key_id),
        postgresVersion(db),
      ]);
      if (!tenant) throw new AppError('unauthorized', 'The tenant of this credential has just gone.');
      const body: z.output<typeof WhoAmI> = {
        tenant: { id: tenant.id, name: tenant.name },
        credential: {
          kind: session_id !== undefined ? 'SESSION' : key_id === null ? 'JWT' : 'API_KEY',
          key_id,
          name: key?.name ?? null,
          subject,
          expires_at: rfc3339(key?.expires_at ?? null),
        },
        scopes: [...scopes],
        customer_id,
        server: { version: metadata.version, postgresql, node: process.versions.node, tzdata: tzdbVersion() },
      };
      return { status: 200, body };
    },
  });
}
