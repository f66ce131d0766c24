import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from '../../server/test/support/listen.ts';
import { Workshop } from './workshop.ts';

let shop: Workshop;
beforeAll(async () => {
  shop = await Workshop.open();
});
afterAll(() => shop.close());

const lineOf = (name: string, fields: Record<string, unknown> = {}) =>
  JSON.stringify({
    name,
    schedule_type: 'RATE',
    schedule_expression: '1h',
    action_type: 'LOG_EVENT',
    action_config: { message: 'x' },
    ...fields,
  });
const namesOf = async (part: string): Promise<string[]> =>
  (await shop.json(['schedules', 'list', '--name', part, '--all'])).schedules.map((one: { name: string }) => one.name);

describe('schedules import', () => {
  it('makes what is good, tells of the rest by its line, in order, and ends with 1', async () => {
    const lines = [
      lineOf('made 1'),
      lineOf('made bad', { schedule_expression: 'soon' }),
      '',
      '{oops',
      lineOf('made 2', { max_retries: 1 }),
      '["made"]',
      lineOf('esc\u001B', { max_retries: 99, timezone: 'Mars' }),
    ];
    await writeFile(join(shop.cwd, 'some.ndjson'), `${lines.join('\n')}\n`);
    const { code, stdout, stderr } = await shop.run(['schedules', 'import', 'some.ndjson', '--batch', '2']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '2 schedules created, 0 there already, 4 failed.\n' });
    expect(stderr.trim().split('\n')).toEqual([
      expect.stringMatching(/^line 2 \(made bad\): schedule_expression: .*soon/),
      expect.stringMatching(/^line 4: it is not valid JSON: /),
      'line 6: must be an object, got ["made"]',
      expect.stringMatching(/^line 7 \(esc\\u001b\): max_retries: must be at most 10, got 99; timezone: Mars is not /),
    ]);
    expect(await namesOf('made')).toEqual(['made 2', 'made 1']);
  });

  it('makes nothing twice that has a key, and has the ids for programs', async () => {
    const lines = [lineOf('keyed', { deduplication_key: 'k-1' }), lineOf('other')].join('\n');
    const first = await shop.json(['schedules', 'import', '-'], lines);
    expect(first).toEqual({
      created: 2,
      existing: 0,
      schedules: [
        { line: 1, id: expect.any(String) },
        { line: 2, id: expect.any(String) },
      ],
      failed: 0,
      complete: true,
      through_line: 2,
      uncertain: null,
      errors: [],
    });
    const again = await shop.json(['schedules', 'import', '-'], lines);
    expect(again).toMatchObject({ created: 1, existing: 1, schedules: [first.schedules[0], { line: 2 }] });
    expect(await shop.run(['schedules', 'import', '-'], lineOf('keyed', { deduplication_key: 'k-1' }))).toEqual({
      code: 0,
      stdout: '0 schedules created, 1 there already, 0 failed.\n',
      stderr: '',
    });
  });

  it('says how far it came when it is stopped; the rest is made the second time, and nothing twice', async () => {
    const lines = Array.from({ length: 5 }, (_, index) =>
      lineOf(`stopped ${index}`, { deduplication_key: `s-${index}` }),
    );
    await writeFile(join(shop.cwd, 'many.ndjson'), lines.join('\n'));
    let asked = 0;
    const between = await listen({
      fetch: async (request) => {
        if ((asked += 1) === 1) return await shop.world.fetch(request);
        return Response.json({ detail: 'This API key was revoked.', code: 'key_revoked' }, { status: 401 });
      },
    });
    const args = ['schedules', 'import', 'many.ndjson', '--batch', '2'];
    const first = await shop.run([...args, '--url', between.url]);
    const program = await shop.run([...args, '--url', between.url, '--json']);
    await between.close();
    expect(first).toMatchObject({ code: 4, stdout: '2 schedules created, 0 there already, 0 failed.\n' });
    expect(first.stderr).toContain('through line 2. Lines 3 to 4 were under way: all of them are stored, or none.');
    expect(first.stderr).toContain('what has a deduplication_key is not made twice.\nerror: This API key was revoked.');
    expect(JSON.parse(program.stdout)).toMatchObject({
      complete: false,
      through_line: 0,
      uncertain: { from_line: 1, to_line: 2 },
    });
    expect((await shop.run(args)).stdout).toBe('3 schedules created, 2 there already, 0 failed.\n');
    expect(await namesOf('stopped')).toHaveLength(5);
  });

  it.each([
    [['none.ndjson'], "none.ndjson can't be read: ENOENT"],
    [['.'], '. is no file'],
    [['-', '--batch', '1001'], 'It must be a whole number from 1 to 1000.'],
  ])('is refused what is no file, before anything is sent: %j', async (args, message) => {
    expect(await shop.run(['schedules', 'import', ...args])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining(message),
    });
  });
});
