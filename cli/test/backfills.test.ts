import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../server/test/process/waiting.ts';
import { DELIVERED } from '../../server/test/support/world.ts';
import { listen } from '../../server/test/support/listen.ts';
import { Workshop } from './workshop.ts';

let shop: Workshop;
beforeAll(async () => {
  shop = await Workshop.open();
});
afterAll(() => shop.close());

/** Each hour, and far from being due. */
const hourly = async (fields: Record<string, unknown> = {}) =>
  (await shop.world.create({ name: 'hourly', schedule_expression: '30 * * * *', max_retries: 0, ...fields }))
    .id as string;
const window = (from: string, through: string) => [
  '--from',
  `2027-02-28T${from}:00Z`,
  '--through',
  `2027-02-28T${through}:00Z`,
];
const start = (id: string, ...args: string[]) => ['backfills', 'start', id, ...args];
const begin = async (id: string, ...args: string[]) =>
  (await shop.json(start(id, ...window('00:30', '02:30'), '--yes', ...args))).id as string;
/** Time goes on as far as everything of a backfill needs. */
const goOn = async () => await shop.world.advanceTo(shop.world.clock.now() + 10_000);

describe('backfills start', () => {
  it.each([
    ['both ends', {}, window('00:30', '02:30'), 3],
    ['between two', {}, window('00:31', '01:29'), 0],
    ['local times', { timezone: 'Asia/Tokyo' }, ['--from', '2027-02-28T09:30:00', '--through', '2027-02-28 10:30'], 2],
    ['days', { timezone: 'Asia/Tokyo' }, ['--from', '2027-02-28', '--through', '2027-03-01'], 24],
    // 02:30 does not exist that day: it is 03:00, when 02:30 is made up for.
    [
      'a local time that is jumped over',
      { schedule_expression: '0 * * * *', timezone: 'America/New_York' },
      ['--from', '2026-03-08T02:30:00', '--through', '2026-03-08T04:00:00'],
      2,
    ],
    // 01:00 comes twice: the first one is meant.
    [
      'a local time that is repeated',
      {
        schedule_type: 'RATE',
        schedule_expression: '30m',
        start_at: '2026-10-31T00:00:00Z',
        timezone: 'America/New_York',
      },
      ['--from', '2026-11-01T01:00:00', '--through', '2026-11-01T02:00:00'],
      5,
    ],
    ['more than a page', { schedule_expression: '* * * * *' }, window('00:00', '04:59'), 300],
  ])('tells how many it would be, as many as it then is: %s', async (_, fields, bounds, expected) => {
    const id = await hourly(fields);
    const dry = await shop.json(start(id, ...bounds, '--dry-run'));
    expect(dry).toMatchObject({ schedule_id: id, total: expected, overlap_policy: 'ALLOW_ALL', dry_run: true });
    expect((await shop.json(['backfills', 'list', id])).total).toBe(0);
    const { total, start_at, end_at } = await shop.json(start(id, ...bounds, '--yes'));
    expect({ total, start_at, end_at }).toEqual({ total: expected, start_at: dry.start_at, end_at: dry.end_at });
    await shop.world.call('DELETE', `/v1/schedules/${id}`);
  });

  it('says so to people, and asks', async () => {
    const id = await hourly();
    const told =
      '3 occurrences, from 2027-02-28 00:30:00Z through 2027-02-28 02:30:00Z; by ten a second that takes 1.0 s at least.';
    const args = start(id, ...window('00:30', '02:30'));
    expect((await shop.run([...args, '--dry-run'])).stdout).toBe(`${told}\n`);
    expect((await shop.run(start(id, ...window('00:30', '00:30'), '--dry-run'))).stdout).toMatch(
      /^1 occurrence, at 2027-02-28 00:30:00Z;/,
    );
    expect((await shop.run(start(id, ...window('00:31', '00:32'), '--dry-run'))).stdout).toBe(
      'No occurrence lies from 2027-02-28 00:31:00Z through 2027-02-28 00:32:00Z.\n',
    );
    expect(await shop.run(args)).toEqual({
      code: 2,
      stdout: '',
      stderr: `${told} Run them by "hourly" now?\nNobody can be asked here, so nothing was changed: --yes does it, --dry-run only tells.\n`,
    });
    expect((await shop.answer(args, 'n\n')).code).toBe(1);
    expect((await shop.json(['backfills', 'list', id])).total).toBe(0);
    const { code, stdout } = await shop.answer([...args, '--overlap', 'BUFFER_ALL'], 'y\n');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(
        /^Backfill (\S+) of 3 occurrences is RUNNING\.\nSee "hydracore backfills watch \1"\.\n$/,
      ),
    });
    expect((await shop.json(['backfills', 'list', id])).backfills).toMatchObject([{ overlap_policy: 'BUFFER_ALL' }]);
  });

  it.each([
    [['--from', 'gestern', '--through', '2027-02-28'], '--from is "gestern"; it must be an instant such as 2027-'],
    [['--from', '2027-02-28', '--through', '2027-02-30'], '--through is "2027-02-30"; it must be an instant'],
    [['--from', '2027-02-28', '--through', '2027-02-27'], '--through (2027-02-27) is before --from (2027-02-28)'],
    [['--from', '2027-02-28', '--through', '2027-06-01'], '--through is 2027-06-01, in the future; a backfill is of'],
    [['--from', '2025-01-01', '--through', '2027-01-01'], 'More than 10,000 occurrences lie there, and one backfill'],
    [window('00:31', '00:32'), 'there is nothing to run'],
    [['--from', '2027-02-28'], "required option '--through <instant>' not specified"],
  ])('refuses before anything is sent: %j', async (bounds, message) => {
    const id = await hourly();
    expect(await shop.run(start(id, ...bounds))).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining(message),
    });
    await shop.world.call('DELETE', `/v1/schedules/${id}`);
  });

  it('needs no right to look at runs: what is not past, the server tells', async () => {
    const id = await hourly();
    const scopes = ['schedules:read', 'schedules:trigger'];
    const { key } = (await shop.world.call('POST', '/v1/api-keys', { name: 'starter', scopes })).body;
    const dry = await shop.runAs(shop.env(key), ...start(id, ...window('00:30', '02:30'), '--dry-run'));
    expect(dry).toMatchObject({ code: 0, stdout: expect.stringMatching(/^3 occurrences, /) });
    const future = ['--from', '2027-02-28', '--through', '2027-06-01'];
    const refused = await shop.runAs(shop.env(key), ...start(id, ...future, '--yes'));
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('\n  --through: ') });
    await shop.world.call('DELETE', `/v1/schedules/${id}`);
  });

  it('tells what the server refuses at the option', async () => {
    const id = await hourly();
    const { code, stderr } = await shop.run(
      start(id, '--from', 'gestern', '--through', '2028-01-01', '--overlap', 'X', '--yes'),
    );
    expect(code).toBe(1);
    for (const option of ['--from', '--through', '--overlap']) expect(stderr).toContain(`\n  ${option}: `);
    const nothing = await shop.run(start(crypto.randomUUID(), ...window('00:30', '02:30'), '--dry-run'));
    expect(nothing).toMatchObject({ code: 1, stderr: 'error: There is no such schedule.\n' });
    expect(await shop.run(start('x', ...window('00:30', '02:30'), '--yes'))).toMatchObject({
      code: 1,
      stderr: 'error: this is not valid:\n  the id must be a valid UUID, got "x"\n',
    });
  });

  it('has nothing for RELATIVE schedules, and says why', async () => {
    const fields = [{ name: 'due_on', type: 'DATE', required: true }];
    const definition = await shop.world.call('POST', '/v1/entity-definitions', {
      slug: 'bills',
      name: 'Bills',
      fields,
    });
    const relative = { relative_entity_definition_id: definition.body.id, relative_field_name: 'due_on' };
    const id = await hourly({ schedule_type: 'RELATIVE', schedule_expression: '09:00', ...relative });
    for (const how of ['--dry-run', '--yes']) {
      const { code, stderr } = await shop.run(start(id, ...window('00:30', '02:30'), how));
      expect({ how, code, stderr }).toEqual({
        how,
        code: how === '--yes' ? 1 : 2,
        stderr: expect.stringContaining('has no past of its own'),
      });
    }
  });
});

describe('backfills', () => {
  it('are listed, shown with what became of their runs, paused, resumed and cancelled', async () => {
    const id = await hourly();
    const backfill = await begin(id);
    expect((await shop.run(['backfills', 'pause', backfill])).stdout).toBe(
      `Backfill ${backfill} is PAUSED (BY_USER): 0 of 3 planned.\n`,
    );
    expect((await shop.run(['backfills', 'resume', backfill])).stdout).toBe(
      `Backfill ${backfill} is RUNNING: 0 of 3 planned.\n`,
    );
    shop.world.script = () => DELIVERED;
    await goOn();
    const shown = await shop.run(['backfills', 'get', backfill]);
    expect(shown.stdout).toMatch(new RegExp(`^Schedule +${id} \\(hourly\\)$`, 'm'));
    expect(shown.stdout).toMatch(/^Progress +3 of 3 planned$/m);
    expect(shown.stdout).toMatch(/^Runs +3 SUCCEEDED$/m);
    expect(await shop.json(['backfills', 'get', backfill])).toMatchObject({ id: backfill, status: 'COMPLETED' });
    expect((await shop.json(['runs', 'list', '--backfill', backfill])).total).toBe(3);
    const late = await shop.run(['backfills', 'cancel', backfill]);
    expect(late).toMatchObject({ code: 1, stderr: expect.stringContaining('COMPLETED already') });
    const second = await begin(id);
    expect((await shop.run(['backfills', 'cancel', second])).stdout).toBe(
      `Backfill ${second} is CANCELLED (BY_USER): 0 of 3 planned, 3 given up.\n`,
    );
    // The row of what was given up is no run.
    expect((await shop.run(['backfills', 'get', second])).stdout).not.toMatch(/^Runs/m);
    const listed = await shop.run(['backfills', 'list', id]);
    expect(listed.stdout).toMatch(new RegExp(`^${second} +CANCELLED \\(BY_USER\\) +0 of 3 planned, 3 given up `, 'm'));
    expect((await shop.json(['backfills', 'list', id, '--limit', '1'])).total).toBe(2);
    expect((await shop.json(['backfills', 'list', id, '--all'])).backfills).toHaveLength(2);
    expect(await shop.run(['backfills', 'get', crypto.randomUUID()])).toMatchObject({ code: 1, stdout: '' });
  });
});

describe('backfills watch', () => {
  it('shows how far it comes to its end: 0 when all has succeeded', async () => {
    shop.world.script = () => DELIVERED;
    const id = await hourly();
    const { said, ended } = shop.startAs(start(id, ...window('00:30', '02:30'), '--yes', '--watch'), shop.env());
    await eventually('it is shown', () => said.stdout.includes('RUNNING  0 of 3 planned'));
    await goOn();
    const { code, stdout, stderr } = await ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n').map((line) => line.replace(/^2\S+ \S+ +/, ''))).toEqual([
      expect.stringMatching(/^Backfill \S+ of 3 occurrences:$/),
      'RUNNING  0 of 3 planned',
      'COMPLETED  3 of 3 planned',
      'It is COMPLETED: 3 SUCCEEDED.',
      '',
    ]);
  });

  it('gives programs each state as a line, and ends with 1 when a run FAILED', async () => {
    shop.world.script = () => ({
      kind: 'rejected',
      error: { code: 'http_status', message: '404' },
      request: null,
      response: null,
    });
    const backfill = await begin(await hourly({ pause_on_failure_count: 10 }));
    const { said, ended } = shop.startAs(['backfills', 'watch', backfill, '--json'], shop.env());
    await eventually('it is shown', () => said.stdout !== '');
    await goOn();
    const { code, stdout, stderr } = await ended;
    const states = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(states.map(({ id, status }) => [id, status])).toEqual([
      [backfill, 'RUNNING'],
      [backfill, 'COMPLETED'],
    ]);
    expect(code).toBe(1);
    expect(JSON.parse(stderr).error.detail).toContain(`runs list --backfill ${backfill} --status FAILED`);
    const people = await shop.run(['backfills', 'watch', backfill]);
    expect(people).toMatchObject({ code: 1, stdout: expect.stringContaining('It is COMPLETED: 3 FAILED.\n') });
    // The bar of a terminal takes the place of lines.
    const terminal = await shop.startAs(['backfills', 'watch', backfill], shop.env(), '', 120).ended;
    expect(terminal).toMatchObject({ code: 1, stdout: 'It is COMPLETED: 3 FAILED.\n' });
  });

  it('tells that it is paused, and ends with 1 when it is cancelled', async () => {
    const backfill = await begin(await hourly());
    await shop.run(['backfills', 'pause', backfill]);
    const { said, ended } = shop.startAs(['backfills', 'watch', backfill], shop.env());
    await eventually('it says so', () =>
      said.stderr.includes(`"hydracore backfills resume ${backfill}" lets it go on.`),
    );
    await shop.run(['backfills', 'cancel', backfill]);
    const { code, stdout, stderr } = await ended;
    expect(code).toBe(1);
    expect(stdout).toContain('It is CANCELLED (BY_USER): no run was made.\n');
    expect(stderr).toContain('error: it was cancelled before all was done.\n');
  });

  it('goes on when the server is away for a while, and ends with Ctrl-C while the backfill goes on', async () => {
    const backfill = await begin(await hourly());
    let away = false;
    const between = await listen({
      fetch: async (request) => (away ? new Response(null, { status: 503 }) : await shop.world.fetch(request)),
    });
    const env = { ...shop.env(), HYDRACORE_URL: between.url };
    const { said, ended, stop } = shop.startAs(['backfills', 'watch', backfill], env);
    await eventually('it is shown', () => said.stdout !== '');
    away = true;
    await eventually('it says so', () => said.stderr.includes('asking on'));
    away = false;
    await eventually('it says so', () => said.stderr.includes('The server answers again.'));
    stop();
    const { code, stderr } = await ended;
    await between.close();
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/goes on without being watched\.\n$/) });
    expect(await shop.json(['backfills', 'get', backfill])).toMatchObject({ status: 'RUNNING' });
    expect((await shop.run(['backfills', 'watch', crypto.randomUUID()])).code).toBe(1);
  });
});
