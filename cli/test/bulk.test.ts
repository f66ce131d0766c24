import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from '../../server/test/support/listen.ts';
import { Workshop } from './workshop.ts';

let shop: Workshop;
beforeAll(async () => {
  shop = await Workshop.open();
});
afterAll(() => shop.close());

const bulk = (...args: string[]) => ['schedules', 'bulk', ...args];
const statusOf = async (id: string) => (await shop.world.get(id)).status;

describe('schedules bulk', () => {
  it('tells how many it would be, and which; then does it, and tells what was skipped and why', async () => {
    const ids: string[] = [];
    for (const name of ['many 1', 'many 2', 'many 3']) ids.push((await shop.world.create({ name })).id);
    const [first = '', second = ''] = ids;
    await shop.run(['schedules', 'pause', first]);
    const dry = await shop.run(bulk('pause', '--name', 'many', '--dry-run'));
    expect(dry).toMatchObject({ code: 0, stderr: '' });
    expect(dry.stdout).toMatch(/^\S+ +many 3 .*\n\S+ +many 2 .*\n\S+ +many 1 .* PAUSED /m);
    expect(dry.stdout).toMatch(/^3 schedules match: 2 would be paused, 1 skipped \(1 paused already\)\.$/m);
    expect(await statusOf(second)).toBe('ACTIVE');
    expect(await shop.run(bulk('pause', '--name', 'many', '--yes'))).toEqual({
      code: 0,
      stdout: '3 schedules match: 2 paused, 1 skipped (1 paused already).\n',
      stderr: '',
    });
    expect(await statusOf(second)).toBe('PAUSED');
    expect(await shop.json(bulk('resume', '--name', 'many', '--status', 'PAUSED', '--dry-run'))).toEqual({
      matched: 3,
      changed: 0,
      skipped: 0,
      skip_reasons: {},
      dry_run: true,
    });
    expect((await shop.run(bulk('resume', '--id', first, second, '--yes'))).stdout).toBe(
      '2 schedules match: 2 resumed.\n',
    );
    const triggered = await shop.json(bulk('trigger', '--id', first, '--yes'));
    expect(triggered).toMatchObject({ matched: 1, changed: 1, dry_run: false });
    expect((await shop.world.runs(first)).map((run) => run.trigger)).toEqual(['MANUAL']);
    expect((await shop.run(bulk('delete', '--name', 'many', '--yes'))).stdout).toBe('3 schedules match: 3 deleted.\n');
    expect(await shop.run(bulk('delete', '--name', 'many', '--yes'))).toEqual({
      code: 0,
      stdout: 'No schedule matches.\n',
      stderr: '',
    });
  });

  it('shows ten of those that match, and how many more there are', async () => {
    for (let index = 0; index < 12; index += 1) await shop.world.create({ name: `dozen ${index}` });
    const { stdout } = await shop.run(bulk('delete', '--name', 'dozen', '--dry-run'));
    expect(stdout.match(/ dozen /g)).toHaveLength(10);
    expect(stdout).toContain('\n… and 2 more.\n12 schedules match: 12 would be deleted.\n');
  });

  it('asks at a terminal: only yes does it', async () => {
    const { id } = await shop.world.create({ name: 'asked' });
    const args = bulk('delete', '--name', 'asked');
    for (const keys of ['\n', 'n\n', 'yesterday\n', '\u0003', '\u0004']) {
      const refused = await shop.answer(args, keys);
      expect(refused, JSON.stringify(keys)).toMatchObject({
        code: 1,
        stdout: expect.stringMatching(/ asked +\* \* \* \* \* /),
        stderr: expect.stringContaining('Delete 1 schedule? [y/N] '),
      });
      expect(refused.stderr).toMatch(/\nNothing was changed\.\n$/);
    }
    expect(await statusOf(id)).toBe('ACTIVE');
    expect(await shop.answer(args, 'y\n')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('1 schedule matches: 1 deleted.\n'),
    });
    expect((await shop.world.call('GET', `/v1/schedules/${id}`)).status).toBe(404);
  });

  it('wants --yes where nobody can be asked, and for programs', async () => {
    const { id } = await shop.world.create({ name: 'unattended' });
    expect(await shop.run(bulk('delete', '--name', 'unattended'))).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'Delete 1 schedule?\nNobody can be asked here, so nothing was changed: --yes does it, --dry-run only tells.\n',
    });
    const { code, stdout, stderr } = await shop.answer(bulk('delete', '--name', 'unattended', '--json'), '');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(JSON.parse(stderr).error.detail).toContain('--yes does it');
    expect(await statusOf(id)).toBe('ACTIVE');
  });

  it('tells who names ids of what is not there, and ends with 1', async () => {
    const { id } = await shop.world.create();
    const none = '00000000-0000-0000-0000-000000000000';
    for (const more of [['--yes'], ['--dry-run']]) {
      const { code, stderr } = await shop.run(bulk('pause', '--id', id, none, id, ...more));
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: 'error: of the 2 ids, 1 is of no schedule that is there and yours.\n',
      });
    }
  });

  it.each([
    [[], 2, 'Say which schedules: --status, --type, --name, --customer, --external-id, --id, or --all for every one.'],
    [['--all', '--name', 'x'], 2, "--all is every schedule: it can't be given with what names some."],
    [['--name', '', '--yes'], 1, '  --name: '],
    [['--id', 'x', '--yes'], 1, '  --id: must be a valid UUID, got "x"'],
    [['--status', 'GONE', '--yes'], 1, '  --status: must be one of ACTIVE, PAUSED, COMPLETED; got "GONE"'],
    [['--type', 'X', '--customer', 'Y', '--yes'], 1, '  --customer: must be a valid UUID, got "Y"'],
  ])('is refused what names no schedules: %j', async (args, code, message) => {
    expect(await shop.run(bulk('delete', ...args))).toMatchObject({
      code,
      stdout: '',
      stderr: expect.stringContaining(message),
    });
  });

  it('needs the scopes, and shows no names to who may not read them', async () => {
    await shop.world.create({ name: 'unread' });
    const keyFor = async (scopes: string[]) =>
      (await shop.world.call('POST', '/v1/api-keys', { name: 'some', scopes })).body.key as string;
    const reader = shop.env(await keyFor(['schedules:read']));
    expect((await shop.runAs(reader, ...bulk('pause', '--all', '--yes'))).code).toBe(4);
    const writer = shop.env(await keyFor(['schedules:write']));
    const { code, stdout } = await shop.runAs(writer, ...bulk('pause', '--name', 'unread', '--dry-run'));
    expect({ code, stdout }).toEqual({ code: 0, stdout: '1 schedule matches: 1 would be paused.\n' });
    expect((await shop.runAs(writer, ...bulk('trigger', '--name', 'unread', '--yes'))).code).toBe(4);
  });

  it('changes what it was shown to, though the answer is lost on the way', async () => {
    await shop.world.create({ name: 'sent twice' });
    let lost = 0;
    const between = await listen({
      fetch: async (request) => {
        const answer = await shop.world.fetch(request);
        if (request.method !== 'POST' || (lost += 1) > 1) return answer;
        return new Response(null, { status: 502 });
      },
    });
    const { stdout } = await shop.run([...bulk('pause', '--name', 'sent twice', '--yes'), '--url', between.url]);
    await between.close();
    expect(stdout).toBe('1 schedule matches: 1 paused.\n');
    expect(lost).toBe(2);
  });
});

describe('one schedule, or one key', () => {
  it('is ended once it was asked for, by its name', async () => {
    const { id } = await shop.world.create({ name: 'only\u001Bone' });
    const asked = await shop.answer(['schedules', 'delete', id], 'n\n');
    expect(asked).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Delete the schedule "only\\\\u001bone"?'),
    });
    expect(await shop.run(['schedules', 'delete', id])).toMatchObject({ code: 2, stdout: '' });
    expect((await shop.answer(['schedules', 'delete', id], 'yes\n')).code).toBe(0);
    const key = (await shop.world.call('POST', '/v1/api-keys', { name: 'old', scopes: ['runs:read'] })).body;
    const revoke = ['keys', 'revoke', key.id];
    expect(await shop.run(revoke)).toMatchObject({ code: 2, stderr: expect.stringContaining('Revoke the key "old"?') });
    expect((await shop.runAs(shop.env(key.key), 'runs', 'list')).code).toBe(0);
    expect((await shop.answer(revoke, 'y\n')).stdout).toBe(`Key ${key.id} is revoked.\n`);
  });
});
