import type { Schedule, ScheduleCreate, ScheduleUpdate } from '@hydracore/client';
import { expressionOf, FIRST_PLANS, KIND_TYPES, type Plan, planOf } from './plan.ts';

/** A schedule while it is written. Texts may be empty: then the field is not set. */
export interface Draft {
  readonly name: string;
  readonly description: string;
  readonly external_id: string;
  readonly customer_id: string;
  readonly deduplication_key: string;
  readonly plan: Plan;
  readonly timezone: string;
  readonly start_at: string;
  readonly end_at: string;
  readonly relative_entity_definition_id: string;
  readonly relative_field_name: string;
  readonly relative_offset_days: Count;
  readonly relative_recurrence: 'NONE' | 'MONTHLY' | 'YEARLY';
  readonly relative_filter: Json | null;
  readonly action_type: string;
  readonly action_config: Json;
  readonly action_after_completion: Schedule['action_after_completion'];
  readonly overlap_policy: Schedule['overlap_policy'];
  readonly catchup_window_minutes: Count;
  readonly flexible_window_minutes: Count;
  readonly max_retries: Count;
  readonly retry_backoff_seconds: Count;
  readonly pause_on_failure_count: Count;
  readonly rate_limit_per_minute: Count;
}

/** A number field: a text while it is none, and the API says what it makes of it. */
export type Count = number | string;
export type Json = Record<string, unknown>;

/** What the API takes a field for that is not given: these need not be sent. */
const DEFAULTS: Readonly<Record<string, unknown>> = {
  timezone: 'UTC',
  action_after_completion: 'NONE',
  overlap_policy: 'SKIP',
  catchup_window_minutes: 10,
  flexible_window_minutes: 0,
  max_retries: 3,
  retry_backoff_seconds: 60,
  pause_on_failure_count: 5,
  relative_recurrence: 'NONE',
};

/** A schedule that is not there yet. */
export function newDraft(timezone: string): Draft {
  return {
    name: '',
    description: '',
    external_id: '',
    customer_id: '',
    deduplication_key: '',
    plan: FIRST_PLANS.daily,
    timezone,
    start_at: '',
    end_at: '',
    relative_entity_definition_id: '',
    relative_field_name: '',
    relative_offset_days: -30,
    relative_recurrence: 'NONE',
    relative_filter: null,
    action_type: 'WEBHOOK',
    action_config: { url: '' },
    action_after_completion: 'NONE',
    overlap_policy: 'SKIP',
    catchup_window_minutes: 10,
    flexible_window_minutes: 0,
    max_retries: 3,
    retry_backoff_seconds: 60,
    pause_on_failure_count: 5,
    rate_limit_per_minute: '',
  };
}

/** A schedule that is there, to change it or to make one like it. */
export function draftOf(schedule: Schedule): Draft {
  const words = (value: string | null) => value ?? '';
  return {
    ...schedule,
    description: words(schedule.description),
    external_id: words(schedule.external_id),
    customer_id: words(schedule.customer_id),
    deduplication_key: words(schedule.deduplication_key),
    plan: planOf(schedule.schedule_type, schedule.schedule_expression),
    start_at: words(schedule.start_at),
    end_at: words(schedule.end_at),
    relative_entity_definition_id: words(schedule.relative_entity_definition_id),
    relative_field_name: words(schedule.relative_field_name),
    relative_offset_days: schedule.relative_offset_days ?? 0,
    relative_recurrence: schedule.relative_recurrence ?? 'NONE',
    rate_limit_per_minute: schedule.rate_limit_per_minute ?? '',
  };
}

/** The part of the body that says when: what the preview takes too. */
export function whenOf(draft: Draft): Json {
  const type = KIND_TYPES[draft.plan.kind];
  return {
    schedule_type: type,
    ...given('schedule_expression', expressionOf(draft.plan)),
    timezone: draft.timezone,
    ...given('start_at', draft.start_at),
    ...given('end_at', draft.end_at),
    ...given('customer_id', draft.customer_id),
    ...given('flexible_window_minutes', draft.flexible_window_minutes),
    ...(type === 'RELATIVE' && {
      ...given('relative_entity_definition_id', draft.relative_entity_definition_id),
      ...given('relative_field_name', draft.relative_field_name),
      ...given('relative_offset_days', draft.relative_offset_days),
      ...given('relative_recurrence', draft.relative_recurrence),
      ...given('relative_filter', draft.relative_filter),
    }),
  };
}

/** The body that creates it. What is as the API has it by itself is left out. */
export function bodyOf(draft: Draft): ScheduleCreate {
  const body: Json = {
    name: draft.name,
    ...given('description', draft.description),
    ...whenOf(draft),
    action_type: draft.action_type,
    action_config: draft.action_config,
    ...given('external_id', draft.external_id),
    ...given('deduplication_key', draft.deduplication_key),
    overlap_policy: draft.overlap_policy,
    ...given('catchup_window_minutes', draft.catchup_window_minutes),
    ...given('max_retries', draft.max_retries),
    ...given('retry_backoff_seconds', draft.retry_backoff_seconds),
    ...given('pause_on_failure_count', draft.pause_on_failure_count),
    ...given('rate_limit_per_minute', draft.rate_limit_per_minute),
    action_after_completion: draft.action_after_completion,
  };
  const told = Object.entries(body).filter(([name, value]) => !(name in DEFAULTS) || DEFAULTS[name] !== value);
  return Object.fromEntries(told) as ScheduleCreate;
}

/** What an update has to say: the fields that differ. One that is emptied is cleared, or is again as the API has it. */
export function changesOf(before: Draft, after: Draft): ScheduleUpdate {
  const [from, to] = [bodyOf(before) as Json, bodyOf(after) as Json];
  const names = new Set([...Object.keys(from), ...Object.keys(to)]);
  const changed = [...names].filter((name) => JSON.stringify(from[name]) !== JSON.stringify(to[name]));
  return Object.fromEntries(changed.map((name) => [name, to[name] ?? DEFAULTS[name] ?? null]));
}

function given(name: string, value: unknown): Json {
  return value === '' || value === null ? {} : { [name]: value };
}
