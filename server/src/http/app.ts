import { randomUUID } from 'node:crypto';
import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { AppError } from '../domain/errors.ts';
import { openApiDocument } from './openapi.ts';
import { problemOf } from './problem.ts';
import type { ApiDeps } from './route.ts';
import { actionRoutes } from './routes/actions.ts';
import { completionRoutes } from './routes/completion.ts';
import { previewRoutes } from './routes/preview.ts';
import { scheduleRoutes } from './routes/schedules.ts';
import { steeringRoutes } from './routes/steering.ts';
import { systemRoutes, type Readiness } from './routes/system.ts';

/** The largest body of a request: what a schedule can sensibly hold, many times over. */
const MAX_BODY = 256 * 1024;

/** How requests are told to the log: nothing of bodies, headers or queries, which hold secrets. */
export type RequestLog = (level: 'debug' | 'error', message: string, data: Record<string, unknown>) => void;

/** The whole HTTP side, as one function from Request to Response. */
export function createApp(deps: ApiDeps & { readonly ready: Readiness; readonly log: RequestLog }): OpenAPIHono {
  const app = new OpenAPIHono();

  app.use(async (c, next) => {
    const id = randomUUID();
    const started = performance.now();
    c.header('X-Request-Id', id);
    c.header('X-Content-Type-Options', 'nosniff');
    await next();
    const { method, path } = c.req;
    const status = c.res.status;
    deps.log('debug', 'request', { request_id: id, method, path, status, ms: Math.round(performance.now() - started) });
  });
  app.use(
    bodyLimit({
      maxSize: MAX_BODY,
      onError: () => {
        throw new AppError('payload_too_large', `The body is larger than ${MAX_BODY} bytes.`);
      },
    }),
  );

  systemRoutes(app, deps.ready, () => openApiDocument(app));
  previewRoutes(app, deps);
  scheduleRoutes(app, deps);
  steeringRoutes(app, deps);
  completionRoutes(app, deps);
  actionRoutes(app, deps);

  app.notFound((c) => {
    const { body, status } = problemOf(
      new AppError('not_found', `There is no ${c.req.method} ${c.req.path} here; /docs lists what there is.`),
    );
    return c.json(body, status);
  });
  app.onError((error, c) => {
    const problem = problemOf(error);
    if (problem.log) deps.log('error', 'a request failed', { method: c.req.method, path: c.req.path, error });
    return c.json(problem.body, problem.status, { ...problem.headers });
  });
  return app;
}
