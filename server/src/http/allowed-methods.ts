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
    const shorter = path.replace(/\/+$/, '');
    if (shorter !== path && shorter !== '' && notThere(app, method, shorter).code !== 'not_found') {
      return new AppError('not_found', `There is no ${path} here, but ${shorter}, without the slash at its end.`);
    }
    return new AppError('not_found', `There is no ${method} ${path} here; /docs lists what there is.`);
  }
  const allow = allowed.join(', ');
  return new AppError('method_not_allowed', `This path does not take ${method}; use ${allow}.`, {
    headers: { Allow: allow },
  });
}
