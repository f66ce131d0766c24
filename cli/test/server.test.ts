import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { madeFolder } from '../../server/test/process/made.ts';
import { Cleanup, type ServerProcess } from '../../server/test/process/server.ts';
import { eventually } from '../../server/test/process/waiting.ts';
import { hydracore, installingNode, start } from './hydracore.ts';

/** The command line as a process, against the server as a process. */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const cleanup = new Cleanup();
let cwd: string;
let server: ServerProcess;
beforeAll(async () => {
  cwd = await madeFolder(cleanup);
  server = await cleanup.start({ cwd }).ready();
});
afterAll(() => cleanup.run());

/** In the server's folder, which has its key. */
const run = (...args: string[]) => hydracore(args, { cwd, env: { HYDRACORE_URL: server.url } });

it('makes a schedule that fires, shows its runs as they come, and deletes it', async () => {
  const made = await run('schedules', 'create', '--name', 'each second', '--rate', '1s', '--log', 'hello', '--json');
  expect(made, made.stderr).toMatchObject({ code: 0 });
  const { id } = JSON.parse(made.stdout);
  const { child, said, ended } = start(['runs', 'tail'], { cwd, env: { HYDRACORE_URL: server.url } });
  await eventually('two runs are shown', () => (said.stdout.match(/SUCCEEDED .* each second/g) ?? []).length >= 2);
  child.kill('SIGINT');
  expect(await ended).toMatchObject({ code: 0, stderr: '' });
  expect(said.stdout, 'colours are for terminals').not.toContain('\u001B');
  expect((await run('schedules', 'delete', id, '--yes')).code).toBe(0);
  expect((await run('schedules', 'list')).stderr).toBe('None.\n');
});

it('imports a file of records', async () => {
  const fields = [{ name: 'due_on', type: 'DATE', required: true }];
  await server.call('POST', '/v1/entity-definitions', { slug: 'bills', name: 'Bills', fields });
  const rows = Array.from(
    { length: 25_000 },
    (_, index) => `b-${index},2027-03-${String((index % 28) + 1).padStart(2, '0')}`,
  );
  rows[17_000] = 'b-17000,2027-02-30';
  await writeFile(join(cwd, 'bills.csv'), `external_id,due_on\n${rows.join('\n')}\n`);
  const { code, stdout, stderr } = await run('entities', 'import', 'bills.csv', '--definition', 'bills');
  expect({ code, stdout }, stderr).toEqual({ code: 1, stdout: '24,999 records created, 0 updated, 1 failed.\n' });
  expect(stderr).toMatch(/^line 17002 \(b-17000\): data\.due_on: /);
});

it('finds all well', async () => {
  const { code, stdout } = await run('doctor', '--json');
  expect(code).toBe(0);
  const { checks } = JSON.parse(stdout) as { checks: { name: string; state: string }[] };
  expect(checks.map(({ name, state }) => `${name} ${state}`)).toEqual(
    ['Server', 'Clock', 'Ready', 'Version', 'Credential', 'Tenant', 'Database', 'Time zones', 'Egress'].map(
      (name) => `${name} ok`,
    ),
  );
});

it('ends quietly when who reads has enough', async () => {
  const { child, ended } = start(['schedules', 'list', '--json'], { cwd, env: { HYDRACORE_URL: server.url } });
  child.stdout.destroy();
  expect(await ended).toMatchObject({ code: 0, stderr: '' });
});

describe('started by', () => {
  it('the Node that installed us: it goes on by ours, with arguments, streams, signals and exit code', async () => {
    const node = await installingNode();
    const env = { HYDRACORE_URL: server.url };
    const listed = await hydracore(['entities', 'import', '-', '--format', 'ndjson', '--definition', 'bills'], {
      cwd,
      env,
      node,
      input: '{"data":{"due_on":"2027-03-01"}}\n',
    });
    expect(listed).toEqual({ code: 0, stdout: '1 record created, 0 updated, 0 failed.\n', stderr: '' });
    expect(await hydracore(['no', 'such'], { cwd, node })).toMatchObject({ code: 2 });
    const { child, said, ended } = start(['runs', 'tail'], { cwd, env, node });
    await eventually('runs are shown', () => said.stdout !== '');
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
  });

  it('npx, in the repository', async () => {
    const { stdout } = await promisify(execFile)('npx', ['--no-install', 'hydracore', '--version'], { cwd: ROOT });
    expect(stdout.trim()).toMatch(/^\d+\.\d+\.\d+$/);
  });
});

describe('completion', () => {
  it.each(['bash', 'zsh', 'fish'])('has a script for %s', async (shell) => {
    const { code, stdout } = await hydracore(['completion', shell]);
    expect(code).toBe(0);
    expect(stdout).toContain('hydracore complete -- ');
  });

  it('completes in bash as it is written there', async () => {
    const bin = join(ROOT, 'node_modules', '.bin');
    // Of Debian's bash-completion, which the script goes by: the words of the line.
    const words = '_get_comp_words_by_ref() { cur=${COMP_WORDS[COMP_CWORD]}; words=("${COMP_WORDS[@]}"); }';
    const script = `${words}
      source <(hydracore completion bash)
      COMP_WORDS=(hydracore schedules create --c) COMP_CWORD=3 COMP_LINE="hydracore schedules create --c" COMP_POINT=30
      $(complete -p hydracore | sed -E 's/.*-F ([^ ]+).*/\\1/')
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    const env = { ...process.env, PATH: `${bin}:${dirname(process.execPath)}:${process.env['PATH']}` };
    const { stdout } = await promisify(execFile)('bash', ['-c', script], { env });
    expect(stdout).toMatch(/^--cron/m);
  });

  it('of another shell is refused with those that there are', async () => {
    const { code, stderr } = await hydracore(['completion', 'cmd']);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('Allowed choices are zsh, bash, fish'),
    });
  });
});

describe('serve', () => {
  it('is the server: in this folder, with its settings, without ours, to the end', async () => {
    const folder = await cleanup.folder();
    const env = { HYDRACORE_PORT: '0', HYDRACORE_URL: 'http://elsewhere.test', HYDRACORE_API_KEY: 'hc_live_x' };
    const { child, said, ended } = start(['serve'], { cwd: folder, env });
    cleanup.add(async () => (child.kill('SIGTERM'), await ended));
    await eventually('it is ready', () => said.stdout.includes('Ctrl-C stops it'), 60_000);
    const [url = ''] = /http:\/\/[\d.:]+/.exec(said.stdout) ?? [];
    expect((await hydracore(['schedules', 'list', '--url', url], { cwd: folder })).stderr).toBe('None.\n');
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
  });

  it('ends as the server does when it can not start', async () => {
    const { code, stderr } = await hydracore(['serve'], { cwd, env: { HYDRACORE_PORT: 'many' } });
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('HYDRACORE_PORT is "many"') });
  });
});
