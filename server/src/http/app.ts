import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { AppError } from '../domain/errors.ts';
import { openApiDocument } from './openapi.ts';
import { problemOf } from './problem.ts';
import { requestScope, shownPath, type RequestsTold } from './request-scope.ts';
import { Credentials } from './auth.ts';
import type { JwtVerifier } from './jwt/verifier.ts';
import type { ApiDeps } from './route.ts';
import { actionRoutes } from './routes/actions.ts';
import { adminRoutes, type AdminDeps } from './routes/admin.ts';
import { egressPolicyRoutes } from './routes/egress-policy.ts';
import { entityDefinitionRoutes } from './routes/entity-definitions.ts';
import { entityRecordRoutes, isRecordBulk } from './routes/entity-records.ts';
import { apiKeyRoutes } from './routes/api-keys.ts';
import { metricsRoute, type MetricsDeps } from './routes/metrics.ts';
import { backfillRoutes } from './routes/backfills.ts';
import { BULK_CREATE, bulkRoutes } from './routes/bulk.ts';
import { completionRoutes } from './routes/completion.ts';
import { previewRoutes } from './routes/preview.ts';
import { runRoutes } from './routes/runs.ts';
import { scheduleRoutes } from './routes/schedules.ts';
import { secretRoutes } from './routes/secrets.ts';
import { steeringRoutes } from './routes/steering.ts';
import { systemRoutes, type Readiness } from './routes/system.ts';
import { tenantRoutes } from './routes/tenants.ts';

/** The largest body of a request: what a schedule can sensibly hold, many times over. */
const MAX_BODY = 256 * 1024;

/** The same where a request holds many schedules or records. */
const MAX_BULK_BODY = 16 * 1024 * 1024;

/** What the HTTP side works with, and who it tells. */
export interface AppDeps extends Omit<ApiDeps, 'credentials'>, RequestsTold, AdminDeps {
  /** The server's own part of the hash of API keys; absent: it has none. */
  readonly pepper?: Buffer | null | undefined;
  /** HYDRACORE_BOOTSTRAP_API_KEY. */
  readonly ownKey?: string | null | undefined;
  /** Checks JWTs; absent: they are not configured. */
  readonly jwt?: JwtVerifier | null | undefined;
  readonly ready: Readiness;
  /** None: there is no /metrics. */
  readonly metrics?: MetricsDeps | undefined;
}

/** The whole HTTP side, as one function from Request to Response. */
export function createApp(given: AppDeps): OpenAPIHono {
  const { pepper = null, ownKey = null, jwt = null } = given;
  const deps = { ...given, credentials: new Credentials({ db: given.db, now: given.now, pepper, ownKey, jwt }) };
  const app = new OpenAPIHono();

  app.use(requestScope(deps));
  const [small, large] = [limited(MAX_BODY), limited(MAX_BULK_BODY)];
  app.use((c, next) => (c.req.path === BULK_CREATE || isRecordBulk(c.req.path) ? large : small)(c, next));

  systemRoutes(app, deps.ready, () => openApiDocument(app));
  previewRoutes(app, deps);
  scheduleRoutes(app, deps);
  steeringRoutes(app, deps);
  completionRoutes(app, deps);
  runRoutes(app, deps);
  bulkRoutes(app, deps);
  backfillRoutes(app, deps);
  entityDefinitionRoutes(app, deps);
  entityRecordRoutes(app, deps);
  actionRoutes(app, deps);
  egressPolicyRoutes(app, deps);
  apiKeyRoutes(app, deps);
  tenantRoutes(app, deps);
  secretRoutes(app, deps);
  adminRoutes(app, deps);
  if (deps.metrics) metricsRoute(app, deps.metrics);

  app.notFound((c) => {
    const { body, status } = problemOf(
      new AppError('not_found', `There is no ${c.req.method} ${c.req.path} here; /docs lists what there is.`),
    );
    return c.json(body, status);
  });
  app.onError((error, c) => {
    const problem = problemOf(error);
    if (problem.log) {
      const { id, about } = c.get('request');
      const line = { request_id: id, method: c.req.method, path: shownPath(c.req.path), ...about, error };
      deps.log('error', 'a request failed', line);
    }
    return c.json(problem.body, problem.status, { ...problem.headers });
  });
  return app;
}

function limited(maxSize: number) {
  return bodyLimit({
    maxSize,
    onError: () => {
      throw new AppError('payload_too_large', `The body is larger than ${maxSize} bytes.`);
    },
  });
}
