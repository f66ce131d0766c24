import type { RunChange, ScheduleChange } from '../../store/changes.ts';
import { rfc3339 } from '../answers.ts';

/** Something that has happened to a run or a schedule. */
export type Change =
  | { readonly type: 'run'; readonly row: RunChange }
  | { readonly type: 'schedule'; readonly row: ScheduleChange };

/** Which events a reader is sent. */
export interface EventFilter {
  readonly types: readonly Change['type'][];
  readonly schedule_id?: string | undefined;
  readonly customer_id?: string | undefined;
}

export function wants(filter: EventFilter, { type, row }: Change): boolean {
  if (!filter.types.includes(type)) return false;
  if (filter.customer_id !== undefined && row.customer_id !== filter.customer_id) return false;
  return filter.schedule_id === undefined || filter.schedule_id === scheduleOf({ type, row } as Change);
}

/** What makes it the same event, however often it is read. */
export function keyOf({ type, row }: Change): string {
  return type === 'run' ? `${row.id} ${row.status} ${row.attempt}` : `${row.id} ${row.version}`;
}

function scheduleOf({ type, row }: Change): string {
  return type === 'run' ? row.schedule_id : row.id;
}

/** In the order in which they happened. */
export function inOrder(changes: readonly Change[]): Change[] {
  return changes.toSorted((a, b) => a.row.at - b.row.at);
}

/** An event as it is sent. `at`: where to go on behind it. */
export function eventText(change: Change, at: number): string {
  const data = change.type === 'run' ? runEvent(change.row) : scheduleEvent(change.row);
  return `event: ${change.type}\nid: ${idOf(at)}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Says that the connection stands, and where to go on, to those who know no ids without events too. */
export function heartbeatText(at: number): string {
  return `: heartbeat ${idOf(at)}\nid: ${idOf(at)}\n\n`;
}

/** Why what happened since the last event can't be told. */
export type ResetReason = 'TOO_OLD' | 'UNKNOWN_ID';

const RESETS: Readonly<Record<ResetReason, string>> = {
  TOO_OLD: 'The last event that you had is too long ago: load what you show anew.',
  UNKNOWN_ID: 'Last-Event-ID is none of this server: load what you show anew.',
};

export function resetText(reason: ResetReason, at: number): string {
  return `event: reset\nid: ${idOf(at)}\ndata: ${JSON.stringify({ reason, detail: RESETS[reason] })}\n\n`;
}

/** The id of a place in what happens: readers keep it, and look for nothing in it. */
function idOf(at: number): string {
  return `e${at.toString(36)}`;
}

/** The instant that an id stands for; null: it is none. */
export function instantOf(id: string): number | null {
  return /^e[0-9a-z]{1,9}$/.test(id) ? Number.parseInt(id.slice(1), 36) : null;
}

function runEvent(run: RunChange) {
  return {
    run_id: run.id,
    schedule_id: run.schedule_id,
    trigger: run.trigger,
    status: run.status,
    reason: run.reason,
    attempt: run.attempt,
    scheduled_for: rfc3339(run.scheduled_for),
    fire_at: rfc3339(run.fire_at),
    started_at: rfc3339(run.started_at),
    finished_at: rfc3339(run.finished_at),
    lateness_ms: run.started_at === null ? null : Math.max(0, run.started_at - run.fire_at),
    record_id: run.record_id,
    at: rfc3339(run.at),
  };
}

function scheduleEvent(schedule: ScheduleChange) {
  return {
    schedule_id: schedule.id,
    change: schedule.deleted_at !== null ? 'DELETED' : schedule.version === 1 ? 'CREATED' : 'CHANGED',
    name: schedule.name,
    status: schedule.status,
    status_reason: schedule.status_reason,
    next_run_at: rfc3339(schedule.next_run_at),
    version: schedule.version,
    at: rfc3339(schedule.at),
  };
}
