import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { madeFolder } from './made.ts';
import { Cleanup } from './server.ts';
import { eventually } from './waiting.ts';

const DEMO = fileURLToPath(new URL('../../../scripts/demo.ts', import.meta.url));
const ROW = /^\d\d:\d\d:\d\d\.\d{3} {3}(.{18}) {3}\d\d:\d\d:\d\d\.\d{3} {4} *(-?\d+) ms$/gm;

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

/** The demo as `npm run demo` starts it. */
function startDemo(cwd: string, env: Record<string, string>, args: readonly string[] = []) {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(HYDRACORE_|FORCE_COLOR|NO_COLOR)/.test(name));
  const child = spawn(process.execPath, [DEMO, ...args], {
    cwd,
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const seen = { child, stdout: '', stderr: '', rows: () => [...seen.stdout.matchAll(ROW)] };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (seen.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (seen.stderr += text));
  const ended = once(child, 'close') as Promise<[number | null, string | null]>;
  cleanup.add(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  return Object.assign(seen, { ended });
}

it('starts a server where none runs, shows the deliveries of all three schedules, and leaves nothing running', async () => {
  const cwd = await cleanup.folder();
  const demo = startDemo(cwd, { HYDRACORE_PORT: '0' }, ['--seconds', '6']);
  expect(await demo.ended, demo.stderr).toEqual([0, null]);
  expect(demo.stderr).toBe('');
  expect(new Set(demo.rows().map((row) => row[1]?.trim()))).toEqual(
    new Set(['every 2 seconds', 'cron */5 * * * * *', 'once, in 5 seconds']),
  );
  expect(demo.stdout).toContain(`\n${demo.rows().length} deliveries; lateness: median `);
  expect(demo.stdout, 'colours are for terminals').not.toContain('\u001B');
  expect(await readdir(join(cwd, '.hydracore', 'postgres'))).not.toContain('postmaster.pid');
});

it('uses the server that runs, and deletes its schedules when Ctrl-C ends it', async () => {
  const server = await cleanup.start({ cwd: await madeFolder(cleanup) }).ready();
  const env = { HYDRACORE_PORT: new URL(server.url).port, HYDRACORE_DATA_DIR: server.dataDir };
  const demo = startDemo(await cleanup.folder(), env);
  await eventually('a delivery is shown', () => demo.rows().length > 0, 20_000);
  expect((await server.call('GET', '/v1/schedules')).body.total).toBe(3);
  demo.child.kill('SIGINT');
  demo.child.kill('SIGINT');
  expect(await demo.ended).toEqual([0, null]);
  expect(demo.stdout).toContain('it was running already');
  expect(demo.stdout).toContain('The three schedules are deleted again.');
  expect((await server.call('GET', '/v1/schedules')).body.total).toBe(0);

  const elsewhere = startDemo(await cleanup.folder(), { HYDRACORE_PORT: env.HYDRACORE_PORT });
  expect(await elsewhere.ended).toEqual([1, null]);
  expect(elsewhere.stderr).toMatch(/^The API key is missing: \.hydracore\/api-key does not exist\. .*\n$/);
});

it('says what to do where the server does not send webhooks to loopback', async () => {
  const cwd = await madeFolder(cleanup);
  const demo = startDemo(cwd, { HYDRACORE_PORT: '0', HYDRACORE_HOST: '0.0.0.0' }, ['--seconds', '5']);
  expect(await demo.ended).toEqual([1, null]);
  expect(demo.stderr).toContain('HYDRACORE_EGRESS_ALLOW=127.0.0.0/8');
  expect(demo.stderr).not.toMatch(/^ {4}at /m);
  expect(await readdir(join(cwd, '.hydracore', 'postgres')), 'it has stopped its server').not.toContain(
    'postmaster.pid',
  );
});
