import { OpenAPIHono } from '@hono/zod-openapi';
import { notThere } from './allowed-methods.ts';
import { NO_QUOTAS, type Grants } from '../domain/quota.ts';
import { openApiDocument } from './openapi.ts';
import { problemOf } from './problem.ts';
import { Quotas } from './quotas.ts';
import { EventHub } from './events/hub.ts';
import { requestScope, shownPath, type RequestsTold } from './request-scope.ts';
import { requestShape } from './request-shape.ts';
import { Credentials } from './auth.ts';
import { Creations } from './creations.ts';
import { egressOfTenants } from './egress-policy.ts';
import { Gate, NO_LIMITS, type RequestLimits } from './gate.ts';
import type { JwtVerifier } from './jwt/verifier.ts';
import { consolePage, consoleRoutes, isConsolePage, type ConsoleState } from './console.ts';
import { securityHeaders, type Web } from './security-headers.ts';
import { Sessions } from './session.ts';
import type { ApiDeps } from './route.ts';
import { actionRoutes } from './routes/actions.ts';
import { adminRoutes, type AdminDeps } from './routes/admin.ts';
import { egressPolicyRoutes } from './routes/egress-policy.ts';
import { entityDefinitionRoutes } from './routes/entity-definitions.ts';
import { entityRecordRoutes, isRecordBulk } from './routes/entity-records.ts';
import { eventRoutes } from './routes/events.ts';
import { auditRoutes } from './routes/audit.ts';
import { apiKeyRoutes } from './routes/api-keys.ts';
import { metricsRoute, type MetricsDeps } from './routes/metrics.ts';
import { backfillRoutes } from './routes/backfills.ts';
import { BULK_CREATE, bulkRoutes } from './routes/bulk.ts';
import { completionRoutes } from './routes/completion.ts';
import { overviewRoute } from './routes/overview.ts';
import { quotaRoutes } from './routes/quotas.ts';
import { previewRoutes } from './routes/preview.ts';
import { runRoutes } from './routes/runs.ts';
import { scheduleRoutes } from './routes/schedules.ts';
import { secretRoutes } from './routes/secrets.ts';
import { sessionRoutes } from './routes/session.ts';
import { steeringRoutes } from './routes/steering.ts';
import { systemRoutes, type Readiness } from './routes/system.ts';
import { tenantRoutes } from './routes/tenants.ts';
import { upcomingRoute } from './routes/upcoming.ts';
import { whoAmIRoute } from './routes/whoami.ts';

/** What the HTTP side works with, and who it tells. */
export interface AppDeps
  extends
    Omit<ApiDeps, 'credentials' | 'sessions' | 'gate' | 'quotas' | 'creations' | 'egressOf' | 'streams'>,
    RequestsTold,
    AdminDeps {
  /** The server's own part of the hash of API keys; absent: it has none. */
  readonly pepper?: Buffer | null | undefined;
  /** HYDRACORE_BOOTSTRAP_API_KEY. */
  readonly ownKey?: string | null | undefined;
  /** Checks JWTs; absent: they are not configured. */
  readonly jwt?: JwtVerifier | null | undefined;
  readonly ready: Readiness;
  /** How many requests a minute; absent: any number. */
  readonly limits?: RequestLimits | undefined;
  /** What a tenant may have unless it has its own number; absent: any. */
  readonly defaultQuotas?: Grants | undefined;
  /** How browsers reach the server; absent: at whatever address they use, over plain HTTP. */
  readonly web?: Web | undefined;
  /** A session without a request for so long has ended; absent: an hour. */
  readonly sessionIdleMs?: number | undefined;
  /** The page at `/`; absent: there is none, and `/` leads to the API page. */
  readonly console?: (() => ConsoleState) | undefined;
  /** None: there is no /metrics. */
  readonly metrics?: MetricsDeps | undefined;
  /** The streams of events; absent: one that looks when it is told to. */
  readonly streams?: EventHub | undefined;
}

/** The whole HTTP side, as one function from Request to Response. */
export function createApp(given: AppDeps): OpenAPIHono {
  const { pepper = null, ownKey = null, jwt = null, limits = NO_LIMITS, defaultQuotas = NO_QUOTAS, db, now } = given;
  const { web = { publicUrl: null, corsOrigins: [] }, sessionIdleMs: idleMs = 3_600_000 } = given;
  const credentials = new Credentials({ db, now, pepper, ownKey, jwt });
  const deps = {
    ...given,
    credentials,
    sessions: new Sessions({ db, now, credentials, publicUrl: web.publicUrl, idleMs }),
    gate: new Gate({ ...given, credentials, limits }),
    quotas: new Quotas(defaultQuotas, now),
    creations: new Creations(db, now),
    egressOf: egressOfTenants(given.egress, db),
    streams: given.streams ?? new EventHub({ db, now, log: given.log }),
  };
  const app = new OpenAPIHono();

  securityHeaders(app, web);
  app.use(requestScope(deps));
  app.use(requestShape((path) => path === BULK_CREATE || isRecordBulk(path)));

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
  quotaRoutes(app, deps);
  overviewRoute(app, deps);
  upcomingRoute(app, deps);
  eventRoutes(app, deps);
  whoAmIRoute(app, deps);
  auditRoutes(app, deps);
  sessionRoutes(app, deps);
  adminRoutes(app, deps);
  if (deps.metrics) metricsRoute(app, deps.metrics);
  const { console: pages } = given;
  if (pages) consoleRoutes(app, pages);
  else app.get('/', (c) => c.redirect('/docs'));

  app.notFound((c) => {
    if (pages && isConsolePage(c)) return consolePage(c, pages());
    const { body, status, headers } = problemOf(notThere(app, c.req.method, c.req.path));
    return c.json(body, status, { ...headers });
  });
  app.onError(async (thrown, c) => {
    const { id, about, trail } = c.get('request');
    // What the log can't be told of is not refused in silence: the caller learns of that instead.
    const error = await (trail ? trail.refused(thrown) : thrown);
    const problem = problemOf(error);
    if (problem.log) {
      const line = { request_id: id, method: c.req.method, path: shownPath(c.req.path), ...about, error };
      deps.log('error', 'a request failed', line);
    }
    return c.json(problem.body, problem.status, { ...problem.headers });
  });
  return app;
}
