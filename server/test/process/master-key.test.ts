import { execFile } from 'node:child_process';
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { connectToEmbedded, startDatabase, type SharedDatabase } from './database.ts';
import { Receiver } from './receiver.ts';
import { madeFolder } from './made.ts';
import { Cleanup, type ServerProcess } from './server.ts';
import { eventually } from './waiting.ts';

const ROTATE = fileURLToPath(new URL('../../src/rotate-master-key.ts', import.meta.url));
const [OLD, NEW] = [1, 2].map((byte) => Buffer.alloc(32, byte).toString('base64')) as [string, string];

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

/** What `npm run rotate-master-key` does. */
async function rotate(cwd: string, env: Record<string, string> = {}): Promise<{ ok: boolean; text: string }> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('HYDRACORE_'));
  return await promisify(execFile)(process.execPath, [ROTATE], {
    cwd,
    env: { ...Object.fromEntries(inherited), ...env },
    timeout: 60_000,
  }).then(
    ({ stdout }) => ({ ok: true, text: stdout }),
    (error: { stderr: string }) => ({ ok: false, text: error.stderr }),
  );
}

async function refused(server: ServerProcess): Promise<string> {
  expect(await server.exit(30_000)).toMatchObject({ code: 1 });
  return server.stderr;
}

/** A schedule whose deliveries show that the server can read the secret. */
async function useSecret(server: ServerProcess, url: string): Promise<string> {
  expect((await server.call('PUT', '/v1/secrets/TOKEN', { value: 'the-secret' })).status).toBe(201);
  const { id } = await server.schedule(url, {
    schedule_type: 'RATE',
    schedule_expression: 'rate(1 day)',
    action_config: { headers: { 'X-Token': '{{ secrets.TOKEN }}' }, auth: { type: 'bearer', token: 'the-credential' } },
  });
  return id;
}

async function delivers(server: ServerProcess, schedule: string, receiver: Receiver): Promise<void> {
  const before = receiver.deliveries.length;
  expect((await server.call('POST', `/v1/schedules/${schedule}/trigger`)).status).toBe(202);
  const delivery = await eventually('it is delivered', () => receiver.deliveries[before]);
  expect(delivery.headers).toMatchObject({ 'x-token': 'the-secret', authorization: 'Bearer the-credential' });
}

describe('the master key in the data folder', () => {
  const receiver = new Receiver();
  let cwd: string;
  let file: string;
  let schedule: string;
  const start = async () => await cleanup.start({ cwd }).ready();
  beforeAll(async () => {
    await receiver.start();
    cleanup.add(async () => await receiver.stop());
    cwd = await madeFolder(cleanup);
    file = join(cwd, '.hydracore', 'master-key');
  });

  it('is made at the first start, for its owner alone, and encrypts what is secret', async () => {
    const server = await start();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const made = await readFile(file, 'utf8');
    expect(Buffer.from(made.trim(), 'base64')).toHaveLength(32);
    schedule = await useSecret(server, receiver.url);
    await delivers(server, schedule, receiver);
    expect(server.stdout).not.toMatch(/the-secret|the-credential/);
    const client = await connectToEmbedded(server.dataDir);
    const { rows } = await client.query<{ all: string }>(
      `SELECT concat(s::text, t::text, x::text, k::text) AS all FROM schedules s, tenants t, secrets x, data_keys k`,
    );
    await client.end();
    expect(rows[0]?.all).toContain('$sealed');
    expect(rows[0]?.all).not.toMatch(/the-secret|the-credential|whsec_/);
    const busy = await rotate(cwd);
    expect([busy.ok, busy.text]).toEqual([false, expect.stringContaining('The master key was not rotated.')]);
    expect(await readFile(file, 'utf8')).toBe(made);
    await server.stop();
  });

  it('is needed from then on: without it, or with another, the server does not start', async () => {
    await rename(file, `${file}.away`);
    expect(await refused(cleanup.start({ cwd }))).toMatch(
      /master-key is not there, the master key that the secrets in the database are encrypted by .*: restore that file/,
    );
    // A new one in its place would go into the next backup, over the only copy.
    await expect(stat(file)).rejects.toThrow('ENOENT');
    await writeFile(file, `${NEW}\n`);
    expect(await refused(cleanup.start({ cwd }))).toMatch(
      /master-key in .* is not the master key that the secrets in the database are encrypted by .*: restore that file/,
    );
    await writeFile(file, 'nonsense');
    expect(await refused(cleanup.start({ cwd }))).toContain('master-key does not hold a master key');
    await rename(`${file}.away`, file);
  });

  it('is rotated while the server is stopped', async () => {
    const before = await readFile(file, 'utf8');
    const done = { ok: true, text: expect.stringContaining('1 data key is encrypted by the new') };
    expect(await rotate(cwd)).toEqual(done);
    expect(await readFile(file, 'utf8')).not.toBe(before);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await expect(stat(`${file}.previous`)).rejects.toThrow('ENOENT');
    const server = await start();
    await delivers(server, schedule, receiver);
    await server.stop();
  });

  it('works where its rotation was broken off between the files and the database, and the next one ends it', async () => {
    await rename(file, `${file}.previous`);
    await writeFile(file, `${NEW}\n`);
    const server = await start();
    await delivers(server, schedule, receiver);
    await server.stop();
    expect((await rotate(cwd)).ok).toBe(true);
    expect(await readFile(file, 'utf8')).toBe(`${NEW}\n`);
    await delivers(await start(), schedule, receiver);
  });
});

describe('the master key of servers on one external database', () => {
  const receiver = new Receiver();
  let cwd: string;
  let database: SharedDatabase;
  let external: Record<string, string>;
  let schedule: string;
  const start = (env: Record<string, string>) => cleanup.start({ cwd, env: { ...external, ...env } });
  beforeAll(async () => {
    await receiver.start();
    cleanup.add(async () => await receiver.stop());
    database = await startDatabase(inject('madeDataDir'));
    cleanup.add(() => database.stop());
    cwd = await cleanup.folder();
    const { HYDRACORE_MASTER_KEY: _own, ...rest } = database.environment;
    external = rest;
  });

  it('is required, and has to be the same everywhere', async () => {
    const without = await refused(start({}));
    expect(without).toContain('HYDRACORE_MASTER_KEY is not set');
    expect(without).toContain('openssl rand -base64 32');
    const first = await start({ HYDRACORE_MASTER_KEY: OLD }).ready();
    schedule = await useSecret(first, receiver.url);
    await delivers(first, schedule, receiver);
    const other = await refused(start({ HYDRACORE_MASTER_KEY: NEW }));
    expect(other).toContain('HYDRACORE_MASTER_KEY (key ');
    expect(other).toContain('is not the master key that the secrets in the database are encrypted by');
    expect(other).not.toContain(NEW);
    await first.stop();
  });

  it('is rotated while servers that know both work', async () => {
    const both = { HYDRACORE_MASTER_KEY: NEW, HYDRACORE_MASTER_KEY_PREVIOUS: OLD };
    const during = await start(both).ready();
    await delivers(during, schedule, receiver);
    const half = await rotate(cwd, { ...external, HYDRACORE_MASTER_KEY: NEW });
    expect(half).toEqual({ ok: false, text: expect.stringContaining('HYDRACORE_MASTER_KEY_PREVIOUS is not set') });
    const wrong = await rotate(cwd, { ...external, HYDRACORE_MASTER_KEY: NEW, HYDRACORE_MASTER_KEY_PREVIOUS: NEW });
    expect(wrong).toEqual({ ok: false, text: expect.stringContaining('nothing was changed') });
    const done = { ok: true, text: expect.stringContaining('1 data key is') };
    expect(await rotate(cwd, { ...external, ...both })).toEqual(done);
    await delivers(during, schedule, receiver);
    const { status, body } = await during.call('POST', '/v1/tenants', { name: 'made afterwards' });
    expect([status, body.webhook_secret]).toEqual([201, expect.stringMatching(/^whsec_/)]);
    await during.stop();
  });

  it('that was rotated away is not needed any more, and not good enough', async () => {
    await delivers(await start({ HYDRACORE_MASTER_KEY: NEW }).ready(), schedule, receiver);
    expect(await refused(start({ HYDRACORE_MASTER_KEY: OLD }))).toContain('is not the master key');
    const ids = await database.query('SELECT master_key_id FROM data_keys UNION SELECT master_key_id FROM vault');
    expect(ids).toHaveLength(1);
  });
});
