import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../server/test/process/waiting.ts';
import { listen } from '../../server/test/support/listen.ts';
import { World } from '../../server/test/support/world.ts';
import { nowhere, startWithin } from './hydracore.ts';

/** The command line within this process, against the real app on a clock that stands. server.test.ts has processes. */

const NOW = '2027-03-01T09:00:00Z';
let world: World;
let url: string;
let server: Awaited<ReturnType<typeof listen>>;
let cwd: string;
beforeAll(async () => {
  world = await World.open(NOW);
  server = await listen(world);
  ({ url } = server);
  cwd = await mkdtemp(join(tmpdir(), 'hydracore-cli-'));
});
afterAll(async () => {
  await server.close();
  await world.close();
  await rm(cwd, { recursive: true, force: true });
});

const env = (key = world.key) => ({ HYDRACORE_URL: url, HYDRACORE_API_KEY: key });
const startAs = (args: string[], environment: Record<string, string>, input = '') =>
  startWithin(args, { cwd, env: environment, input }, () => world.clock.now());
const runAs = async (environment: Record<string, string>, ...args: string[]) => await startAs(args, environment).ended;
const run = async (args: string[], input = '') => await startAs(args, env(), input).ended;

/** What it answers for programs; fails with what it says instead. */
async function json(args: string[], input?: string) {
  const { code, stdout, stderr } = await run([...args, '--json'], input);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

const HELLO = ['--name', 'hello', '--cron', '0 2 * * *', '--log', 'hello'];

describe('schedules', () => {
  it('are made of options, a file and single fields, the nearer winning', async () => {
    await writeFile(
      join(cwd, 'schedule.json'),
      JSON.stringify({
        name: 'from the file',
        timezone: 'Asia/Tokyo',
        max_retries: 1,
        schedule_type: 'CRON',
        schedule_expression: '0 9 * * *',
      }),
    );
    const made = await json([
      'schedules',
      'create',
      '--file',
      'schedule.json',
      '--name',
      'from an option',
      '--webhook',
      'http://127.0.0.1:9/',
      '--action-config',
      '{"headers":{"X-A":"b"}}',
      '--set',
      'max_retries=7',
      '--set',
      'external_id=e-1',
    ]);
    expect(made).toMatchObject({
      name: 'from an option',
      timezone: 'Asia/Tokyo',
      schedule_expression: '0 9 * * *',
      action_type: 'WEBHOOK',
      action_config: { url: 'http://127.0.0.1:9/', headers: { 'X-A': 'b' } },
      max_retries: 7,
      external_id: 'e-1',
    });
    const piped = await json(['schedules', 'create', '--file', '-', '--rate', '5m', '--log', 'x'], '{"name":"piped"}');
    expect(piped).toMatchObject({ name: 'piped', schedule_type: 'RATE', schedule_expression: '5m' });
  });

  it('are shown, changed, steered and deleted', async () => {
    const { id } = await json(['schedules', 'create', ...HELLO]);
    const shown = await run(['schedules', 'get', id]);
    expect(shown.stdout).toContain(`ID        ${id}`);
    expect(shown.stdout).toMatch(/Next run {2}2027-03-02 02:00:00Z \(in 17 h\)/);
    const changed = await json(['schedules', 'update', id, '--timezone', 'Europe/Berlin', '--if-version', '1']);
    expect(changed).toMatchObject({ timezone: 'Europe/Berlin', version: 2, name: 'hello' });
    const stale = await run(['schedules', 'update', id, '--name', 'x', '--if-version', '1']);
    expect(stale).toMatchObject({ code: 1, stderr: expect.stringContaining('at version 2 now') });
    expect((await run(['schedules', 'pause', id])).stdout).toMatch(/Status +PAUSED \(BY_USER/);
    expect((await run(['schedules', 'resume', id])).stdout).toMatch(/Status +ACTIVE/);
    const triggered = await run(['schedules', 'trigger', id, '--action-config', '{"message":"now"}']);
    expect(triggered.stdout).toMatch(/^Run \S+ is \w+; see "hydracore runs get /);
    expect((await run(['schedules', 'delete', id])).stdout).toBe(`Schedule ${id} is deleted; its runs are kept.\n`);
    expect(await run(['schedules', 'get', id])).toMatchObject({ code: 1, stdout: '' });
  });

  it('are listed as a table, filtered, so many or all', async () => {
    const names = Array.from({ length: 3 }, (_, index) => `listed ${index}`);
    for (const name of names) await world.create({ name });
    const { stdout, stderr } = await run(['schedules', 'list', '--name', 'listed', '--limit', '2']);
    const [head = '', ...rows] = stdout.trim().split('\n');
    expect(head.split(/ {2,}/)).toEqual(['ID', 'Name', 'When', 'Action', 'Status', 'Next run', 'Last run']);
    expect(rows.map((row) => row.split(/ {2,}/).slice(1))).toEqual(
      ['listed 2', 'listed 1'].map((name) => [name, '* * * * *', 'LOG_EVENT', 'ACTIVE', '2027-03-01 09:01:00Z', '–']),
    );
    expect(stderr).toBe('2 of 3; --all shows the rest.\n');
    const all = await json(['schedules', 'list', '--name', 'listed', '--all']);
    expect(all).toMatchObject({ total: 3, schedules: names.toReversed().map((name) => ({ name })) });
    expect(await run(['schedules', 'list', '--name', 'nowhere'])).toEqual({ code: 0, stdout: '', stderr: 'None.\n' });
  });

  it('are previewed, those that are there and those that would be', async () => {
    const would = ['schedules', 'preview', '--cron', '30 2 * * *', '--timezone', 'America/New_York'];
    const { stdout } = await run([...would, '--after', '2027-03-13T12:00:00Z', '--count', '2']);
    const [description, head, first, second] = stdout.split('\n');
    expect([description, head]).toEqual([
      'At 02:30 (America/New_York)',
      'Scheduled for         Local time                 Note',
    ]);
    expect(first).toContain('2027-03-14 07:00:00Z  2027-03-14T03:00:00-04:00  02:30 on 2027-03-14 does not exist');
    expect(second).toMatch(/^2027-03-15 06:30:00Z/);
    const { id } = await world.create();
    expect((await json(['schedules', 'preview', id, '--count', '3'])).occurrences).toHaveLength(3);
    for (const args of [
      ['schedules', 'preview'],
      ['schedules', 'preview', id, '--cron', '* * * * *'],
    ]) {
      expect(await run(args)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('Give the id of a schedule, or say'),
      });
    }
  });
});

describe('runs', () => {
  it('are listed, shown with their attempts, and tried again', async () => {
    const { id } = await world.create({ action_type: 'LOG_EVENT', max_retries: 0 });
    const [run0] = [(await world.call('POST', `/v1/schedules/${id}/trigger`)).body];
    world.script = () => ({
      kind: 'rejected',
      error: { code: 'http_status', message: 'it answered 404' },
      request: null,
      response: { status: 404 },
    });
    await world.settle();
    const { stdout } = await run(['runs', 'list', '--schedule', id, '--status', 'FAILED']);
    expect(stdout).toContain(`${run0.id}  ${id}  2027-03-01 09:00:00Z  MANUAL   FAILED`);
    const shown = await run(['runs', 'get', run0.id]);
    expect(shown.stdout).toMatch(/Status +FAILED: REJECTED, http_status: it answered 404/);
    expect(shown.stdout).toMatch(/^1 +2027-03-01 09:00:00Z .* FAILED +node-1 +404 +http_status: it answered 404$/m);
    const retried = await run(['runs', 'retry', run0.id]);
    expect(retried).toMatchObject({ code: 0, stdout: expect.stringContaining('tries it again') });
    const { runs } = await json(['runs', 'list', '--schedule', id]);
    expect(runs[0]).toMatchObject({ retry_of: run0.id });
    expect((await run(['runs', 'cancel', runs[0].id])).stdout).toBe(`Run ${runs[0].id} is CANCELLED.\n`);
    expect(await run(['runs', 'cancel', runs[0].id])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('error: '),
    });
  });
});

describe('entities import', () => {
  beforeAll(async () => {
    const fields = [
      { name: 'status', type: 'STRING', required: true },
      { name: 'amount', type: 'NUMBER' },
    ];
    await world.call('POST', '/v1/entity-definitions', { slug: 'invoices', name: 'Invoices', fields });
  });

  const records = async () => {
    const { entity_definitions } = (await world.call('GET', '/v1/entity-definitions?slug=invoices')).body;
    return (await world.call('GET', `/v1/entity-definitions/${entity_definitions[0].id}/records?limit=200`)).body;
  };

  it('writes what is good, tells of the rest by its line, and ends with 1', async () => {
    await writeFile(
      join(cwd, 'invoices.csv'),
      'external_id,status,amount\ni-1,open,10\ni-2,,20\ni-3,open,lots\ni-4,paid\ni-5,paid,50\n',
    );
    const { code, stdout, stderr } = await run([
      'entities',
      'import',
      'invoices.csv',
      '--definition',
      'invoices',
      '--batch',
      '2',
    ]);
    expect(stdout).toBe('2 records created, 0 updated, 3 failed.\n');
    expect(stderr.trim().split('\n').toSorted()).toEqual([
      'line 3 (i-2): data.status: this field is required and must have a value',
      expect.stringMatching(/^line 4 \(i-3\): data\.amount: .*number/),
      'line 5: it has 2 values, and the first line names 3 columns',
    ]);
    expect(code).toBe(1);
    expect((await records()).records.map((record: { external_id: string }) => record.external_id)).toEqual([
      'i-5',
      'i-1',
    ]);
  });

  it('writes NDJSON from the standard input, over what is there', async () => {
    const lines =
      '{"external_id":"i-1","data":{"status":"paid"}}\n\n{"external_id":"i-9","data":{"status":"new"}}\n{oops\n';
    const args = ['entities', 'import', '-', '--format', 'ndjson', '--definition', 'invoices', '--json'];
    const { code, stdout } = await run(args, lines);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      created: 1,
      updated: 1,
      failed: 1,
      complete: true,
      errors: [{ line: 4, problems: [expect.stringContaining('not valid JSON')] }],
    });
  });

  it('says how far it came when it is stopped, and imports the rest the second time', async () => {
    const rows = Array.from({ length: 30 }, (_, index) => `s-${index},open,${index}`);
    await writeFile(join(cwd, 'many.csv'), `external_id,status,amount\n${rows.join('\n')}\n`);
    let asked = 0;
    const between = await listen({
      fetch: async (request) => {
        if (request.method !== 'POST' || (asked += 1) <= 2) return await world.fetch(request);
        return Response.json({ detail: 'This API key was revoked.', code: 'key_revoked' }, { status: 401 });
      },
    });
    const args = ['entities', 'import', 'many.csv', '--definition', 'invoices', '--batch', '10'];
    const first = await run([...args, '--url', between.url]);
    await between.close();
    expect(first).toMatchObject({ code: 4, stdout: '20 records created, 0 updated, 0 failed.\n' });
    expect(first.stderr).toContain('through line 21. Lines 22 to 31 were under way: all of them are stored, or none.');
    expect(first.stderr).toContain('error: This API key was revoked.\nThe API key is that of HYDRACORE_API_KEY.');
    expect(await run(args)).toEqual({ code: 0, stdout: '10 records created, 20 updated, 0 failed.\n', stderr: '' });
  });

  it('is refused, before anything is sent, where the file or the definition is not right', async () => {
    await writeFile(join(cwd, 'wrong.csv'), 'external_id,stauts\ni-1,open\n');
    for (const [args, message] of [
      [['none.csv', '--definition', 'invoices'], "none.csv can't be read: ENOENT"],
      [['wrong.csv', '--definition', 'invoices'], '"stauts" is no field of invoices'],
      [['wrong.csv', '--definition', 'bills'], 'no entity definition with the slug "bills"; there are invoices.'],
      [['.', '--format', 'csv', '--definition', 'invoices'], '. is no file'],
    ] as const) {
      expect(await run(['entities', 'import', ...args])).toMatchObject({
        code: 2,
        stderr: expect.stringContaining(message),
      });
    }
  });
});

describe('keys', () => {
  it('are made, listed, rotated and revoked; the key itself is shown once', async () => {
    const made = await run([
      'keys',
      'create',
      '--name',
      'billing',
      '--scope',
      'schedules:read',
      'runs:read',
      '--expires',
      '2028-01-01T00:00:00Z',
    ]);
    const [, id = '', key = ''] = /ID +(\S+)[^]*Key +(hc_live_\S+)/.exec(made.stdout) ?? [];
    expect(made.stderr).toContain('shown this once');
    expect((await runAs(env(key), 'schedules', 'list')).code).toBe(0);
    const listed = await run(['keys', 'list']);
    expect(listed.stdout).toMatch(
      new RegExp(`^${id} +billing +ACTIVE +schedules:read runs:read +– +2028-01-01 00:00:00Z`, 'm'),
    );
    expect(listed.stdout).not.toContain(key);
    const rotated = await json(['keys', 'rotate', id, '--overlap-minutes', '0']);
    expect(rotated).toMatchObject({ name: 'billing', key: expect.stringMatching(/^hc_live_/) });
    expect(await runAs(env(key), 'schedules', 'list')).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('expired'),
    });
    expect((await run(['keys', 'revoke', rotated.id])).stdout).toBe(`Key ${rotated.id} is revoked.\n`);
  });

  it('are saved to a new file for its owner alone, or not made', async () => {
    const create = ['keys', 'create', '--name', 'saved', '--scope', 'runs:read', '--save', 'saved-key'];
    const made = await run(create);
    expect(made.stdout).not.toContain('hc_live_');
    expect((await stat(join(cwd, 'saved-key'))).mode & 0o777).toBe(0o600);
    const used = await run(['runs', 'list', '--api-key-file', 'saved-key']);
    expect(used.code).toBe(0);
    expect(await run(create)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--save saved-key is there already'),
    });
    expect(
      (await json(['keys', 'list'])).api_keys.filter((one: { name: string }) => one.name === 'saved'),
    ).toHaveLength(1);
    const refused = await run(['keys', 'create', '--name', 'x', '--scope', 'all', '--save', 'other-key']);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('scopes.0: ') });
    await expect(readFile(join(cwd, 'other-key'))).rejects.toThrow('ENOENT');
  });
});

describe('what goes wrong', () => {
  it('in fields: the words of the API, at each field, for people and for programs', async () => {
    const args = ['schedules', 'create', ...HELLO, '--timezone', 'Europe/Belin', '--set', 'max_retries=99'];
    const { code, stdout, stderr } = await run(args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('error: these 2 are not valid:\n');
    expect(stderr).toContain('  timezone: Europe/Belin is not a time zone; did you mean Europe/Berlin?\n');
    const { error } = JSON.parse((await run([...args, '--json'])).stderr);
    expect(error).toMatchObject({
      status: 422,
      code: 'validation',
      problems: [{ loc: ['body', 'max_retries'] }, { loc: ['body', 'timezone'] }],
    });
  });

  it.each([
    [['schedules', 'lst'], "unknown command 'lst'"],
    [['schedules', 'list', '--limit', 'many'], 'It must be a whole number from 1.'],
    [['schedules', 'get'], "missing required argument 'id'"],
    [['schedules', 'create', '--cron', 'x', '--rate', '5m'], "--cron and --rate can't be given together."],
    [
      ['schedules', 'create', '--log', 'x', '--action-type', 'WEBHOOK'],
      "--log and --action-type can't be given together.",
    ],
    [['schedules', 'create', '--action-config', '[]'], '--action-config is not a JSON object'],
    [['schedules', 'create', '--file', 'nowhere.json'], "--file nowhere.json can't be read"],
    [['schedules', 'create', '--set', 'x'], 'It must be like name=value'],
    [['schedules', 'update', 'x'], 'Nothing is to change'],
    [['keys', 'create', '--name', 'x'], "required option '--scope <scope...>' not specified"],
  ])('on the command line (%j): 2', async (args, message) => {
    expect(await run(args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
  });

  it('with the credential: 4, and none at all: 2', async () => {
    const unknown = await runAs(env('hc_live_nobody'), 'runs', 'list');
    expect(unknown).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('The API key is that of HYDRACORE_API_KEY.'),
    });
    const { key } = (await world.call('POST', '/v1/api-keys', { name: 'reader', scopes: ['runs:read'] })).body;
    const lacking = await runAs(env(key), 'schedules', 'list');
    expect(lacking).toMatchObject({ code: 4, stderr: expect.stringContaining('lacks the scope schedules:read') });
    const none = await runAs({ HYDRACORE_URL: url }, 'runs', 'list');
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('set HYDRACORE_API_KEY') });
    // What is no API key is a bearer token.
    const token = await runAs(env('eyJ.x.y'), 'runs', 'list');
    expect(token.code).toBe(4);
  });

  it('on the way: 3', async () => {
    const { code, stderr } = await run(['runs', 'list', '--url', await nowhere()]);
    expect(stderr).toMatch(/^error: http:\/\/127\.0\.0\.1:\d+ does not answer \(4 tries\): .*ECONNREFUSED/);
    expect(stderr).toContain('"hydracore doctor" looks for the reason.');
    expect(code).toBe(3);
  });
});

describe('doctor', () => {
  it('tells what is well, what to look at, and which scopes the key has', async () => {
    const { key } = (
      await world.call('POST', '/v1/api-keys', { name: 'reader', scopes: ['runs:read', 'entities:write'] })
    ).body;
    const { code, stdout } = await runAs(env(key), 'doctor');
    expect(code).toBe(0);
    expect(stdout).toContain(`ok    Server      ${url} answers\n`);
    expect(stdout).toContain('ok    Ready       it can work\n');
    expect(stdout).toMatch(
      /ok {4}Credential {2}that of HYDRACORE_API_KEY is good, for runs:read, entities:write; not for schedules:read, /,
    );
  });

  it('changes nothing, whatever the key may do', async () => {
    const dump = async () =>
      await Promise.all(
        [
          'schedules',
          'runs',
          'entity_definitions',
          'api_keys',
          'tenants',
          'idempotency_keys',
          'secrets',
          'egress_policies',
        ].map(
          async (table) => await world.db.query(`SELECT count(*) AS rows, max(x::text) AS last FROM ${table} AS x`),
        ),
      );
    await run(['runs', 'list']);
    const before = await dump();
    const { code, stdout } = await run(['doctor']);
    expect({ code, whole: !/not for|no telling/.test(stdout) }, stdout).toEqual({ code: 0, whole: true });
    expect(await dump()).toEqual(before);
  });

  it('says what to do: no server, something else, no key, a bad key', async () => {
    const away = await run(['doctor', '--url', await nowhere()]);
    expect(away).toMatchObject({ code: 3, stdout: expect.stringContaining('→ Start it with "hydracore serve"') });
    const none = await runAs({ HYDRACORE_URL: url }, 'doctor', '--json');
    expect(none.code).toBe(4);
    expect(JSON.parse(none.stdout).checks.at(-1)).toEqual({
      name: 'Credential',
      state: 'failed',
      detail: 'there is none',
      advice: 'Set HYDRACORE_API_KEY, or name a file with --api-key-file.',
    });
    const bad = await runAs(env('hc_live_nobody'), 'doctor');
    expect(bad).toMatchObject({
      code: 4,
      stdout: expect.stringContaining('FAIL  Credential  This API key is not valid'),
    });
    const other = await listen({ fetch: () => Promise.resolve(new Response('<html>')) });
    const strange = await run(['doctor', '--url', other.url]);
    await other.close();
    expect(strange).toMatchObject({
      code: 3,
      stdout: expect.stringContaining('answers 200, and not as HydraCore does'),
    });
  });
});

describe('runs tail', () => {
  it('shows the last ones, then each change as it comes, until it is told to end', async () => {
    world.script = () => ({ kind: 'delivered', request: null, response: { status: 200 } });
    const { id } = await world.create({ name: 'tailed' });
    await world.advanceTo('2027-03-01T09:03:00Z');
    const { said, ended, stop } = startAs(['runs', 'tail', '--schedule', id, '--lines', '2'], env());
    const lines = () => said.stdout.split('\n').filter((line) => line !== '');
    await eventually('the last two are shown', () => lines().length === 2);
    await world.advanceTo('2027-03-01T09:04:00Z');
    await eventually('the next one is shown', () => lines().length === 3);
    stop();
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
    expect(
      lines().map((line) =>
        line
          .split(/ {2,}/)
          .filter((_, index) => index !== 2)
          .slice(0, 3),
      ),
    ).toEqual(
      ['09:02', '09:03', '09:04'].map((at) => [`2027-03-01 ${at}:00Z`, 'SUCCEEDED', expect.stringMatching(/^tailed/)]),
    );
  });

  it('gives programs one run a line, of one status where asked for', async () => {
    const { id } = await world.create({ name: 'held' });
    await world.call('POST', `/v1/schedules/${id}/trigger`);
    const args = ['runs', 'tail', '--json', '--status', 'PENDING', '--schedule', id];
    const { said, ended, stop } = startAs(args, env());
    await eventually('it is shown', () => said.stdout.endsWith('\n'));
    expect(JSON.parse(said.stdout)).toMatchObject({ schedule_id: id, status: 'PENDING' });
    stop();
    expect((await ended).code).toBe(0);
  });

  it('goes on when the server is away for a while, but not without a first answer or a credential', async () => {
    expect((await run(['runs', 'tail', '--url', await nowhere()])).code).toBe(3);
    expect((await runAs(env('hc_live_nobody'), 'runs', 'tail')).code).toBe(4);
    const { id } = await world.create();
    await world.call('POST', `/v1/schedules/${id}/trigger`);
    const own = await listen(world);
    const port = Number(new URL(own.url).port);
    const { said, ended, stop } = startAs(['runs', 'tail', '--lines', '1'], { ...env(), HYDRACORE_URL: own.url });
    await eventually('it is shown', () => said.stdout !== '');
    await own.close();
    await eventually('it says so', () => said.stderr.includes('asking on'));
    const again = await listen(world, port);
    await eventually('it says so', () => said.stderr.includes('The server answers again.'));
    stop();
    expect((await ended).code).toBe(0);
    await again.close();
  });
});
