import { existsSync, globSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, it } from 'vitest';
import scripts from '../../../package.json' with { type: 'json' };
import { Page, ROOT, SHOWN } from './page.ts';

const PAGES = globSync(['*.md', 'docs/*.md', '*/README.md'], { cwd: ROOT }).map((path) => new Page(path));
const FENCE = /^ *```[^]*?^ *```$/gm;

/** The anchors of a page's titles, as GitHub makes them. */
function anchorsOf(text: string): Set<string> {
  const seen = new Map<string, number>();
  const titles = [...text.replaceAll(FENCE, '').matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title);
  return new Set(
    titles.map((title) => {
      const slug = title
        .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}_\- ]/gu, '')
        .replaceAll(' ', '-');
      const times = seen.get(slug) ?? 0;
      seen.set(slug, times + 1);
      return times === 0 ? slug : `${slug}-${times}`;
    }),
  );
}

/** What is wrong with the links of a page to this repository. */
function brokenLinks({ path, text }: Page): string[] {
  const prose = text.replaceAll(FENCE, '').replaceAll(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = '']) => {
    if (/^[a-z]+:/.test(target)) return [];
    const [file = '', anchor] = target.split('#');
    const to = file === '' ? path : relative(ROOT, join(ROOT, dirname(path), file));
    if (!existsSync(join(ROOT, to))) return [`${path}: there is no ${to}`];
    if (anchor === undefined) return [];
    return anchorsOf(new Page(to).text).has(anchor) ? [] : [`${path}: ${to} has no chapter #${anchor}`];
  });
}

it('every link leads to a file that there is, and every anchor to a title', () => {
  expect(PAGES.length).toBeGreaterThan(20);
  expect(PAGES.flatMap(brokenLinks)).toEqual([]);
  expect([...anchorsOf('# A `b`\n## On runs: `error.code` of an attempt\n## A b\n')]).toEqual([
    'a-b',
    'on-runs-errorcode-of-an-attempt',
    'a-b-1',
  ]);
});

it('the index names every page, and every page of docs can be found from it', () => {
  const index = PAGES.find(({ path }) => path === 'docs/README.md')?.text ?? '';
  for (const { path } of PAGES.filter((one) => one.path.startsWith('docs/') && one.path !== 'docs/README.md')) {
    expect(index).toContain(`](${relative('docs', path)})`);
  }
});

it('every script of npm that a page names is there', () => {
  for (const { path, text } of PAGES) {
    for (const [, name = ''] of text.matchAll(/npm run (?:-s )?([\w:-]+)/g)) {
      expect(Object.keys(scripts.scripts), path).toContain(name);
    }
  }
});

it('every block says what it is, so that none is passed over', () => {
  const known = new Set(['sh', 'ts', 'json', 'env', ...SHOWN]);
  const others = PAGES.flatMap(({ blocks }) => blocks.filter(({ language }) => !known.has(language)));
  expect(others.map(({ place, language }) => `${place} ${language}`)).toEqual([]);
});

it('every picture is there, small, and described', () => {
  const pictures = PAGES.flatMap(({ path, text }) =>
    [...text.matchAll(/!\[([^\]]*)\]\(([^)\s]+)\)/g)].map(([, alt = '', file = '']) => ({ path, alt, file })),
  );
  expect(pictures.length).toBeGreaterThan(2);
  for (const { path, alt, file } of pictures) {
    expect(alt.length, file).toBeGreaterThan(20);
    expect(statSync(join(ROOT, dirname(path), file)).size, file).toBeLessThan(200_000);
  }
});
