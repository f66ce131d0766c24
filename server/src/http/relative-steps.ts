import type { Unplanned } from '../domain/lifecycle.ts';
import type { PlannedRow } from '../domain/occurrences.ts';
import { relativePlan, type RelativeCursor, type RelativePlan } from '../domain/relative.ts';
import type { Schedule, ScheduleState } from '../domain/schedule.ts';
import type { Transaction } from '../store/db.ts';
import { getDefinition } from '../store/entity-definitions.ts';
import { countDue } from '../store/relative-dates.ts';
import { nextDue, UNKNOWN } from '../store/relative-next.ts';
import { dropLatecomers } from '../store/relative-planning.ts';

/** What steering does to RELATIVE schedules: as domain/lifecycle has it for the others, but asked of the records. */

/**
 * The state of a schedule that goes on, planned as far as `cursor` says. The planner looks at once: somebody may be
 * writing records just now that this transaction does not see.
 */
export async function goOn(
  tx: Transaction,
  schedule: Schedule,
  cursor: RelativeCursor,
  now: number,
): Promise<ScheduleState> {
  const plan = await planOf(tx, schedule);
  const { due: next, search } = plan ? await nextDue(tx, plan, cursor.planned_until, null) : UNKNOWN;
  const over = next === null && search === null && schedule.end_at !== null && schedule.end_at <= now;
  return {
    status: over ? 'COMPLETED' : 'ACTIVE',
    status_reason: over ? 'END_REACHED' : null,
    status_detail: null,
    next_run_at: next,
    due_at: null,
    paused_from: null,
    relative_cursor: search ? { ...cursor, search } : cursor,
    relative_look_at: over ? null : now,
  };
}

/** What was due by `now` and is not planned, as one row of the given fate: none may vanish unrecorded. */
export async function unplannedRecords(
  tx: Transaction,
  schedule: Schedule,
  now: number,
  fate: Unplanned,
): Promise<PlannedRow[]> {
  const plan = await planOf(tx, schedule);
  const cursor = schedule.relative_cursor;
  const parts = [await dropLatecomers(tx, schedule)];
  const searching = cursor?.search !== undefined;
  const due =
    schedule.status === 'PAUSED' || searching || (schedule.next_run_at !== null && schedule.next_run_at <= now);
  if (plan && cursor && due) {
    let after = cursor.planned_until;
    if (cursor.window) {
      parts.push(await countDue(tx, plan, { after, until: cursor.window.end }, cursor.window));
      after = cursor.window.end;
    } else if (schedule.status === 'ACTIVE' && !searching) after = Math.max(after, (schedule.next_run_at ?? now) - 1);
    parts.push(await countDue(tx, plan, { after, until: now }));
  }
  const found = parts.filter((part) => part !== null);
  if (found.length === 0) return [];
  const first = Math.min(...found.map((part) => part.first));
  return [
    {
      ...fate,
      scheduled_for: first,
      fire_at: first,
      missed_count: found.reduce((sum, part) => sum + part.count, 0),
      missed_until: Math.max(...found.map((part) => part.last)),
    },
  ];
}

/** The rule; null where it does not fit its definition any more. */
async function planOf(tx: Transaction, schedule: Schedule): Promise<RelativePlan | null> {
  const id = schedule.relative_entity_definition_id;
  const definition = id === null ? undefined : await getDefinition(tx, schedule.tenant_id, id);
  if (!definition) return null;
  try {
    return relativePlan(schedule, definition);
  } catch {
    return null;
  }
}
