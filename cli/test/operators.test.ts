import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from '../../server/test/support/listen.ts';
import { Workshop } from './workshop.ts';

let shop: Workshop;
beforeAll(async () => {
  shop = await Workshop.open();
});
afterAll(() => shop.close());

const keyOf = async (scopes: string[]): Promise<Record<string, string>> =>
  shop.env((await shop.world.call('POST', '/v1/api-keys', { name: 'some', scopes })).body.key);

describe('egress', () => {
  const set = (...args: string[]) => ['egress', 'set', ...args];

  it('is shown and set; a list that is not named stays', async () => {
    expect((await shop.run(['egress', 'show'])).stdout).toBe(
      'Allowed  wherever this server lets any go\nDenied   nothing\nSet      never\n',
    );
    const lists = ['--allow', 'API.example.com', '*.hooks.example.com:8443', '--deny', '203.0.113.0/24'];
    const shown = await shop.run(set(...lists, '--yes'));
    expect(shown.stdout).toBe(
      'Allowed  api.example.com\n         *.hooks.example.com:8443\nDenied   203.0.113.0/24\nSet      2027-03-01 09:00:00Z\n',
    );
    expect((await shop.run(['egress', 'show'])).stdout).toBe(shown.stdout);
    expect(await shop.json(set('--clear-allow', '--yes'))).toMatchObject({ allow: [], deny: ['203.0.113.0/24'] });
    const file = await shop.json(set('--file', '-', '--yes'), '{"allow":["a.example.com"]}');
    expect(file).toMatchObject({ allow: ['a.example.com'], deny: ['203.0.113.0/24'] });
    expect(await shop.json(set('--deny', 'b.example.com', '--yes'))).toMatchObject({
      allow: ['a.example.com'],
      deny: ['b.example.com'],
    });
  });

  it('asks before it is changed, and shows what comes and goes', async () => {
    await shop.run(set('--allow', 'a.example.com', 'b.example.com', '--clear-deny', '--yes'));
    const args = set('--allow', 'B.example.com', 'c.example.com');
    const asked = await shop.answer(args, 'n\n', { question: 'Change the egress policy?' });
    expect(asked).toMatchObject({ code: 1, stdout: '+ allow c.example.com\n- allow a.example.com\n' });
    expect(await shop.run(args)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('--yes does it'),
    });
    expect(await shop.json(['egress', 'show'])).toMatchObject({ allow: ['a.example.com', 'b.example.com'] });
    expect((await shop.answer(args, 'y\n')).stdout).toMatch(/\nAllowed {2}b\.example\.com\n {9}c\.example\.com\n/);
    // What is so already needs no question.
    expect((await shop.run(args)).code).toBe(0);
  });

  it('is not changed over what somebody else has set in between', async () => {
    await shop.run(set('--clear-allow', '--deny', 'a.example.com', '--yes'));
    const between = await listen({
      fetch: async (request) => {
        if (request.method === 'PUT') {
          await shop.world.call('PUT', '/v1/egress-policy', { allow: [], deny: ['b.example.com'] });
        }
        return await shop.world.fetch(request);
      },
    });
    const late = await shop.run([...set('--allow', 'c.example.com', '--yes'), '--url', between.url]);
    await between.close();
    expect(late).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('read it again') });
    expect(await shop.json(['egress', 'show'])).toMatchObject({ allow: [], deny: ['b.example.com'] });
  });

  it.each([
    [[], 2, 'Say what is to hold: --allow, --deny, --clear-allow, --clear-deny or --file.'],
    [['--deny', 'x.example.com', '--clear-deny'], 2, "--deny and --clear-deny can't be given together."],
    [
      ['--allow', 'http://x.example.com', '--yes'],
      1,
      '  --allow: "http://x.example.com" is a URL; write the host alone',
    ],
  ])('is refused what is no policy: %j', async (args, code, message) => {
    expect(await shop.run(set(...args))).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(message) });
  });

  it('needs the scopes', async () => {
    expect((await shop.runAs(await keyOf(['egress:read']), 'egress', 'show')).code).toBe(0);
    expect((await shop.runAs(await keyOf(['egress:read']), ...set('--deny', 'z.example.com', '--yes'))).code).toBe(4);
    const refused = await shop.runAs(await keyOf(['runs:read']), ...set('--deny', 'z.example.com', '--yes'));
    expect(refused).toMatchObject({ code: 4, stderr: expect.stringContaining('lacks the scope egress:read') });
  });
});

describe('tenants and quotas', () => {
  it('are made with what signs their webhooks, told once or saved; shown, listed and renamed', async () => {
    const shown = await shop.run(['tenants', 'create', '--name', 'acme']);
    const [, id = ''] = /^ID +(\S+)\nName +acme\nMade .*\nWebhook secret +whsec_\S+\n$/.exec(shown.stdout) ?? [];
    expect(shown.stderr).toContain(`hydracore keys create --name first --scope "*" --tenant ${id}`);
    const key = await shop.json(['keys', 'create', '--name', 'first', '--scope', '*', '--tenant', id]);
    expect(await shop.runAs(shop.env(key.key), 'schedules', 'list')).toMatchObject({ code: 0, stderr: 'None.\n' });
    const saved = await shop.json(['tenants', 'create', '--name', 'globex', '--save', 'globex-secret']);
    expect(saved).toMatchObject({ name: 'globex', webhook_secret: null });
    expect(await readFile(join(shop.cwd, 'globex-secret'), 'utf8')).toMatch(/^whsec_\S+\n$/);
    expect((await stat(join(shop.cwd, 'globex-secret'))).mode & 0o777).toBe(0o600);
    expect(await shop.run(['tenants', 'create', '--name', 'acme', '--save', 'twice'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is a tenant "acme" already'),
    });
    await expect(stat(join(shop.cwd, 'twice'))).rejects.toThrow('ENOENT');
    expect((await shop.run(['tenants', 'rename', id, '--name', 'initech'])).stdout).toMatch(/^Name +initech$/m);
    expect(await shop.json(['tenants', 'get', id])).toMatchObject({ id, name: 'initech' });
    const listed = await shop.run(['tenants', 'list', '--limit', '2']);
    expect(listed.stdout).toMatch(new RegExp(`^ID +Name +Made\\n\\S+ +globex .*\\n${id} +initech +2027-`));
    expect(listed.stderr).toMatch(/^2 of \d+; --all shows the rest\.\n$/);
    expect(await shop.run(['tenants', 'rename', id, '--name', ''])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('  --name: '),
    });
    for (const args of [['list'], ['get', id], ['create', '--name', 'x'], ['rename', id, '--name', 'x']]) {
      expect((await shop.runAs(shop.env(key.key), 'tenants', ...args)).code).toBe(4);
    }
  });

  it('tells of a tenant whose secret was lost on the way', async () => {
    let lost = 0;
    const between = await listen({
      fetch: async (request) => {
        const answer = await shop.world.fetch(request);
        return request.method === 'POST' && (lost += 1) === 1 ? new Response(null, { status: 502 }) : answer;
      },
    });
    const { code, stderr } = await shop.run(['tenants', 'create', '--name', 'lost', '--url', between.url]);
    await between.close();
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^error: the tenant \S+ was made, but .* was lost on the way\. .*webhook-secrets rotate\.\n$/,
    );
  });

  it('are shown, given and taken back', async () => {
    const { id } = await shop.json(['tenants', 'create', '--name', 'narrow']);
    const { key } = await shop.json(['keys', 'create', '--name', 'first', '--scope', '*', '--tenant', id]);
    const given = await shop.run(['quotas', 'set', '--tenant', id, '--schedules', '1', '--runs-per-minute', '5']);
    expect(given.stdout).toMatch(
      /^Of +Used +At most +Whose\nSchedules +0 +1 +the tenant's own\nRecords +0 .* the server's$/m,
    );
    await shop.world.create({}, key);
    const own = await shop.runAs(shop.env(key), 'quotas', 'show');
    expect(own.stdout).toMatch(
      /^Schedules +1 +1 +the tenant's own\n[^]*^Runs started in this minute +0 +5 +the tenant's own$/m,
    );
    const back = await shop.json(['quotas', 'set', '--tenant', id, '--schedules', 'default']);
    expect(back).toMatchObject({ schedules: { source: 'SERVER' }, runs_per_minute: { limit: 5, source: 'TENANT' } });
    expect(await shop.json(['quotas', 'show', '--tenant', id])).toEqual(back);
    expect((await shop.runAs(shop.env(key), 'quotas', 'show', '--tenant', id)).code).toBe(4);
  });

  it.each([
    [['--tenant', 'x'], 2, 'Nothing is to change: name a quota, --schedules, --records or --runs-per-minute.'],
    [
      ['--tenant', 'x', '--records', 'many'],
      2,
      "It must be a whole number from 1 to 1000000000, or default: the server's.",
    ],
    [['--tenant', 'x', '--records', '0'], 2, 'It must be a whole number from 1 to'],
    [['--tenant', 'x', '--records', '5'], 1, '  the id must be a valid UUID, got "x"'],
    [['--records', '5'], 2, "required option '--tenant <id>' not specified"],
  ])('are refused what is no quota: %j', async (args, code, message) => {
    expect(await shop.run(['quotas', 'set', ...args])).toMatchObject({
      code,
      stdout: '',
      stderr: expect.stringContaining(message),
    });
  });
});
