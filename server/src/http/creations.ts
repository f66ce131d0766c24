import { auditingOf, type NewAuditEvent } from '../store/audit.ts';
import { isRefused } from '../store/db-errors.ts';
import type { Database } from '../store/db.ts';
import { insertionOf, type StorableSchedule } from '../store/schedules.ts';
import { tellingDue } from '../store/wake.ts';
import { Gathered } from './gathered.ts';

interface Creation {
  readonly schedule: StorableSchedule;
  readonly event: NewAuditEvent;
}

/**
 * Stores the schedules that requests of a tenant make at the same time: all of them, and what the audit log says of each, in one
 * transaction. It is for those that meet nothing stored: without a deduplication key, not RELATIVE, far from the quota.
 */
export class Creations {
  readonly #gathered: Gathered<Creation, Error | null>;

  constructor(db: Database, now: () => number) {
    this.#gathered = new Gathered(async (tenantId, creations) => {
      const theirs = db.as('hydracore_api', tenantId);
      try {
        await store(theirs, tenantId, creations, now());
        return creations.map(() => null);
      } catch (error) {
        if (creations.length === 1 || !isRefused(error)) throw error;
        return await oneByOne(theirs, tenantId, creations, now());
      }
    });
  }

  /** Stores a schedule with its audit event. Once this returns, both are committed. */
  async create(schedule: StorableSchedule, event: NewAuditEvent | null): Promise<void> {
    if (!event) throw new Error('a schedule is made and has no audit event');
    const error = await this.#gathered.of(schedule.tenant_id, { schedule, event });
    if (error) throw error;
  }
}

async function store(db: Database, tenantId: string, creations: readonly Creation[], now: number): Promise<void> {
  const schedules = creations.map(({ schedule }) => schedule);
  const first = schedules.reduce((due, { due_at }) => Math.min(due, due_at ?? Infinity), Infinity);
  await db.together([
    insertionOf(tenantId, schedules),
    auditingOf(
      tenantId,
      creations.map(({ schedule, event }) => ({ ...event, at: schedule.created_at })),
    ),
    ...tellingDue(first === Infinity ? null : first, now),
  ]);
}

/** What PostgreSQL refuses for the sake of one, it refuses that one alone. */
async function oneByOne(db: Database, tenantId: string, creations: readonly Creation[], now: number) {
  const errors: (Error | null)[] = [];
  for (const creation of creations) {
    try {
      await store(db, tenantId, [creation], now);
      errors.push(null);
    } catch (error) {
      errors.push(error instanceof Error ? error : new Error(String(error)));
    }
  }
  return errors;
}
