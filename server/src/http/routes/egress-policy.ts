import type { OpenAPIHono } from '@hono/zod-openapi';
import { readPolicy } from '../../store/egress-policies.ts';
import { changePolicy, policyAnswer } from '../egress-policy.ts';
import { addOperation, type ApiDeps } from '../route.ts';
import { EgressPolicyAnswer, EgressPolicyBody } from '../wire-egress.ts';

const common = { path: '/v1/egress-policy', tag: 'Egress', customers: 'refused' } as const;
const answers = { 200: { description: 'The policy.', schema: EgressPolicyAnswer } };

/** Where the actions of a tenant may go. */
export function egressPolicyRoutes(app: OpenAPIHono, deps: ApiDeps): void {
  addOperation(app, deps, {
    ...common,
    method: 'get',
    id: 'getEgressPolicy',
    summary: 'Get the egress policy',
    description: 'Where your actions may go. Empty lists: wherever this server lets any go.',
    scope: 'egress:read',
    answers,
    async handle({ db, principal }) {
      return policyAnswer(await readPolicy(db, principal.tenant_id));
    },
  });

  addOperation(app, deps, {
    ...common,
    method: 'put',
    id: 'setEgressPolicy',
    audits: 'egress_policy',
    summary: 'Set the egress policy',
    description:
      'The whole of it: both lists. It only narrows what this server lets go, and holds for every attempt that starts from then on; a blocked one is FAILED with `egress_blocked`.',
    scope: 'egress:write',
    body: EgressPolicyBody,
    conditional: true,
    answers,
    async handle(call) {
      return policyAnswer(await changePolicy(call));
    },
  });
}
