import type { OpenAPIHono } from '@hono/zod-openapi';
import type { InvariantScan } from '../../store/invariants.ts';
import { addOperation, type ApiDeps } from '../route.ts';
import { InvariantsAnswer } from '../wire-answers.ts';

/** What the operator's operations work with. */
export interface AdminDeps {
  /** Looks at all tenants, as the engine may. */
  readonly scan: () => Promise<InvariantScan>;
  /** What this server's own regular check found last; null before the first. */
  readonly lastScan?: (() => InvariantScan | null) | undefined;
}

/** For those who run the server: about every tenant. */
export function adminRoutes(app: OpenAPIHono, deps: ApiDeps & AdminDeps): void {
  let running: Promise<InvariantScan> | undefined;
  addOperation(app, deps, {
    method: 'get',
    path: '/v1/admin/invariants',
    id: 'checkInvariants',
    summary: 'Check the invariants',
    description:
      'Checks at once what must always hold, over all tenants, and tells what the last regular check found. Changes nothing.',
    scope: 'tenants:manage',
    answers: { 200: { description: 'What was found.', schema: InvariantsAnswer } },
    async handle() {
      // However many ask at once, one looks.
      running ??= deps.scan().finally(() => (running = undefined));
      const last = deps.lastScan?.() ?? null;
      return { status: 200, body: { ...scanAnswer(await running), last: last && scanAnswer(last) } };
    },
  });
}

function scanAnswer(scan: InvariantScan) {
  return { ...scan, checked_at: new Date(scan.checked_at).toISOString() };
}
