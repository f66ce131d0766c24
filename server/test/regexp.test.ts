import { glob, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

const ROOT = new URL('../src/', import.meta.url);

/** Patterns that are put together as the server starts, from constants of the same file. */
const FROM_CONSTANTS = ['actions/template.ts', 'http/routes/entity-records.ts', 'store/api-key.ts'];

it('no regular expression is made of what a caller sends: one could run for ever', async () => {
  const makers: string[] = [];
  let files = 0;
  for await (const file of glob('**/*.ts', { cwd: ROOT.pathname })) {
    if (file.endsWith('.test.ts')) continue;
    files += 1;
    const source = await readFile(new URL(file, ROOT), 'utf8');
    for (const line of source.split('\n')) {
      // Made in the middle of a function, it could be made of anything: those of constants stand alone at the margin.
      if (/\bRegExp\s*\(/.test(line)) makers.push(line.startsWith('const ') ? file : `${file}: ${line.trim()}`);
      // The same in the database.
      if (/\bregexp_\w+\(.*\$\d|\bSIMILAR TO\b|[ (]!?~\*?\s*\$\d/.test(line)) makers.push(`${file}: ${line.trim()}`);
    }
  }
  expect(files).toBeGreaterThan(200);
  expect(makers.sort()).toEqual(FROM_CONSTANTS);
});
