import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.open('2027-03-12T00:00:00Z');
});
afterAll(() => world.close());

const NIGHTLY = {
  name: 'Nightly',
  schedule_type: 'CRON',
  schedule_expression: '30 2 * * *',
  timezone: 'America/New_York',
  action_type: 'LOG_EVENT',
  action_config: { message: 'x' },
};

describe('preview', () => {
  it('says the next occurrences in plain words and local times, with a note where the clock jumps', async () => {
    const { status, body } = await world.call('POST', '/v1/schedules/preview?count=3', NIGHTLY);
    expect(status).toBe(200);
    expect(body).toEqual({
      description: 'At 02:30',
      timezone: 'America/New_York',
      record: null,
      searched_until: null,
      occurrences: [
        {
          scheduled_for: '2027-03-12T07:30:00.000Z',
          local_time: '2027-03-12T02:30:00-05:00',
          fire_at: '2027-03-12T07:30:00.000Z',
          notes: [],
          record_id: null,
        },
        expect.objectContaining({ scheduled_for: '2027-03-13T07:30:00.000Z', notes: [] }),
        // On the 14th the clock jumps from 02:00 to 03:00, which is 07:00 UTC.
        {
          scheduled_for: '2027-03-14T07:00:00.000Z',
          local_time: '2027-03-14T03:00:00-04:00',
          fire_at: '2027-03-14T07:00:00.000Z',
          notes: [expect.stringMatching(/02:30/)],
          record_id: null,
        },
      ],
    });
    expect((await world.call('GET', '/v1/schedules')).body.total).toBe(0);
  });

  it('takes any instant from 1970 to 2199, and at most 100 occurrences', async () => {
    const first = async (after: string) =>
      (await world.call('POST', `/v1/schedules/preview?count=1&after=${encodeURIComponent(after)}`, NIGHTLY)).body
        .occurrences[0].scheduled_for;
    expect(await first('1970-01-01T00:00:00Z')).toBe('1970-01-01T07:30:00.000Z');
    expect(await first('2199-07-01T08:00:00+02:00')).toBe('2199-07-01T06:30:00.000Z');
    expect((await world.call('POST', '/v1/schedules/preview?count=100', NIGHTLY)).body.occurrences).toHaveLength(100);
  });

  it('keeps to start_at and end_at', async () => {
    const bounded = { ...NIGHTLY, start_at: '2027-06-01', end_at: '2027-06-02' };
    const { body } = await world.call('POST', '/v1/schedules/preview', bounded);
    expect(body.occurrences.map((o: { local_time: string }) => o.local_time)).toEqual(['2027-06-01T02:30:00-04:00']);
  });

  it('checks as create does', async () => {
    const bad = { ...NIGHTLY, schedule_expression: '0 0 30 2 *', name: '' };
    const preview = await world.call('POST', '/v1/schedules/preview', bad);
    const create = await world.call('POST', '/v1/schedules', bad);
    expect(preview.status).toBe(422);
    expect(preview.body).toEqual(create.body);
  });

  it.each([
    ['RATE', 'rate(90 minutes)', ['2027-03-12T01:30:00.000Z', '2027-03-12T03:00:00.000Z']],
    ['ONE_TIME', 'at(2027-03-14T02:30:00)', ['2027-03-14T07:00:00.000Z']],
    [
      'RRULE',
      'RRULE:FREQ=MONTHLY;BYMONTHDAY=31;BYHOUR=9;BYMINUTE=0;BYSECOND=0;COUNT=2',
      ['2027-03-31T13:00:00.000Z', '2027-05-31T13:00:00.000Z'],
    ],
    ['CRON', '0 0 L * *', ['2027-03-31T04:00:00.000Z', '2027-04-30T04:00:00.000Z']],
  ])('%s %s', async (schedule_type, schedule_expression, expected) => {
    const { body } = await world.call('POST', '/v1/schedules/preview?count=2', {
      ...NIGHTLY,
      schedule_type,
      schedule_expression,
    });
    expect(body.occurrences.map((o: { scheduled_for: string }) => o.scheduled_for)).toEqual(expected);
    expect(body.description.length).toBeGreaterThan(5);
  });

  it('of a stored schedule is what then happens, the flexible window included', async () => {
    const { id } = await world.create({ ...NIGHTLY, flexible_window_minutes: 60 });
    const { body } = await world.call('GET', `/v1/schedules/${id}/preview?count=3`);
    await world.advanceTo('2027-03-15T00:00:00Z');
    const runs = await world.runs(id);
    expect(runs.map(({ scheduled_for, fire_at }) => ({ scheduled_for, fire_at }))).toEqual(
      body.occurrences.map(({ scheduled_for, fire_at }: Record<string, string>) => ({ scheduled_for, fire_at })),
    );
    const fresh = await world.call('POST', '/v1/schedules/preview?count=1', {
      ...NIGHTLY,
      flexible_window_minutes: 60,
    });
    expect(fresh.body.occurrences[0].notes[0]).toContain('60 min');
  });
});
