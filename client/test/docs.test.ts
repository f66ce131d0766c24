import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Page } from '../../server/test/docs/page.ts';
import { listen } from '../../server/test/support/listen.ts';
import { World } from '../../server/test/support/world.ts';

/** What the pages show is compiled, and run against the real app. */

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

let world: World;
let server: Awaited<ReturnType<typeof listen>>;
let folder: string;
beforeAll(async () => {
  world = await World.open('2027-03-01T09:00:00Z');
  server = await listen(world);
  folder = await mkdtemp(join(tmpdir(), 'hydracore-docs-'));
  const modules = join(folder, 'node_modules', '@hydracore', 'client');
  await mkdir(modules, { recursive: true });
  const source = { name: '@hydracore/client', type: 'module', exports: './src/index.ts' };
  await writeFile(join(modules, 'package.json'), JSON.stringify(source));
  // A link: Node strips no types below node_modules.
  await symlink(join(ROOT, 'client', 'src'), join(modules, 'src'));
  await symlink(join(ROOT, 'node_modules', '@types'), join(folder, 'node_modules', '@types'));
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  const extend = { extends: join(ROOT, 'tsconfig.json'), include: ['*.ts'], compilerOptions: { types: ['node'] } };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(extend));
});
afterAll(async () => {
  await server?.close();
  await world?.close();
  await rm(folder, { recursive: true, force: true });
});

/** The page's TypeScript as one program. */
async function programOf(page: Page, name: string, further = ''): Promise<string> {
  const blocks = page.take('ts').map(({ text }) => text);
  expect(blocks.length).toBeGreaterThan(0);
  const file = join(folder, name);
  await writeFile(file, `${blocks.join('\n')}\n${further}`);
  return file;
}

/** What a program that goes on tells of a run that starts while it listens. */
async function firstLineOf(file: string, env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(process.execPath, [file], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const { id } = await world.create({ schedule_type: 'RATE', schedule_expression: '1d' });
  const timer = setInterval(() => void world.call('POST', `/v1/schedules/${id}/trigger`), 500);
  try {
    const [text] = (await once(child.stdout, 'data')) as [Buffer];
    return text.toString().split('\n')[0] ?? '';
  } finally {
    clearInterval(timer);
    child.kill();
    await ended;
  }
}

it('docs/client.md and the README compile and do what they say', async () => {
  const message = '{"type":"schedule.fired"}';
  const signature = new Webhook(SECRET).sign('run-1', new Date(), message);
  const seconds = String(Math.floor(Date.now() / 1_000));
  const headers = { 'webhook-id': 'run-1', 'webhook-timestamp': seconds, 'webhook-signature': signature };
  const receiving = `
    for (const body of [${JSON.stringify(message)}, '{}']) {
      const answer = await receive(new Request('http://x.test', { method: 'POST', body, headers: ${JSON.stringify(headers)} }));
      console.log(answer.status, await answer.text());
    }`;
  const clientPage = new Page('docs/client.md');
  const page = await programOf(clientPage, 'page.ts', receiving);
  expect(clientPage.left()).toEqual([]);
  const events = await programOf(new Page('docs/events.md'), 'events.ts');
  const readme = await programOf(new Page('client/README.md'), 'readme.ts');
  const typescript = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  const compiled = await run(process.execPath, [typescript, '-p', folder]).catch((error: { stdout: string }) => error);
  expect(compiled.stdout).toBe('');
  const env = { ...process.env, HYDRACORE_URL: server.url, HYDRACORE_API_KEY: world.key, WEBHOOK_SECRET: SECRET };
  const said = async (file: string) => (await run(process.execPath, [file], { cwd: folder, env })).stdout;
  expect((await said(page)).trim().split('\n')).toEqual([
    '2027-03-02T07:00:00.000Z',
    'Nightly report 2027-03-02T01:00:00.000Z',
    'body.timezone Europe/Belin is not a time zone; did you mean Europe/Berlin?',
    'stored through line 1',
    "{ type: 'schedule.fired' }",
    '204 ',
    '400 signature_mismatch',
  ]);
  expect(await said(readme)).toBe('');
  expect(await firstLineOf(events, env)).toMatch(/^[0-9a-f-]{36} (?:PENDING|RUNNING|SUCCEEDED)$/);
  expect((await world.call('GET', '/v1/schedules')).body.total).toBe(3);
});
