import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from '../../server/test/support/listen.ts';
import { startWithin } from './hydracore.ts';
import { Workshop } from './workshop.ts';

let shop: Workshop;
beforeAll(async () => {
  shop = await Workshop.open();
});
afterAll(() => shop.close());

const VALUE = 'hunter2-never-shown';
const set = (name: string, ...args: string[]) => ['secrets', 'set', name, ...args];

/** Whether there is such a secret. */
async function isThere(name: string): Promise<boolean> {
  const rows = await shop.world.db.query('SELECT 1 AS one FROM secrets WHERE name = $1', [name]);
  return rows.length > 0;
}

describe('secrets', () => {
  it('are set from the standard input, a file or the keyboard, and the value is never shown', async () => {
    const said: string[] = [];
    const tell = async (ending: Promise<{ code: number | null; stdout: string; stderr: string }>) => {
      const ended = await ending;
      said.push(ended.stdout, ended.stderr);
      return ended;
    };
    expect(await tell(shop.run(set('PIPED'), `${VALUE}\n`))).toEqual({
      code: 0,
      stdout: 'Secret PIPED is made. Actions use it as {{ secrets.PIPED }}.\n',
      stderr: '',
    });
    await writeFile(join(shop.cwd, 'value'), VALUE);
    expect((await tell(shop.run(set('FILED', '--file', 'value')))).code).toBe(0);
    expect((await tell(shop.run(set('FILED', '--file', '-', '--json'), VALUE))).code).toBe(0);
    const typed = await tell(shop.answer(set('TYPED'), `${VALUE}\n`, { question: 'Value, one line (not shown): ' }));
    expect(typed).toMatchObject({ code: 0, stdout: expect.stringContaining('Secret TYPED is made.') });
    const program = await tell(shop.answer(set('TYPED', '--json'), `${VALUE}\n`, { question: 'Value' }));
    expect(JSON.parse(program.stdout)).toMatchObject({ name: 'TYPED' });
    shop.world.clock.set(shop.world.clock.now() + 1_000);
    const changed = await tell(shop.run(set('PIPED'), VALUE));
    expect(changed.stdout).toMatch(/^Secret PIPED is changed, for every attempt that starts from now on\./);
    const listed = await tell(shop.run(['secrets', 'list']));
    expect(listed.stdout).toMatch(/^Name .*\nFILED +2027-.*\nPIPED +2027-.*\nTYPED +2027-/m);
    const { secrets, total } = JSON.parse((await tell(shop.run(['secrets', 'list', '--json']))).stdout);
    expect(total).toBe(3);
    expect(Object.keys(secrets[0])).toEqual(['name', 'created_at', 'updated_at']);
    expect(said.join('')).not.toContain(VALUE);
  });

  it('are what was given, without the line end that is no part of it', async () => {
    const bodies: unknown[] = [];
    const between = await listen({
      fetch: async (request) => {
        bodies.push(((await request.clone().json()) as { value: string }).value);
        return await shop.world.fetch(request);
      },
    });
    const send = async (args: string[], input: string) =>
      expect((await shop.run([...set('GIVEN', ...args), '--url', between.url], input)).code).toBe(0);
    await send([], 'a\n');
    await send([], 'a\r\n');
    await send([], ' a\n\n');
    await send(['--exact'], 'a\n');
    await send([], '\uFEFFé');
    await between.close();
    expect(bodies).toEqual(['a', 'a', ' a\n', 'a\n', '\uFEFFé']);
    expect(await isThere('GIVEN')).toBe(true);
  });

  it.each([
    [set('A', VALUE), '', 'The value is never an argument'],
    [set('A', '--value', VALUE), '', 'The value is never an argument'],
    [set('A', `--value=${VALUE}`), '', 'The value is never an argument'],
    [
      set(`A=${VALUE}`),
      '',
      'The value is given apart, where nobody else sees it: pipe it in, or name a file with --file.',
    ],
    [set('1A'), 'x', 'The name of a secret has 1 to 64 letters, digits and _'],
    [['secrets', 'delete', `A=${VALUE}`, '--yes'], '', 'The name of a secret has 1 to 64'],
    [set('A'), '', 'The value on the standard input is empty; it must have 1 to 8192 bytes.'],
    [set('A'), '\n', 'The value on the standard input is empty'],
    [set('A', '--file', 'nowhere'), '', "--file nowhere can't be read: ENOENT"],
    [set('A', '--file', 'binary'), '', 'The value in --file binary is not UTF-8 text; encode what is binary'],
  ])('are refused before anything is sent, and nothing is echoed: %j', async (args, input, message) => {
    await writeFile(join(shop.cwd, 'binary'), Buffer.from([0xff, 0xfe]));
    const { code, stdout, stderr } = await shop.run(args, input);
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
    expect(stderr).not.toContain(VALUE);
    expect(await isThere('A')).toBe(false);
  });

  it('are not set when the question is left, or the server refuses', async () => {
    for (const keys of ['\u0003', '\u0004']) {
      const left = await shop.answer(set('LEFT'), keys, { question: 'Value' });
      expect(left).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/\nNothing was changed\.\n$/) });
    }
    expect((await shop.answer(set('LEFT'), '\n', { question: 'Value' })).code).toBe(2);
    const long = await shop.run(set('LEFT'), VALUE.repeat(1_000));
    expect(long).toMatchObject({ code: 1, stderr: expect.stringContaining('value: must be at most 8192 bytes') });
    expect(long.stderr).not.toContain(VALUE);
    const { key } = (await shop.world.call('POST', '/v1/api-keys', { name: 'r', scopes: ['secrets:read'] })).body;
    expect(await shop.startAs(set('LEFT'), shop.env(key), VALUE).ended).toMatchObject({ code: 4 });
    expect(await isThere('LEFT')).toBe(false);
  });

  it('are not read from a keyboard where the question would not be seen', async () => {
    const blind = startWithin(set('LEFT'), { cwd: shop.cwd, env: shop.env(), terminal: 80, blind: true }, () => 0);
    expect(await blind.ended).toMatchObject({ code: 2, stderr: expect.stringContaining('can not be asked for here') });
  });

  it('are deleted once that was asked for', async () => {
    await shop.run(set('DOOMED'), VALUE);
    const args = ['secrets', 'delete', 'DOOMED'];
    expect(await shop.run(args)).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'Delete the secret DOOMED? Runs of schedules that name it fail from then on.\n' +
        'Nobody can be asked here, so nothing was changed: --yes does it.\n',
    });
    expect((await shop.answer(args, '\n')).code).toBe(1);
    expect(await isThere('DOOMED')).toBe(true);
    expect(await shop.json([...args, '--yes'])).toEqual({ name: 'DOOMED', deleted: true });
    expect(await isThere('DOOMED')).toBe(false);
    expect(await shop.run([...args, '--yes'])).toMatchObject({
      code: 1,
      stderr: 'error: There is no secret "DOOMED".\n',
    });
  });
});

describe('webhook-secrets', () => {
  it('are listed and rotated; the new one is shown once, or saved for its owner alone', async () => {
    const before = await shop.json(['webhook-secrets', 'list']);
    const shown = await shop.run(['webhook-secrets', 'rotate', '--overlap-minutes', '60']);
    expect(shown.stdout).toMatch(/^Secret {2}whsec_\S+$/m);
    expect(shown.stderr).toContain('shown this once');
    const saved = await shop.run(['webhook-secrets', 'rotate', '--save', 'signing']);
    expect(saved).toMatchObject({ code: 0, stderr: '' });
    expect(saved.stdout).toMatch(/^Secret {2}in signing$/m);
    expect(saved.stdout).not.toContain('whsec_');
    expect(await readFile(join(shop.cwd, 'signing'), 'utf8')).toMatch(/^whsec_\S+\n$/);
    expect((await stat(join(shop.cwd, 'signing'))).mode & 0o777).toBe(0o600);
    const after = await shop.json(['webhook-secrets', 'list']);
    expect(after.webhook_secrets).toHaveLength(before.webhook_secrets.length + 2);
    const listed = await shop.run(['webhook-secrets', 'list']);
    expect(listed.stdout).toMatch(/further notice\n.* 2027-03-02 .*\n/);
    expect(listed.stdout).not.toContain('whsec_');
    const quiet = await shop.json(['webhook-secrets', 'rotate', '--save', 'signing-2']);
    expect(quiet.webhook_secret).toBeNull();
  });

  it('are not rotated without a place for the new one, nor by what is not valid', async () => {
    await writeFile(join(shop.cwd, 'there'), '');
    const count = async () => (await shop.json(['webhook-secrets', 'list'])).webhook_secrets[0].id;
    const before = await count();
    expect(await shop.run(['webhook-secrets', 'rotate', '--save', 'there'])).toMatchObject({
      code: 2,
      stderr: '--save there is there already; name another file\n',
    });
    const refused = await shop.run(['webhook-secrets', 'rotate', '--save', 'new', '--overlap-minutes', '99999']);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('--overlap-minutes: must be at most') });
    await expect(stat(join(shop.cwd, 'new'))).rejects.toThrow('ENOENT');
    expect(await count()).toBe(before);
  });
});
