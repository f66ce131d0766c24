import openapiTS, { astToString } from 'openapi-typescript';
import { emitResources } from './emit.ts';
import type { Page } from './page.ts';

type TypedPage = Exclude<Parameters<typeof openapiTS>[0], string | URL | Buffer | NodeJS.ReadableStream>;

/** The generated modules of an API page, by their file names. */
export async function generate(page: Page): Promise<Record<'api.ts' | 'resources.ts', string>> {
  const types = await openapiTS(page as unknown as TypedPage, {
    // A field with a default need not be sent.
    defaultNonNullable: false,
    rootTypes: true,
    rootTypesNoSchemaPrefix: true,
    rootTypesKeepCasing: true,
  });
  const head = '// Generated from server/openapi.json by openapi-typescript: "npm run snapshots" writes it anew.\n';
  return { 'api.ts': head + astToString(types), 'resources.ts': emitResources(page) };
}
