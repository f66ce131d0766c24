import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Operation } from './route.ts';
import { toldScope } from './scopes.ts';
import { Problem, ValidationProblem } from './wire-answers.ts';

const ERRORS: Readonly<Record<number, string>> = {
  401: 'No valid credential.',
  403: 'The credential lacks the scope.',
  404: 'No such row, or it is not yours.',
  409: 'It conflicts with what is there.',
  412: '`If-Match` names another version.',
  413: 'The body is too large.',
  429: 'Too many requests: `Retry-After` says when to come again.',
  503: 'The database does not answer at the moment.',
};

const KeyHeader = z.object({
  'X-Api-Key': z
    .string()
    .optional()
    .openapi({ description: 'The API key, unless it, or a JWT, is sent as a bearer token.' }),
});
export const IdempotencyHeader = z.object({
  'Idempotency-Key': z
    .string()
    .min(1)
    .max(255)
    .optional()
    .openapi({ description: 'The same key within 24 h answers the same and does nothing again.' }),
});
const IfMatchHeader = z.object({
  'If-Match': z.string().max(255).optional().openapi({ description: 'The ETag that the change is meant for.' }),
});

/** Adds an operation to the OpenAPI page alone. */
export function documentOperation<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodObject>(
  app: OpenAPIHono,
  operation: Omit<Operation<P, Q, B>, 'handle'>,
): void {
  const session = operation.scope === 'session';
  const { words, security } = toldScope(operation.scope);
  const json = (schema: z.ZodType) => ({ 'application/json': { schema } });
  const headers = [
    ...(operation.scope === 'completion token' || session ? [] : [KeyHeader]),
    ...(operation.method === 'post' && !session ? [IdempotencyHeader] : []),
    ...(operation.conditional ? [IfMatchHeader] : []),
  ];
  const lines = operation.lines !== undefined && {
    'application/x-ndjson': { schema: z.string().openapi({ description: `One of \`${operation.lines}\` a line.` }) },
  };
  const codes = [
    401,
    403,
    ...(operation.params ? [404] : []),
    ...(operation.errors ?? []),
    // An Idempotency-Key may have been used for another request.
    ...(operation.method === 'post' && !session ? [409] : []),
    ...(operation.conditional ? [412] : []),
    ...(operation.body ? [413] : []),
    429,
    503,
  ];
  app.openAPIRegistry.registerPath(
    createRoute({
      method: operation.method,
      path: operation.path,
      operationId: operation.id,
      tags: [operation.tag ?? 'Scheduled actions'],
      summary: operation.summary,
      'x-scope': operation.scope,
      description: `${operation.description}${words}`,
      security,
      request: {
        headers: [...headers],
        ...(operation.params && { params: operation.params }),
        ...(operation.query && { query: operation.query }),
        ...(operation.body && {
          body: { required: !operation.bodyOptional, content: { ...json(operation.body), ...lines } },
        }),
      },
      responses: {
        ...Object.fromEntries(
          Object.entries(operation.answers).map(([status, answer]) => [
            status,
            {
              description: answer.description,
              ...(answer.schema && { content: { [answer.type ?? 'application/json']: { schema: answer.schema } } }),
            },
          ]),
        ),
        ...Object.fromEntries(codes.map((code) => [code, { description: ERRORS[code] ?? '', content: json(Problem) }])),
        422: {
          description: 'Something in the request is not valid: every problem, with its place.',
          content: json(ValidationProblem),
        },
      },
    }),
  );
}
