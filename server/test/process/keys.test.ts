import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startDatabase } from './database.ts';
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
    const database = await startDatabase();
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

describe('the pepper in the data folder', () => {
  it('is kept from start to start; without it the server says what is wrong, and lets a bootstrap key in', async () => {
    const cwd = await cleanup.folder();
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
