import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { buildFolder } from '../../console/build/sources.ts';
import { eventually } from '../test/process/waiting.ts';
import { startConsole } from './console.ts';

async function setUp(script: string) {
  const root = await mkdtemp(join(tmpdir(), 'hydracore-console-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const build = { folder: async () => join(root, 'made'), script: join(root, 'build.ts') };
  await writeFile(build.script, script.replaceAll('ROOT', JSON.stringify(root)));
  const stop = new AbortController();
  const said: (string | undefined)[][] = [];
  const start = () => startConsole(stop.signal, (line, problem) => said.push([line, problem]), build);
  return { root, start, said, stop };
}

const BUILDS = `
  import { mkdirSync, writeFileSync } from 'node:fs';
  if (process.env.HYDRACORE_MASTER_KEY) throw new Error('it sees secrets');
  mkdirSync(ROOT + '/made/console', { recursive: true });
  writeFileSync(ROOT + '/made/console/index-abcdefgh.js', 'let a;');
  writeFileSync(ROOT + '/made/console/index-abcdefgh.js.gz', 'small');
  writeFileSync(ROOT + '/made/console/favicon.svg', '<svg/>');
  writeFileSync(ROOT + '/made/console/notes.txt', 'no type');
  writeFileSync(ROOT + '/made/index.html', 'the page');
`;

it('is built once, by a process that sees nothing of the environment, and kept in memory', async () => {
  const { start, said, root } = await setUp(BUILDS);
  process.env['HYDRACORE_MASTER_KEY'] = 'a secret';
  onTestFinished(() => {
    delete process.env['HYDRACORE_MASTER_KEY'];
  });
  const state = start();
  expect(state()).toEqual({ kind: 'building' });
  const ready = await eventually('it is built', () => (state().kind === 'building' ? undefined : state()));
  if (ready.kind !== 'ready') throw new Error(`not built: ${JSON.stringify(ready)}`);
  expect(ready.page).toBe('the page');
  expect([...ready.files.keys()].toSorted()).toEqual(['/console/favicon.svg', '/console/index-abcdefgh.js']);
  const script = ready.files.get('/console/index-abcdefgh.js');
  expect(script).toMatchObject({ isHashed: true, type: 'text/javascript; charset=utf-8' });
  expect(Buffer.from(script?.encoded.gzip ?? []).toString()).toBe('small');
  expect(ready.files.get('/console/favicon.svg')).toMatchObject({ isHashed: false, encoded: {} });
  expect(said).toEqual([['the console is being built: a few seconds, once for each version', undefined]]);

  // The next start finds it.
  await rm(join(root, 'build.ts'));
  const next = start();
  await eventually('it is read', () => next().kind === 'ready');
  expect(said).toHaveLength(1);
});

it('says what a failed build said', async () => {
  const { start, said } = await setUp(
    `process.stderr.write('EACCES: permission denied, mkdir dist'); process.exit(1);`,
  );
  const state = start();
  await eventually('it gives up', () => state().kind === 'failed');
  expect(state()).toEqual({ kind: 'failed', reason: 'EACCES: permission denied, mkdir dist' });
  expect(said[1]).toEqual([
    'the console could not be built; the API works without it',
    'EACCES: permission denied, mkdir dist',
  ]);
});

it('does not take a build for done that left nothing', async () => {
  const { start } = await setUp('');
  const state = start();
  await eventually('it gives up', () => state().kind === 'failed');
  expect(state()).toMatchObject({ reason: expect.stringContaining('after the build') });
});

it('ends the build with the server, and says nothing of it', async () => {
  const { start, said, stop, root } = await setUp(
    `import { writeFileSync } from 'node:fs';
     writeFileSync(ROOT + '/pid', String(process.pid)); setInterval(() => {}, 1000);`,
  );
  const state = start();
  await eventually('the build is under way', () =>
    access(join(root, 'pid')).then(
      () => true,
      () => undefined,
    ),
  );
  stop.abort();
  await new Promise((resolve) => setImmediate(resolve));
  expect(state()).toEqual({ kind: 'building' });
  expect(said).toHaveLength(1);
});

it('is the build that came, where its sources did not, and fails where neither did', async () => {
  const root = await mkdtemp(join(tmpdir(), 'hydracore-console-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  await expect(buildFolder(root)).rejects.toThrow(`neither the console's sources nor a build of them in ${root}`);
  await mkdir(join(root, 'dist/a-build'), { recursive: true });
  expect(await buildFolder(root)).toBe(join(root, 'dist/a-build'));
  await mkdir(join(root, 'src'));
  expect(await buildFolder(root)).toMatch(/dist\/[0-9a-f]{16}$/);
});
