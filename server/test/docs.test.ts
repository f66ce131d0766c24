import { access, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { ATTEMPT_ERRORS } from '../src/actions/attempt-error.ts';
import { STATUS } from '../src/http/problem.ts';
import { RunSearchQuery } from '../src/http/wire.ts';
import { INVARIANTS } from '../src/store/invariants.ts';

it('docs/errors.md has an entry for each code that an answer or an attempt can carry, with its status', async () => {
  const page = await readFile(new URL('../../docs/errors.md', import.meta.url), 'utf8');
  const [answers = '', runs = ''] = page.split('## On runs: `error.code`');
  const rows = new Map(
    [...answers.matchAll(/^\| `(\w+)` *\| *(\w*)/gm)].map(([, code = '', second = '']) => [code, second] as const),
  );
  for (const [code, status] of Object.entries(STATUS)) expect([code, rows.get(code)]).toEqual([code, String(status)]);
  for (const code of Object.keys(ATTEMPT_ERRORS)) expect(runs).toContain(`| \`${code}\``);
});

it('docs/operating.md has a row for each invariant that is checked', async () => {
  const page = await readFile(new URL('../../docs/operating.md', import.meta.url), 'utf8');
  const [, section = ''] = page.split('\n## Invariants\n');
  const rows = [...(section.split('\n## ')[0] ?? '').matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
  expect(rows).toEqual(INVARIANTS.map(({ name }) => name));
});

it('docs/guide.md names each filter of GET /v1/runs', async () => {
  const page = await readFile(new URL('../../docs/guide.md', import.meta.url), 'utf8');
  const sentence = /The filters are (.*?)\. `total`/s.exec(page)?.[1] ?? '';
  const named = new Set([...sentence.matchAll(/`(\w+)`/g)].map(([, name = '']) => name));
  const { limit: _limit, offset: _offset, ...filters } = RunSearchQuery.shape;
  // What `from` and `to` are of is no filter itself.
  expect(named).toEqual(new Set([...Object.keys(filters), 'scheduled_for']));
});

it('docs/threats.md names tests that there are', async () => {
  const page = await readFile(new URL('../../docs/threats.md', import.meta.url), 'utf8');
  const named = [...page.matchAll(/`(\S+\.test\.ts)`/g)].map(([, path = '']) => path);
  expect(named.length).toBeGreaterThan(30);
  for (const path of named) await access(new URL(`../../${path}`, import.meta.url));
});
