import { access, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { ATTEMPT_ERRORS } from '../src/actions/attempt-error.ts';
import { STATUS } from '../src/http/problem.ts';

it('docs/errors.md has an entry for each code that an answer or an attempt can carry, with its status', async () => {
  const page = await readFile(new URL('../../docs/errors.md', import.meta.url), 'utf8');
  const [answers = '', runs = ''] = page.split('## On runs: `error.code`');
  const rows = new Map(
    [...answers.matchAll(/^\| `(\w+)` *\| *(\w*)/gm)].map(([, code = '', second = '']) => [code, second] as const),
  );
  for (const [code, status] of Object.entries(STATUS)) expect([code, rows.get(code)]).toEqual([code, String(status)]);
  for (const code of Object.keys(ATTEMPT_ERRORS)) expect(runs).toContain(`| \`${code}\``);
});

it('docs/threats.md names tests that there are', async () => {
  const page = await readFile(new URL('../../docs/threats.md', import.meta.url), 'utf8');
  const named = [...page.matchAll(/`(\S+\.test\.ts)`/g)].map(([, path = '']) => path);
  expect(named.length).toBeGreaterThan(30);
  for (const path of named) await access(new URL(`../../${path}`, import.meta.url));
});
