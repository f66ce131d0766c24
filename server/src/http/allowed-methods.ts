import type { OpenAPIHono } from '@hono/zod-openapi';
import { AppError } from '../domain/errors.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** What a path that answers nothing to this method gets: 405 where it would answer to others, else 404. */
export function notThere(app: OpenAPIHono, method: string, path: string): AppError {
  const allowed = METHODS.filter((other) =>
    // Middleware is there for every method, under another name.
    app.router.match(other, path)[0].some(([[, route]]) => route.method === other),
  ).flatMap((other) => (other === 'GET' ? ['GET', 'HEAD'] : [other]));
  if (allowed.length === 0) {
    return new AppError('not_found', `There is no ${method} ${path} here; /docs lists what there is.`);
  }
  const allow = allowed.join(', ');
  return new AppError('method_not_allowed', `This path does not take ${method}; use ${allow}.`, {
    headers: { Allow: allow },
  });
}
