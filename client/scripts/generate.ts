import { readFile, writeFile } from 'node:fs/promises';
import { generate } from './generated.ts';

/** Writes src/generated anew, from server/openapi.json. */
const page = JSON.parse(await readFile(new URL('../../server/openapi.json', import.meta.url), 'utf8'));
for (const [name, text] of Object.entries(await generate(page))) {
  await writeFile(new URL(`../src/generated/${name}`, import.meta.url), text);
}
