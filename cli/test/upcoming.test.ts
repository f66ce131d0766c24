import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Workshop } from './workshop.ts';

let shop: Workshop;
beforeAll(async () => {
  shop = await Workshop.open();
});
afterAll(() => shop.close());

describe('schedules upcoming', () => {
  const CUSTOMER = '160c0c4b-9966-4dc1-a916-8407eb10d74e';

  it('lists what fires next, the next one first, narrowed, so many or all', async () => {
    expect(await shop.run(['schedules', 'upcoming'])).toEqual({ code: 0, stdout: '', stderr: 'None.\n' });
    const at = async (name: string, schedule_expression: string, more = {}) =>
      (await shop.world.create({ name, schedule_type: 'ONE_TIME', schedule_expression, ...more })).id as string;
    const late = await at('late report', '2027-03-01T12:00:00', { timezone: 'Europe/Berlin', customer_id: CUSTOMER });
    const soon = await at('soon', '2027-03-01T09:02:05');
    const { stdout, stderr } = await shop.run(['schedules', 'upcoming']);
    const [head = '', ...rows] = stdout.trim().split('\n');
    expect(head.split(/ {2,}/)).toEqual(['Fires at', 'In', 'Name', 'When', 'Action', 'Schedule']);
    expect(rows.map((row) => row.split(/ {2,}/))).toEqual([
      ['2027-03-01 09:02:05Z', 'in 2 min 5 s', 'soon', '2027-03-01T09:02:05', 'LOG_EVENT', soon],
      ['2027-03-01 11:00:00Z', 'in 2 h', 'late report', '2027-03-01T12:00:00, Europe/Berlin', 'LOG_EVENT', late],
    ]);
    expect(stderr).toBe('');
    expect((await shop.run(['schedules', 'upcoming', '--limit', '1'])).stderr).toBe('1 of 2; --all shows the rest.\n');
    const named = async (...args: string[]) =>
      (await shop.json(['schedules', 'upcoming', ...args])).upcoming.map(
        ({ schedule }: { schedule: { name: string } }) => schedule.name,
      );
    expect(await named('--all')).toEqual(['soon', 'late report']);
    expect(await named('--name', 'REPORT')).toEqual(['late report']);
    expect(await named('--customer', CUSTOMER)).toEqual(['late report']);
    expect(await named('--before', '2027-03-01T10:00:00Z')).toEqual(['soon']);
  });

  it('tells the nominal instant where a flexible window moves one, and what is no instant', async () => {
    await shop.world.create({ name: 'moved', schedule_expression: '0 8 * * *', flexible_window_minutes: 60 });
    const { stdout } = await shop.run(['schedules', 'upcoming', '--name', 'moved']);
    expect(stdout).toMatch(
      /^Fires at +In +Scheduled for +Name .*\n2027-03-02 08:\S+ +in 2\S.* 2027-03-02 08:00:00Z +moved /,
    );
    expect(await shop.run(['schedules', 'upcoming', '--before', 'soon', '--name', ''])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/ {2}--name: [^]* {2}--before: must be an RFC 3339 instant .*, got "soon"/),
    });
  });
});

describe('action-types', () => {
  it('are listed, and shown with the schema of what they need', async () => {
    const { stdout } = await shop.run(['action-types', 'list']);
    expect(stdout).toMatch(/^WEBHOOK +Sends a signed HTTP request to a URL\. +yes +SEND_WEBHOOK, HTTP$/m);
    expect(stdout).toMatch(/^EMAIL .* no +SEND_EMAIL, MAIL$/m);
    const shown = await shop.run(['action-types', 'get', 'log']);
    const [about = '', schema = ''] = shown.stdout.split('Its --action-config, as a JSON Schema:\n');
    expect(about).toMatch(/^Type +LOG_EVENT\nOther names +LOG\nWhat it does +Records a message .*\n\n$/);
    expect(JSON.parse(schema)).toMatchObject({ type: 'object', required: ['message'] });
    expect(await shop.json(['action-types', 'get', 'LOG_EVENT'])).toMatchObject({ config_schema: JSON.parse(schema) });
    expect((await shop.run(['action-types', 'get', 'EMAIL'])).stdout).toMatch(/^Not here +EMAIL is not available/m);
    expect(await shop.run(['action-types', 'get', 'FTP'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'error: There is no action type "FTP"; there are WEBHOOK, EMAIL, LOG_EVENT, UPDATE_ENTITY.\n',
    });
  });
});

describe('entities records upcoming', () => {
  it('says what RELATIVE schedules do for a record, and why they do nothing', async () => {
    const fields = [{ name: 'due_on', type: 'DATE' }];
    const { body } = await shop.world.call('POST', '/v1/entity-definitions', { slug: 'bills', name: 'Bills', fields });
    const { id } = await shop.world.create({
      name: 'remind',
      schedule_type: 'RELATIVE',
      schedule_expression: undefined,
      relative_entity_definition_id: body.id,
      relative_field_name: 'due_on',
      relative_offset_days: -3,
    });
    const records = (verb: string, ...args: string[]) => [
      'entities',
      'records',
      verb,
      '--definition',
      'bills',
      ...args,
    ];
    await shop.run(records('put', '--external-id', 'b-1', '--set', 'due_on=2027-04-30'));
    await shop.run(records('put', '--external-id', 'b-2', '--set', 'due_on='));
    const dated = await shop.run(records('upcoming', '--external-id', 'b-1'));
    expect(dated.stdout).toMatch(new RegExp(`^2027-04-27 \\S+ +2027-04-27T\\S+ +remind +${id}`, 'm'));
    const undated = await shop.run(records('upcoming', '--external-id', 'b-2'));
    expect(undated.stdout).toMatch(new RegExp(`^– +– +remind +${id} +\\S.*due_on`, 'm'));
    expect(await shop.json(records('upcoming', '--external-id', 'b-2'))).toMatchObject({
      total: 1,
      upcoming: [{ reason: 'NO_DATE' }],
    });
  });
});
