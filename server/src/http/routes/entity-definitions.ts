import type { OpenAPIHono } from '@hono/zod-openapi';
import type { EntityDefinition } from '../../domain/entity.ts';
import { getDefinition, listDefinitions } from '../../store/entity-definitions.ts';
import { versionTag } from '../conditional.ts';
import {
  changeDefinition,
  createDefinition,
  definitionAnswer,
  definitionNotFound,
  removeDefinition,
} from '../entity-definitions.ts';
import { addOperation, type ApiDeps } from '../route.ts';
import {
  DefinitionAnswer,
  DefinitionCreate,
  DefinitionDeleteQuery,
  DefinitionId,
  DefinitionList,
  DefinitionListQuery,
  DefinitionUpdate,
} from '../wire-entities.ts';

const one = { description: 'The definition.', schema: DefinitionAnswer };
const tag = 'Entities';

/** What the records of customers look like. */
export function entityDefinitionRoutes(app: OpenAPIHono, deps: ApiDeps): void {
  addOperation(app, deps, {
    method: 'get',
    path: '/v1/entity-definitions',
    id: 'listEntityDefinitions',
    tag,
    summary: 'List entity definitions',
    description: 'A page of your definitions, newest first.',
    scope: 'entities:read',
    customers: 'served',
    query: DefinitionListQuery,
    answers: { 200: { description: 'The page.', schema: DefinitionList } },
    async handle({ db, principal, query }) {
      const { definitions, total } = await listDefinitions(db, principal.tenant_id, query, query);
      const { limit, offset } = query;
      return { status: 200, body: { entity_definitions: definitions.map(definitionAnswer), total, limit, offset } };
    },
  });

  addOperation(app, deps, {
    method: 'post',
    path: '/v1/entity-definitions',
    id: 'createEntityDefinition',
    audits: 'entity_definition',
    tag,
    summary: 'Create an entity definition',
    description: 'Says which fields the records of a kind have.',
    scope: 'entities:write',
    body: DefinitionCreate,
    checksFurther: true,
    answers: { 201: one },
    errors: [409],
    async handle(call) {
      return answer(await createDefinition(call), 201);
    },
  });

  addOperation(app, deps, {
    method: 'get',
    path: '/v1/entity-definitions/{definition_id}',
    id: 'getEntityDefinition',
    tag,
    summary: 'Get an entity definition',
    description: 'One definition with its fields.',
    scope: 'entities:read',
    customers: 'served',
    params: DefinitionId,
    answers: { 200: one },
    async handle({ db, principal, params }) {
      const definition = await getDefinition(db, principal.tenant_id, params.definition_id);
      if (!definition) throw definitionNotFound();
      return answer(definition, 200);
    },
  });

  addOperation(app, deps, {
    method: 'put',
    path: '/v1/entity-definitions/{definition_id}',
    id: 'updateEntityDefinition',
    audits: 'entity_definition',
    tag,
    summary: 'Update an entity definition',
    description:
      'Changes what the body names; `fields` is the whole list. A field that records have a value in can not go or get another type, and one that a record lacks can not become required (409 with the numbers).',
    scope: 'entities:write',
    params: DefinitionId,
    body: DefinitionUpdate,
    checksFurther: true,
    conditional: true,
    answers: { 200: one },
    errors: [409],
    async handle(call) {
      return answer(await changeDefinition(call), 200);
    },
  });

  addOperation(app, deps, {
    method: 'delete',
    path: '/v1/entity-definitions/{definition_id}',
    id: 'deleteEntityDefinition',
    audits: 'entity_definition',
    tag,
    summary: 'Delete an entity definition',
    description: 'Refused while it has records (409), unless they are to go with it: `cascade=true`.',
    scope: 'entities:write',
    params: DefinitionId,
    query: DefinitionDeleteQuery,
    conditional: true,
    answers: { 204: { description: 'It is deleted.' } },
    errors: [409],
    async handle(call) {
      await removeDefinition(call);
      return { status: 204 };
    },
  });
}

function answer(definition: EntityDefinition, status: 200 | 201) {
  return { status, body: definitionAnswer(definition), headers: { ETag: versionTag(definition.version) } } as const;
}
