import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from '../../server/test/support/listen.ts';
import { nowhere } from './hydracore.ts';
import { Workshop } from './workshop.ts';

let shop: Workshop;
beforeAll(async () => {
  shop = await Workshop.open();
});
afterAll(() => shop.close());

const HELLO = ['--name', 'hello', '--cron', '0 2 * * *', '--log', 'hello'];

describe('what goes wrong', () => {
  it('in fields: the words of the API, at each field, for people and for programs', async () => {
    const args = ['schedules', 'create', ...HELLO, '--timezone', 'Europe/Belin', '--set', 'max_retries=99'];
    const { code, stdout, stderr } = await shop.run(args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('error: these 2 are not valid:\n');
    expect(stderr).toContain('  --timezone: Europe/Belin is not a time zone; did you mean Europe/Berlin?\n');
    const { error } = JSON.parse((await shop.run([...args, '--json'])).stderr);
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
    [
      ['schedules', 'create', '--log', 'x'],
      'A schedule needs --name, when it fires (--cron, --rate, --at or --rrule); --file and --set',
    ],
    [['schedules', 'create', '--name', 'x', '--rate', '5m'], 'needs what it does (--webhook, --log, or --action-type'],
    [['schedules', 'update', 'x'], 'Nothing is to change'],
    [['keys', 'create', '--name', 'x'], "required option '--scope <scope...>' not specified"],
  ])('on the command line (%j): 2', async (args, message) => {
    expect(await shop.run(args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
  });

  it('with the credential: 4, and none at all: 2', async () => {
    const unknown = await shop.runAs(shop.env('hc_live_nobody'), 'runs', 'list');
    expect(unknown).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('The API key is that of HYDRACORE_API_KEY.'),
    });
    const { key } = (await shop.world.call('POST', '/v1/api-keys', { name: 'reader', scopes: ['runs:read'] })).body;
    const lacking = await shop.runAs(shop.env(key), 'schedules', 'list');
    expect(lacking).toMatchObject({ code: 4, stderr: expect.stringContaining('lacks the scope schedules:read') });
    const none = await shop.runAs({ HYDRACORE_URL: shop.url }, 'runs', 'list');
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('set HYDRACORE_API_KEY') });
    // What is no API key is a bearer token.
    const token = await shop.runAs(shop.env('eyJ.x.y'), 'runs', 'list');
    expect(token.code).toBe(4);
  });

  it('on the way: 3', async () => {
    const { code, stderr } = await shop.run(['runs', 'list', '--url', await nowhere()]);
    expect(stderr).toMatch(/^error: http:\/\/127\.0\.0\.1:\d+ does not answer \(4 tries\): \S/);
    expect(stderr).toContain('"hydracore doctor" looks for the reason.');
    expect(code).toBe(3);
  });
});

describe('doctor', () => {
  it('tells what is well, what to look at, and which scopes the key has', async () => {
    const { key } = (
      await shop.world.call('POST', '/v1/api-keys', { name: 'reader', scopes: ['runs:read', 'entities:write'] })
    ).body;
    const { code, stdout } = await shop.runAs(shop.env(key), 'doctor');
    expect(code).toBe(0);
    expect(stdout).toContain(`ok    Server      ${shop.url} answers\n`);
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
          async (table) =>
            await shop.world.db.query(`SELECT count(*) AS rows, max(x::text) AS last FROM ${table} AS x`),
        ),
      );
    await shop.run(['runs', 'list']);
    const before = await dump();
    const { code, stdout } = await shop.run(['doctor']);
    expect({ code, whole: !/not for|no telling/.test(stdout) }, stdout).toEqual({ code: 0, whole: true });
    expect(await dump()).toEqual(before);
  });

  it('says what to do: no server, something else, no key, a bad key', async () => {
    const away = await shop.run(['doctor', '--url', await nowhere()]);
    expect(away).toMatchObject({ code: 3, stdout: expect.stringContaining('→ Start it with "hydracore serve"') });
    const none = await shop.runAs({ HYDRACORE_URL: shop.url }, 'doctor', '--json');
    expect(none.code).toBe(4);
    expect(JSON.parse(none.stdout).checks.at(-1)).toEqual({
      name: 'Credential',
      state: 'failed',
      detail: 'there is none',
      advice: 'Set HYDRACORE_API_KEY, or name a file with --api-key-file.',
    });
    const bad = await shop.runAs(shop.env('hc_live_nobody'), 'doctor');
    expect(bad).toMatchObject({
      code: 4,
      stdout: expect.stringContaining('FAIL  Credential  This API key is not valid'),
    });
    const other = await listen({ fetch: () => Promise.resolve(new Response('<html>')) });
    const strange = await shop.run(['doctor', '--url', other.url]);
    await other.close();
    expect(strange).toMatchObject({
      code: 3,
      stdout: expect.stringContaining('answers 200, and not as HydraCore does'),
    });
  });
});
