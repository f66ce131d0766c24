import { expect, it } from 'vitest';
import { bodyOf, changesOf, draftOf, newDraft, whenOf } from './draft.ts';

const draft = { ...newDraft('Europe/Berlin'), name: 'Nightly', action_config: { url: 'https://example.com' } };

it('sends what was said, and leaves out what the API has by itself', () => {
  expect(bodyOf(draft)).toEqual({
    name: 'Nightly',
    schedule_type: 'CRON',
    schedule_expression: '0 9 * * *',
    timezone: 'Europe/Berlin',
    action_type: 'WEBHOOK',
    action_config: { url: 'https://example.com' },
  });
  expect(bodyOf({ ...draft, timezone: 'UTC', max_retries: 0, overlap_policy: 'ALLOW_ALL' })).toMatchObject({
    max_retries: 0,
    overlap_policy: 'ALLOW_ALL',
  });
  expect(bodyOf({ ...draft, timezone: 'UTC' })).not.toHaveProperty('timezone');
});

it('passes what is no number on, for the API to say what is wrong', () => {
  expect(bodyOf({ ...draft, max_retries: 'many' })).toHaveProperty('max_retries', 'many');
});

it('says by which date of which records only where it goes by records', () => {
  const relative = { ...draft, relative_entity_definition_id: 'd', relative_field_name: 'ends_on' };
  expect(whenOf(relative)).not.toHaveProperty('relative_field_name');
  expect(whenOf({ ...relative, plan: { kind: 'relative', time: '' }, relative_filter: { a: 1 } })).toEqual({
    schedule_type: 'RELATIVE',
    timezone: 'Europe/Berlin',
    flexible_window_minutes: 0,
    relative_entity_definition_id: 'd',
    relative_field_name: 'ends_on',
    relative_offset_days: -30,
    relative_recurrence: 'NONE',
    relative_filter: { a: 1 },
  });
});

it('updates what differs, and clears what was emptied', () => {
  const before = {
    ...draft,
    description: 'old',
    rate_limit_per_minute: 5,
    flexible_window_minutes: 10,
    max_retries: 7,
  };
  expect(changesOf(before, before)).toEqual({});
  expect(
    changesOf(before, {
      ...before,
      name: 'Daily',
      description: '',
      rate_limit_per_minute: '',
      flexible_window_minutes: 0,
      max_retries: 3,
    }),
  ).toEqual({
    name: 'Daily',
    description: null,
    rate_limit_per_minute: null,
    flexible_window_minutes: 0,
    max_retries: 3,
  });
});

it('makes a draft of a schedule that changes nothing', () => {
  const schedule = {
    name: 'x',
    description: null,
    external_id: null,
    customer_id: null,
    deduplication_key: null,
    schedule_type: 'RATE',
    schedule_expression: 'PT1H30M',
    timezone: 'UTC',
    start_at: '2027-01-01T00:00:00.000Z',
    end_at: null,
    relative_entity_definition_id: null,
    relative_field_name: null,
    relative_offset_days: null,
    relative_recurrence: null,
    relative_filter: null,
    rate_limit_per_minute: null,
  } as Parameters<typeof draftOf>[0];
  expect(changesOf(draftOf(schedule), draftOf(schedule))).toEqual({});
  // The expression is sent only when the plan is another.
  expect(changesOf(draftOf(schedule), { ...draftOf(schedule), timezone: 'Asia/Tokyo' })).toEqual({
    timezone: 'Asia/Tokyo',
  });
});
