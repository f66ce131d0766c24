import type { EntityRecord } from './entity.ts';
import { heldRow, type Blocker, type Plan, type PlannedRow } from './occurrences.ts';
import { decideOverlap, spacingOf, type OpenRunsNamed } from './overlap.ts';
import { fireAt } from './relative.ts';
import type { Schedule } from './schedule.ts';

/** An occurrence of a record that has its turn now. */
export interface DueOccurrence {
  readonly record: EntityRecord;
  readonly due: number;
}

/** What is recorded, and what of the schedule's pace changes with it. */
export type RecordsPlan = Pick<Plan, 'rows' | 'rate_free_at' | 'release_at'> & {
  /** Records whose held runs give way to a newer one. */
  readonly supersedes: readonly string[];
};

/**
 * Decides the fate of occurrences that are due and not late, each by what is open of its own record. Pure.
 * @param open runs that are not final, by record
 * @param waiting whether any run of the schedule is held already: nothing overtakes it under a rate limit
 */
export function planRecords(
  schedule: Pick<
    Schedule,
    'id' | 'overlap_policy' | 'rate_limit_per_minute' | 'rate_free_at' | 'flexible_window_minutes'
  >,
  due: readonly DueOccurrence[],
  open: ReadonlyMap<string, OpenRunsNamed>,
  waiting: boolean,
  now: number,
): RecordsPlan {
  const spacing = spacingOf(schedule.rate_limit_per_minute);
  let free = spacing === 0 ? null : schedule.rate_free_at;
  let queue = spacing > 0 && waiting;
  const counts = new Map<string, OpenRunsNamed<Blocker>>(open);
  const rows: PlannedRow[] = [];
  const supersedes = new Set<string>();
  let look: number | null = null;
  for (const { record, due: scheduled_for } of due) {
    const occurrence = { record, scheduled_for, fire_at: fireAt(schedule, record.id, scheduled_for) };
    const { active, held, first } = counts.get(record.id) ?? { active: 0, held: 0, first: null };
    const decision = decideOverlap(schedule.overlap_policy, { active, held });
    // Its turn under the rate limit is given when it starts, and the flexible window has it start later.
    const later = spacing > 0 && occurrence.fire_at > now;
    if (decision.kind === 'skip') {
      rows.push({ ...occurrence, fate: 'SKIPPED', reason: decision.reason, behind: first });
    } else if (decision.kind === 'start' && !queue && !later && (free ?? now) <= now) {
      rows.push({ ...occurrence, fate: 'RUN' });
      counts.set(record.id, { active: active + 1, held, first: first ?? occurrence });
      if (spacing > 0) free = now + spacing;
    } else {
      const supersede = decision.kind === 'hold' && decision.supersedes;
      if (supersede) {
        supersedes.add(record.id);
        for (const [i, row] of rows.entries()) {
          if (row.fate === 'HOLD' && row.record?.id === record.id) {
            rows[i] = { ...row, fate: 'CANCELLED', reason: 'SUPERSEDED' };
          }
        }
      }
      const behind = supersede && active === 0 ? null : first;
      rows.push(heldRow(occurrence, decision.kind === 'hold', behind));
      counts.set(record.id, { active, held: supersede ? 1 : held + 1, first: behind ?? occurrence });
      queue ||= spacing > 0;
      // Behind a run of its record a buffer is looked at when that one ends; all else by the clock.
      if (!(schedule.overlap_policy.startsWith('BUFFER') && active > 0)) {
        look = Math.min(look ?? Infinity, Math.max(now, free ?? now, occurrence.fire_at));
      }
    }
  }
  return { rows, rate_free_at: free, release_at: look, supersedes: [...supersedes] };
}
