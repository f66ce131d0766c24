import type { ScheduleKey } from '../store/schedule-locks.ts';

/**
 * Schedules in which a run has just ended on this node, that others may be held behind: the releaser looks at them at once. Only
 * in memory: what a crash loses is found by the reaper.
 */
export class EndedSchedules {
  readonly #keys = new Map<string, ScheduleKey>();

  add(keys: readonly ScheduleKey[]): void {
    for (const key of keys) this.#keys.set(key.id, key);
  }

  /** Up to `limit` of them, the first that came. What can't be looked at now is added again. */
  take(limit: number): ScheduleKey[] {
    const taken = [...this.#keys.values().take(limit)];
    for (const { id } of taken) this.#keys.delete(id);
    return taken;
  }

  any(): boolean {
    return this.#keys.size > 0;
  }
}
