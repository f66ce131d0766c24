import type { z } from '@hono/zod-openapi';
import { findAction } from '../actions/registry.ts';
import { maskSecrets } from '../actions/secrets.ts';
import type { Backfill } from '../domain/backfill.ts';
import type { Run } from '../domain/run.ts';
import type { Schedule } from '../domain/schedule.ts';
import type { BackfillAnswer } from './wire-backfills.ts';
import type { RunAnswer, ScheduleAnswer } from './wire-answers.ts';

/** An instant as answers show it. */
export function rfc3339(instant: number): string;
export function rfc3339(instant: number | null): string | null;
export function rfc3339(instant: number | null): string | null {
  return instant === null ? null : new Date(instant).toISOString();
}

/** A schedule as answers show it: instants as text, secrets masked, every field there. */
export function scheduleAnswer(schedule: Schedule): z.output<typeof ScheduleAnswer> {
  const action = findAction(schedule.action_type);
  return {
    id: schedule.id,
    tenant_id: schedule.tenant_id,
    name: schedule.name,
    description: schedule.description,
    external_id: schedule.external_id,
    customer_id: schedule.customer_id,
    deduplication_key: schedule.deduplication_key,
    schedule_type: schedule.schedule_type,
    schedule_expression: schedule.schedule_expression || null,
    timezone: schedule.timezone,
    start_at: rfc3339(schedule.start_at),
    end_at: rfc3339(schedule.end_at),
    action_type: schedule.action_type,
    action_config: action ? maskSecrets(action, schedule.action_config) : {},
    action_after_completion: schedule.action_after_completion,
    overlap_policy: schedule.overlap_policy,
    catchup_window_minutes: schedule.catchup_window_minutes,
    flexible_window_minutes: schedule.flexible_window_minutes,
    max_retries: schedule.max_retries,
    retry_backoff_seconds: schedule.retry_backoff_seconds,
    pause_on_failure_count: schedule.pause_on_failure_count,
    rate_limit_per_minute: schedule.rate_limit_per_minute,
    relative_entity_definition_id: schedule.relative_entity_definition_id,
    relative_field_name: schedule.relative_field_name,
    relative_filter: schedule.relative_filter,
    relative_offset_days: schedule.relative_offset_days,
    relative_recurrence: schedule.relative_recurrence,
    status: schedule.status,
    status_reason: schedule.status_reason,
    status_detail: schedule.status_detail,
    next_run_at: rfc3339(schedule.next_run_at),
    last_run_at: rfc3339(schedule.last_run_at),
    last_run_status: schedule.last_run_status,
    run_count: schedule.run_count,
    consecutive_failures: schedule.consecutive_failures,
    version: schedule.version,
    created_at: rfc3339(schedule.created_at),
    updated_at: rfc3339(schedule.updated_at),
  };
}

/** A run as answers show it; request, response and error are those of its last attempt. */
export function runAnswer(run: Run): z.output<typeof RunAnswer> {
  const last = run.attempts.at(-1);
  return {
    id: run.id,
    schedule_id: run.schedule_id,
    trigger: run.trigger,
    scheduled_for: rfc3339(run.scheduled_for),
    fire_at: rfc3339(run.fire_at),
    status: run.status,
    reason: run.reason,
    attempt: run.attempt,
    started_at: rfc3339(run.started_at),
    finished_at: rfc3339(run.finished_at),
    duration_ms: run.started_at === null || run.finished_at === null ? null : run.finished_at - run.started_at,
    lateness_ms: run.started_at === null ? null : Math.max(0, run.started_at - run.fire_at),
    next_attempt_at: run.status === 'PENDING' && run.attempt > 0 ? rfc3339(run.wake_at) : null,
    missed_count: run.missed_count,
    missed_until: rfc3339(run.missed_until),
    record_id: run.record_id,
    retry_of: run.retry_of,
    blocked_by: run.blocked_by,
    backfill_id: run.backfill_id,
    completion_due_at: run.completes_within_seconds === null ? null : rfc3339(run.wake_at),
    cancel_requested: run.cancel_reason !== null && run.finished_at === null,
    request: last?.request ?? null,
    response: last?.response ?? null,
    error: last?.error ?? null,
    attempts: run.attempts.map((attempt) => ({ completion: null, ...attempt })),
    created_at: rfc3339(run.created_at),
  };
}

/** A backfill as answers show it. */
export function backfillAnswer(backfill: Backfill): z.output<typeof BackfillAnswer> {
  return {
    id: backfill.id,
    schedule_id: backfill.schedule_id,
    status: backfill.status,
    status_reason: backfill.status_reason,
    start_at: rfc3339(backfill.start_at),
    end_at: rfc3339(backfill.end_at),
    overlap_policy: backfill.overlap_policy,
    total: backfill.total,
    planned: backfill.planned,
    skipped: backfill.skipped,
    next_scheduled_for: rfc3339(backfill.next_scheduled_for),
    created_at: rfc3339(backfill.created_at),
    updated_at: rfc3339(backfill.updated_at),
    finished_at: rfc3339(backfill.finished_at),
  };
}
