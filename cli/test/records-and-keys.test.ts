import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from '../../server/test/support/listen.ts';
import { Workshop } from './workshop.ts';

let shop: Workshop;
beforeAll(async () => {
  shop = await Workshop.open();
});
afterAll(() => shop.close());

describe('entities import', () => {
  beforeAll(async () => {
    const fields = [
      { name: 'status', type: 'STRING', required: true },
      { name: 'amount', type: 'NUMBER' },
    ];
    await shop.world.call('POST', '/v1/entity-definitions', { slug: 'invoices', name: 'Invoices', fields });
  });

  const records = async () => {
    const { entity_definitions } = (await shop.world.call('GET', '/v1/entity-definitions?slug=invoices')).body;
    return (await shop.world.call('GET', `/v1/entity-definitions/${entity_definitions[0].id}/records?limit=200`)).body;
  };

  it('writes what is good, tells of the rest by its line, and ends with 1', async () => {
    await writeFile(
      join(shop.cwd, 'invoices.csv'),
      'external_id,status,amount\ni-1,open,10\ni-2,,20\ni-3,open,lots\ni-4,paid\ni-5,paid,50\n',
    );
    const { code, stdout, stderr } = await shop.run([
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
    const { code, stdout } = await shop.run(args, lines);
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
    await writeFile(join(shop.cwd, 'many.csv'), `external_id,status,amount\n${rows.join('\n')}\n`);
    let asked = 0;
    const between = await listen({
      fetch: async (request) => {
        if (request.method !== 'POST' || (asked += 1) <= 2) return await shop.world.fetch(request);
        return Response.json({ detail: 'This API key was revoked.', code: 'key_revoked' }, { status: 401 });
      },
    });
    const args = ['entities', 'import', 'many.csv', '--definition', 'invoices', '--batch', '10'];
    const first = await shop.run([...args, '--url', between.url]);
    await between.close();
    expect(first).toMatchObject({ code: 4, stdout: '20 records created, 0 updated, 0 failed.\n' });
    expect(first.stderr).toContain('through line 21. Lines 22 to 31 were under way: all of them are stored, or none.');
    expect(first.stderr).toContain('error: This API key was revoked.\nThe API key is that of HYDRACORE_API_KEY.');
    expect(await shop.run(args)).toEqual({
      code: 0,
      stdout: '10 records created, 20 updated, 0 failed.\n',
      stderr: '',
    });
  });

  it('is refused, before anything is sent, where the file or the definition is not right', async () => {
    await writeFile(join(shop.cwd, 'wrong.csv'), 'external_id,stauts\ni-1,open\n');
    for (const [args, code, message] of [
      [['none.csv', '--definition', 'invoices'], 2, "none.csv can't be read: ENOENT"],
      [['wrong.csv', '--definition', 'invoices'], 2, '"stauts" is no field of invoices'],
      [['wrong.csv', '--definition', 'bills'], 1, 'no entity definition with the slug "bills"; there are invoices.'],
      [['.', '--format', 'csv', '--definition', 'invoices'], 2, '. is no file'],
    ] as const) {
      expect(await shop.run(['entities', 'import', ...args])).toMatchObject({
        code,
        stdout: '',
        stderr: expect.stringContaining(message),
      });
    }
  });
});

describe('keys', () => {
  it('are made, listed, rotated and revoked; the key itself is shown once', async () => {
    const made = await shop.run([
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
    expect((await shop.runAs(shop.env(key), 'schedules', 'list')).code).toBe(0);
    const listed = await shop.run(['keys', 'list']);
    expect(listed.stdout).toMatch(
      new RegExp(`^${id} +billing +ACTIVE +schedules:read runs:read +– +2028-01-01 00:00:00Z`, 'm'),
    );
    expect(listed.stdout).not.toContain(key);
    const rotated = await shop.json(['keys', 'rotate', id, '--overlap-minutes', '0']);
    expect(rotated).toMatchObject({ name: 'billing', key: expect.stringMatching(/^hc_live_/) });
    expect(await shop.runAs(shop.env(key), 'schedules', 'list')).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('expired'),
    });
    expect((await shop.run(['keys', 'revoke', rotated.id, '--yes'])).stdout).toBe(`Key ${rotated.id} is revoked.\n`);
  });

  it('are saved to a new file for its owner alone, or not made', async () => {
    const create = ['keys', 'create', '--name', 'saved', '--scope', 'runs:read', '--save', 'saved-key'];
    const made = await shop.run(create);
    expect(made.stdout).not.toContain('hc_live_');
    expect((await stat(join(shop.cwd, 'saved-key'))).mode & 0o777).toBe(0o600);
    const used = await shop.run(['runs', 'list', '--api-key-file', 'saved-key']);
    expect(used.code).toBe(0);
    expect(await shop.run(create)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--save saved-key is there already'),
    });
    expect(
      (await shop.json(['keys', 'list'])).api_keys.filter((one: { name: string }) => one.name === 'saved'),
    ).toHaveLength(1);
    const refused = await shop.run(['keys', 'create', '--name', 'x', '--scope', 'all', '--save', 'other-key']);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('--scope: ') });
    await expect(readFile(join(shop.cwd, 'other-key'))).rejects.toThrow('ENOENT');
  });
});
