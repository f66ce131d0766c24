import type { OpenAPIHono } from '@hono/zod-openapi';

/** The OpenAPI 3.1 page, generated from the schemas that validate. */
export function openApiDocument(app: OpenAPIHono) {
  app.openAPIRegistry.registerComponent('securitySchemes', 'apiKey', {
    type: 'apiKey',
    in: 'header',
    name: 'X-Api-Key',
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description:
      'An API key (`hc_live_…`), or a JSON Web Token of the issuer that the server is configured with (HYDRACORE_JWT_ISSUER): ' +
      'its claims name the tenant, the scopes and, where it is bound to one, the customer. Where an operation says so, a ' +
      'completion token (`hc_run_…`).',
  });
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'HydraCore Schedules',
      version: '0.1.0',
      description:
        'Scheduled actions: say "do this, then", on a cron, at a rate or once; it is done on time, with retries, overlap ' +
        'and catch-up rules, and a ledger that explains every occurrence.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: [{ url: '/' }],
  });
}
