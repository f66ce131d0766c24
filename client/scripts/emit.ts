import { resourcesOf, type Resource } from './names.ts';
import { operationsOf, pagingOf, type Page, type Placed } from './page.ts';

/** Operations that need no Idempotency-Key though they write: doing one again is what its caller does anyway. */
const REPEATABLE = new Set(['heartbeatRun']);

const HEAD = `// Generated from server/openapi.json by client/scripts/generate.ts: "npm run snapshots" writes it anew.
import type { Answer, Body, Caller, CallOptions, Conditional, ItemOf, Keyed, Query } from '../call.ts';
import { pages } from '../pages.ts';

/** The operations of the API by resource. */
export function resources(call: Caller) {
  return {
`;

/** The module that has a typed method for every operation. */
export function emitResources(page: Page): string {
  const root = resourcesOf(operationsOf(page));
  const parts = [...root.below].map(([name, resource]) => emitResource(page, name, resource, '    '));
  return `${HEAD}${parts.join('')}  };\n}\n`;
}

function emitResource(page: Page, name: string, { methods, below }: Resource, indent: string): string {
  const lines = [
    ...[...methods].map(([method, placed]) => emitMethod(page, method, placed, `${indent}  `)),
    ...[...below].map(([child, resource]) => emitResource(page, child, resource, `${indent}  `)),
  ];
  return `${indent}${name}: {\n${lines.join('')}${indent}},\n`;
}

function emitMethod(page: Page, name: string, placed: Placed, indent: string): string {
  const { method, path, operation } = placed;
  const id = `'${operation.operationId}'`;
  const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, param = '']) => param);
  const has = (where: string, header?: string) =>
    (operation.parameters ?? []).filter((one) => one.in === where && (header === undefined || one.name === header));
  const keyed = has('header', 'Idempotency-Key').length > 0;
  const reads = method === 'POST' && (operation['x-scope'].endsWith(':read') || REPEATABLE.has(operation.operationId));
  const options = [
    'CallOptions',
    ...(keyed && !reads ? ['Keyed'] : []),
    ...(has('header', 'If-Match').length > 0 ? ['Conditional'] : []),
  ].join(' & ');
  const query = has('query');
  const needsQuery = query.some(({ required }) => required === true) ? '' : '?';
  const { requestBody } = operation;
  const lines = requestBody?.content?.['application/x-ndjson'] === undefined ? '' : ' | string';
  const ids = named.map((param) => `${param}: string`);
  const takes = [
    ...ids,
    ...(requestBody ? [`body${requestBody.required === false ? '?' : ''}: Body<${id}>${lines}`] : []),
    ...(query.length > 0 ? [`query${needsQuery}: Query<${id}>`] : []),
    `options?: ${options}`,
  ];
  const gives = [
    ...(named.length > 0 ? [`path: { ${named.join(', ')} }`] : []),
    ...(requestBody ? ['body'] : []),
    ...(query.length > 0 ? ['query'] : []),
    'options',
    ...(keyed && !reads ? ['keyed: true'] : []),
    ...(reads ? ['repeatable: true'] : []),
  ];
  const doc = (text: string) => `${indent}/** ${text.replaceAll('*/', '* /').replaceAll('\n', ' ')} */\n`;
  const text =
    doc(`${operation.summary}. ${operation.description}`) +
    `${indent}${name}: (${takes.join(', ')}): Promise<Answer<${id}>> =>\n` +
    `${indent}  call<${id}>('${method}', '${path}', { ${gives.join(', ')} }),\n`;
  const paging = pagingOf(page, placed);
  if (!paging) return text;
  const iterate = name === 'list' ? 'iterate' : `iterate${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return (
    text +
    doc(`${operation.summary}, one by one, page after page.`) +
    `${indent}${iterate}: (${takes.join(', ')}): AsyncGenerator<ItemOf<Answer<${id}>, '${paging.items}'>, void, undefined> =>\n` +
    `${indent}  pages((page) => call<${id}>('${method}', '${path}', { ${gives.map((one) => (one === 'query' ? 'query: { ...query, ...page }' : one)).join(', ')} }), (page) => page.${paging.items}, ${paging.most}, query),\n`
  );
}
