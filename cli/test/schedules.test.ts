import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Workshop } from './workshop.ts';

let shop: Workshop;
beforeAll(async () => {
  shop = await Workshop.open();
});
afterAll(() => shop.close());

const HELLO = ['--name', 'hello', '--cron', '0 2 * * *', '--log', 'hello'];

describe('schedules', () => {
  it('are made of options, a file and single fields, the nearer winning', async () => {
    await writeFile(
      join(shop.cwd, 'schedule.json'),
      JSON.stringify({
        name: 'from the file',
        timezone: 'Asia/Tokyo',
        max_retries: 1,
        schedule_type: 'CRON',
        schedule_expression: '0 9 * * *',
      }),
    );
    const made = await shop.json([
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
    const piped = await shop.json(
      ['schedules', 'create', '--file', '-', '--rate', '5m', '--log', 'x'],
      '{"name":"piped"}',
    );
    expect(piped).toMatchObject({ name: 'piped', schedule_type: 'RATE', schedule_expression: '5m' });
  });

  it('are shown, changed, steered and deleted', async () => {
    const { id } = await shop.json(['schedules', 'create', ...HELLO]);
    const shown = await shop.run(['schedules', 'get', id]);
    expect(shown.stdout).toContain(`ID        ${id}`);
    expect(shown.stdout).toMatch(/Next run {2}2027-03-02 02:00:00Z \(in 17 h\)/);
    const changed = await shop.json(['schedules', 'update', id, '--timezone', 'Europe/Berlin', '--if-version', '1']);
    expect(changed).toMatchObject({ timezone: 'Europe/Berlin', version: 2, name: 'hello' });
    const stale = await shop.run(['schedules', 'update', id, '--name', 'x', '--if-version', '1']);
    expect(stale).toMatchObject({ code: 1, stderr: expect.stringContaining('at version 2 now') });
    expect((await shop.run(['schedules', 'pause', id])).stdout).toMatch(/Status +PAUSED \(BY_USER/);
    expect((await shop.run(['schedules', 'resume', id])).stdout).toMatch(/Status +ACTIVE/);
    const triggered = await shop.run(['schedules', 'trigger', id, '--action-config', '{"message":"now"}']);
    expect(triggered.stdout).toMatch(/^Run \S+ is \w+; see "hydracore runs get /);
    expect((await shop.run(['schedules', 'delete', id, '--yes'])).stdout).toBe(
      `Schedule ${id} is deleted; its runs are kept.\n`,
    );
    expect(await shop.run(['schedules', 'get', id])).toMatchObject({ code: 1, stdout: '' });
  });

  it('are listed as a table, filtered, so many or all', async () => {
    const names = Array.from({ length: 3 }, (_, index) => `listed ${index}`);
    for (const name of names) await shop.world.create({ name });
    const { stdout, stderr } = await shop.run(['schedules', 'list', '--name', 'listed', '--limit', '2']);
    const [head = '', ...rows] = stdout.trim().split('\n');
    expect(head.split(/ {2,}/)).toEqual(['ID', 'Name', 'When', 'Action', 'Status', 'Next run', 'Last run']);
    expect(rows.map((row) => row.split(/ {2,}/).slice(1))).toEqual(
      ['listed 2', 'listed 1'].map((name) => [name, '* * * * *', 'LOG_EVENT', 'ACTIVE', '2027-03-01 09:01:00Z', '–']),
    );
    expect(stderr).toBe('2 of 3; --all shows the rest.\n');
    const all = await shop.json(['schedules', 'list', '--name', 'listed', '--all']);
    expect(all).toMatchObject({ total: 3, schedules: names.toReversed().map((name) => ({ name })) });
    expect(await shop.run(['schedules', 'list', '--name', 'nowhere'])).toEqual({
      code: 0,
      stdout: '',
      stderr: 'None.\n',
    });
  });

  it('are previewed, those that are there and those that would be', async () => {
    const would = ['schedules', 'preview', '--cron', '30 2 * * *', '--timezone', 'America/New_York'];
    const { stdout } = await shop.run([...would, '--after', '2027-03-13T12:00:00Z', '--count', '2']);
    const [description, head, first, second] = stdout.split('\n');
    expect([description, head]).toEqual([
      'At 02:30 (America/New_York)',
      'Scheduled for         Local time                 Note',
    ]);
    expect(first).toContain('2027-03-14 07:00:00Z  2027-03-14T03:00:00-04:00  02:30 on 2027-03-14 does not exist');
    expect(second).toMatch(/^2027-03-15 06:30:00Z/);
    const { id } = await shop.world.create();
    expect((await shop.json(['schedules', 'preview', id, '--count', '3'])).occurrences).toHaveLength(3);
    for (const args of [
      ['schedules', 'preview'],
      ['schedules', 'preview', id, '--cron', '* * * * *'],
    ]) {
      expect(await shop.run(args)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('Give the id of a schedule, or say'),
      });
    }
  });
});

describe('runs', () => {
  it('are listed, shown with their attempts, and tried again', async () => {
    const { id } = await shop.world.create({ action_type: 'LOG_EVENT', max_retries: 0 });
    const [run0] = [(await shop.world.call('POST', `/v1/schedules/${id}/trigger`)).body];
    shop.world.script = () => ({
      kind: 'rejected',
      error: { code: 'http_status', message: 'it answered 404' },
      request: null,
      response: { status: 404 },
    });
    await shop.world.settle();
    const { stdout } = await shop.run(['runs', 'list', '--schedule', id, '--status', 'FAILED']);
    const { name } = await shop.world.get(id);
    expect(stdout).toContain(`${run0.id}  ${name}  2027-03-01 09:00:00Z  MANUAL   FAILED`);
    const shown = await shop.run(['runs', 'get', run0.id]);
    expect(shown.stdout).toMatch(new RegExp(`Schedule +${id} \\(.+\\)`));
    expect(shown.stdout).toMatch(/Status +FAILED: REJECTED, http_status: it answered 404/);
    expect(shown.stdout).toMatch(/^1 +2027-03-01 09:00:00Z .* FAILED +node-1 +404 +http_status: it answered 404$/m);
    const retried = await shop.run(['runs', 'retry', run0.id]);
    expect(retried).toMatchObject({ code: 0, stdout: expect.stringContaining('tries it again') });
    const { runs } = await shop.json(['runs', 'list', '--schedule', id]);
    expect(runs[0]).toMatchObject({ retry_of: run0.id });
    expect((await shop.run(['runs', 'cancel', runs[0].id])).stdout).toBe(`Run ${runs[0].id} is CANCELLED.\n`);
    expect(await shop.run(['runs', 'cancel', runs[0].id])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('error: '),
    });
  });
});
