import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AUDIENCE, Issuer, ISSUER } from '../support/issuer.ts';
import { madeFolder } from './made.ts';
import { Cleanup, type ServerProcess } from './server.ts';
import { eventually } from './waiting.ts';

const cleanup = new Cleanup();
let issuer: Issuer;
beforeAll(async () => {
  issuer = await Issuer.open();
  cleanup.add(() => issuer.close());
});
afterAll(() => cleanup.run());

const env = (jwks: string) => ({
  HYDRACORE_JWT_ISSUER: ISSUER,
  HYDRACORE_JWT_AUDIENCE: AUDIENCE,
  HYDRACORE_JWT_JWKS: jwks,
  HYDRACORE_JWT_TENANT_CLAIM: 'https://example.com/tenant',
  HYDRACORE_JWT_SCOPES_CLAIM: 'access.hydracore',
});

async function ask(server: ServerProcess, exp = Date.now() / 1_000 + 300): Promise<[status: number, code?: string]> {
  const { body } = await server.call('GET', '/v1/tenants');
  const token = await issuer.token({
    'https://example.com/tenant': body.tenants[0].id,
    access: { hydracore: ['schedules:read'] },
    exp: Math.floor(exp),
  });
  const response = await fetch(`${server.url}/v1/schedules`, { headers: { authorization: `Bearer ${token}` } });
  const answer = (await response.json()) as { code?: string };
  return answer.code === undefined ? [response.status] : [response.status, answer.code];
}

describe('a server that is configured for JWTs', () => {
  it('starts while their issuer is away, says so, and takes them once it is there', async () => {
    issuer.mood = 'fails';
    const server = await cleanup.start({ cwd: await madeFolder(cleanup), env: env(issuer.url) }).ready();
    await eventually('the server says that the JWKS is not to be had', () =>
      server.stdout.includes("the JWKS can't be got: no JWT can be checked"),
    );
    expect(await ask(server)).toEqual([401, 'jwks_unavailable']);
    issuer.mood = 'serves';
    await eventually('JWTs are taken', async () => (await ask(server))[0] === 200);
    expect(await ask(server, Date.now() / 1_000 - 60)).toEqual([401, 'token_expired']);
    expect(server.stdout).toContain('the JWKS answers again');
  });

  it('takes the keys from a file', async () => {
    const cwd = await madeFolder(cleanup);
    await writeFile(join(cwd, 'jwks.json'), JSON.stringify(issuer.jwks));
    const server = await cleanup.start({ cwd, env: env('jwks.json') }).ready();
    expect(await ask(server)).toEqual([200]);
  });

  it('does not start where that file is not there, and makes nothing', async () => {
    const cwd = await cleanup.folder();
    const server = cleanup.start({ cwd, env: env('jwsk.json') });
    expect(await server.exit(20_000)).toMatchObject({ code: 1 });
    expect(server.stderr).toMatch(
      /^HydraCore can't start\.\nHYDRACORE_JWT_JWKS: \S+\/jwsk\.json is no file with a JSON Web Key Set: ENOENT/,
    );
    expect(server.stderr).not.toMatch(/^ {4}at /m);
    await expect(access(server.dataDir)).rejects.toThrow(/ENOENT/);
  });
});
