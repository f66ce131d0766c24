import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { startDatabase } from './database.ts';
import { madeFolder } from './made.ts';
import { Cleanup, type ServerProcess } from './server.ts';
import { eventually } from './waiting.ts';

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

const PEPPER = 'a-pepper-of-thirty-two-characters';

async function statusOf(server: ServerProcess, key: string): Promise<number> {
  return (await fetch(`${server.url}/v1/schedules`, { headers: { 'x-api-key': key } })).status;
}

async function makeKey(server: ServerProcess): Promise<string> {
  const { status, body } = await server.call('POST', '/v1/api-keys', { name: 'made', scopes: ['*'] });
  expect(status).toBe(201);
  return body.key;
}

describe('the pepper of servers on one external database', () => {
  it('may be missing with a warning, may come later, and then has to be the same everywhere', async () => {
    const database = await startDatabase(inject('madeDataDir'));
    cleanup.add(() => database.stop());
    const cwd = await cleanup.folder();
    const start = (pepper?: string) => {
      const env = {
        ...database.environment,
        ...(pepper !== undefined && { HYDRACORE_KEY_PEPPER: pepper }),
      };
      return cleanup.start({ cwd, env });
    };
    const refusal = async (pepper?: string) => {
      const server = start(pepper);
      expect(await server.exit(20_000)).toMatchObject({ code: 1 });
      return server.stderr;
    };

    const without = await start().ready();
    expect(without.stdout).toContain('HYDRACORE_KEY_PEPPER is not set');
    const plain = await makeKey(without);
    await without.stop();

    const peppered = await start(PEPPER).ready();
    expect(peppered.stdout).not.toContain('HYDRACORE_KEY_PEPPER');
    expect(await statusOf(peppered, plain)).toBe(200);
    const made = await makeKey(peppered);
    expect(await statusOf(peppered, made)).toBe(200);
    await peppered.stop();
    const stored = await database.query('SELECT name, hashed_with FROM api_keys ORDER BY id');
    expect(stored).toEqual([
      { name: 'first', hashed_with: 'SHA256' },
      { name: 'made', hashed_with: 'SHA256' },
      { name: 'made', hashed_with: expect.stringMatching(/^[0-9a-f]{32}$/) },
    ]);

    expect(await refusal()).toContain('HYDRACORE_KEY_PEPPER is not set, and 1 API key was stored with the one');
    const other = await refusal(`${PEPPER}-of-another`);
    expect(other).toContain('HYDRACORE_KEY_PEPPER is another one');
    expect(other).not.toContain(PEPPER);

    // Lost for good: what docs/security.md says.
    await database.query("UPDATE api_keys SET revoked_at = now() WHERE hashed_with <> 'SHA256'");
    const anew = await start(`${PEPPER}-of-another`).ready();
    expect(await statusOf(anew, plain)).toBe(200);
    expect(await statusOf(anew, await makeKey(anew))).toBe(200);
  });
});

describe('behind a real socket', () => {
  it('events tell the address, and a session with TLS in front is Secure', async () => {
    const env = {
      HYDRACORE_PUBLIC_URL: 'https://hydracore.example.com',
      HYDRACORE_CORS_ORIGINS: 'https://app.example.com',
    };
    const server = await cleanup.start({ cwd: await madeFolder(cleanup), env }).ready();
    const api_key = await makeKey(server);
    const opened = await fetch(`${server.url}/v1/session`, {
      method: 'POST',
      headers: { origin: 'https://hydracore.example.com' },
      body: JSON.stringify({ api_key }),
    });
    expect(opened.status).toBe(201);
    const cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? '';
    expect(cookie).toMatch(/^__Host-hydracore_session=/);
    expect(opened.headers.get('strict-transport-security')).toBe('max-age=31536000');
    const log = await fetch(`${server.url}/v1/audit-events`, {
      headers: { cookie, origin: 'https://app.example.com' },
    });
    expect(log.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    expect(await log.json()).toMatchObject({
      audit_events: [
        { operation: 'openSession', remote_address: '127.0.0.1', actor: { name: 'made' } },
        { operation: 'createApiKey', remote_address: '127.0.0.1', actor: { name: 'first' } },
      ],
    });
  });
});

describe('the pepper in the data folder', () => {
  it('is kept from start to start; without it the server says what is wrong, and lets a bootstrap key in', async () => {
    const cwd = await madeFolder(cleanup);
    const first = await cleanup.start({ cwd }).ready();
    const key = await makeKey(first);
    await first.stop();
    const second = await cleanup.start({ cwd }).ready();
    expect(await statusOf(second, key)).toBe(200);
    await second.stop();

    await rm(join(second.dataDir, 'key-pepper'));
    const own = `hc_live_${'k'.repeat(33)}`;
    const third = await cleanup.start({ cwd, env: { HYDRACORE_BOOTSTRAP_API_KEY: own } }).ready();
    await eventually('the server says what is wrong', () =>
      third.stdout.includes('restore key-pepper in the data folder'),
    );
    expect(await statusOf(third, key)).toBe(401);
    // Of one's own choice, and of the shape of ours without its check digits.
    expect(await statusOf(third, own)).toBe(200);
  });
});
