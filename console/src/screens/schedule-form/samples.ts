/** The same as the form does, for a terminal and for a program. Pure. */

/** What is sent. */
export interface Sample {
  readonly origin: string;
  readonly body: object;
  /** An update of this schedule; absent: it is created. */
  readonly update?: { readonly id: string; readonly version: number } | undefined;
}

/** As a command. The key comes from the environment. */
export function curlOf({ origin, body, update }: Sample): string {
  const lines = [
    `curl -X ${update ? 'PUT' : 'POST'} ${origin}/v1/schedules${update ? `/${update.id}` : ''}`,
    `-H "X-Api-Key: $HYDRACORE_API_KEY"`,
    `-H "Content-Type: application/json"`,
    ...(update ? [`-H 'If-Match: "${update.version}"'`] : []),
    `-d '${JSON.stringify(body, null, 2).replaceAll("'", String.raw`'\''`)}'`,
  ];
  return lines.join(' \\\n  ');
}

/** By the client for TypeScript. */
export function typescriptOf({ origin, body, update }: Sample): string {
  const call = update
    ? `client.schedules.update(${quoted(update.id)}, ${literal(body)}, { ifMatch: ${update.version} })`
    : `client.schedules.create(${literal(body)})`;
  return `import { createClient } from '@hydracore/client';

const client = createClient({
  baseUrl: ${quoted(origin)},
  apiKey: process.env.HYDRACORE_API_KEY,
});

const schedule = await ${call};
`;
}

/** A value as people write it: names without quotes where they need none. */
function literal(value: unknown, indent = ''): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  const further = `${indent}  `;
  const items = Array.isArray(value)
    ? value.map((item) => literal(item, further))
    : Object.entries(value).map(([name, item]) => `${nameOf(name)}: ${literal(item, further)}`);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  if (items.length === 0) return `${open}${close}`;
  return `${open}\n${items.map((item) => `${further}${item},\n`).join('')}${indent}${close}`;
}

function nameOf(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name);
}

function quoted(text: string): string {
  const inner = JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(String.raw`\"`, '"')
    .replaceAll("'", String.raw`\'`);
  return `'${inner}'`;
}
