import { execFile } from 'node:child_process';
import { access, constants, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listen } from '../../server/test/support/listen.ts';
import { World } from '../../server/test/support/world.ts';

/** The package as it is published, in a project of somebody else. */

const run = promisify(execFile);
const CLIENT = fileURLToPath(new URL('..', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SECRET = `whsec_${Buffer.from('a secret of thirty-two bytes long').toString('base64')}`;

const PROGRAM = `
import { createClient, verifyWebhook, ValidationError } from '@hydracore/client';

const [url = '', apiKey = '', secret = '', signature = ''] = process.argv.slice(2);
const client = createClient({ baseUrl: url, apiKey });
const body = { schedule_type: 'CRON', schedule_expression: '0 2 * * *', action_type: 'LOG_EVENT', action_config: { message: 'hi' } } as const;
for (const name of ['one', 'two', 'three']) await client.schedules.create({ ...body, name });
const names: string[] = [];
for await (const schedule of client.schedules.iterate({ limit: 2 })) names.push(schedule.name);
const refused = await client.schedules.create({ ...body, name: '' }).catch((error: unknown) => error);
const headers = { 'webhook-id': 'run', 'webhook-timestamp': '1800000000', 'webhook-signature': signature };
const { payload } = await verifyWebhook<{ a: number }>('{"a":1}', headers, secret, { now: 1_800_000_000_000 });
console.log(JSON.stringify({ names, refused: refused instanceof ValidationError && refused.problems[0]?.loc, a: payload.a }));
`;

let folder: string;
let world: World;
let server: Awaited<ReturnType<typeof listen>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hydracore-dist-'));
  const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: CLIENT });
  const modules = join(folder, 'node_modules');
  await mkdir(join(modules, '@hydracore', 'client'), { recursive: true });
  const file = join(folder, stdout.trim().split('\n').at(-1) ?? '');
  await run('tar', ['-xzf', file, '-C', join(modules, '@hydracore', 'client'), '--strip-components=1']);
  for (const name of ['openapi-fetch', 'openapi-typescript-helpers', 'eventsource-parser']) {
    await symlink(await realpath(join(ROOT, 'node_modules', name)), join(modules, name));
  }
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await writeFile(join(folder, 'program.ts'), PROGRAM);
  world = await World.open('2027-03-01T09:00:00Z');
  server = await listen(world);
});
afterAll(async () => {
  await server?.close();
  await world?.close();
  await rm(folder, { recursive: true, force: true });
});

/** The Node that installed us: the one in PATH outside of node_modules. */
async function installingNode(): Promise<string> {
  for (const place of (process.env['PATH'] ?? '').split(delimiter).filter((one) => !one.includes('node_modules'))) {
    const file = join(place, 'node');
    if (
      await access(file, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return file;
  }
  throw new Error('there is no Node in PATH but ours');
}

it('has types that a strict program compiles with, and runs on the Node that installed us as on ours', async () => {
  const typescript = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  const strict = '--strict --skipLibCheck false --module nodenext --target es2023 --lib es2023,dom --declaration false';
  const types = ['--types', 'node', '--typeRoots', join(ROOT, 'node_modules', '@types')];
  await run(process.execPath, [typescript, ...strict.split(' '), ...types, 'program.ts'], { cwd: folder }).catch(
    (error: { stdout?: string }) => expect(error.stdout).toBe(''),
  );
  const signature = new Webhook(SECRET).sign('run', new Date(1_800_000_000_000), '{"a":1}');
  const nodes = [await installingNode(), process.execPath];
  for (const [index, node] of nodes.entries()) {
    const args = [join(folder, 'program.js'), server.url, world.key, SECRET, signature];
    const { stdout } = await run(node, args, { cwd: folder });
    const seen = JSON.parse(stdout) as { names: string[] };
    expect(seen).toMatchObject({ refused: ['body', 'name'], a: 1 });
    expect(seen.names.length).toBe(3 * (index + 1));
  }
});
