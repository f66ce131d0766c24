import { hash, randomInt } from 'node:crypto';
import { v7 } from 'uuid';
import type { Subject } from '../domain/occurrences.ts';

const HOUR = 3_600_000;

/** How far an occurrence's id may lie in the past: longer than any catch-up window, shorter than any retention. */
const OLDEST = 26 * HOUR;

let lastInstant = 0;
let sequence = 0;

/**
 * A UUIDv7 of the given instant. Ids of one process sort in the order they were made, within a millisecond too: the
 * rows of one pass of the planner keep their order. Made here, not in SQL: PostgreSQL has `uuidv7()` only from 18.
 */
export function newId(now: number): string {
  if (now === lastInstant) {
    sequence += 1;
  } else {
    lastInstant = now;
    sequence = randomInt(2 ** 24);
  }
  return v7({ msecs: now, seq: sequence });
}

/**
 * A fencing token of a claim: a UUIDv7, so that who takes the run from a node that is gone knows when its attempt was claimed. The other 74
 * bits are random, none a counter: completion tokens are made from it, and it holds no longer than the claim.
 */
export function leaseToken(now: number): string {
  return v7({ msecs: now });
}

/** What makes an occurrence itself. */
export interface OccurrenceIdentity {
  readonly schedule_id: string;
  readonly scheduled_for: number;
  /** RELATIVE schedules have one occurrence per record. */
  readonly record_id: string | null;
}

/**
 * The id of an occurrence's run: a UUIDv7 whose instant is the occurrence's and whose other 74 bits are a hash of what it
 * is, so that whoever plans it makes the same id and the primary key refuses the second.
 * @param at the instant that it sorts by: that of the occurrence, or of the last of several; brought near `now`, because
 *   partitions of long ago are gone (run-search.ts relies on the rest being exact). A stretch that old is one row, and its cursor alone keeps it single.
 */
export function occurrenceId(identity: OccurrenceIdentity, at: number, now: number): string {
  const msecs = Math.max(now - OLDEST, Math.min(at, now));
  const digest = hash(
    'sha256',
    `${identity.schedule_id}@${identity.scheduled_for}@${identity.record_id ?? ''}`,
    'buffer',
  );
  return v7({ msecs, seq: digest.readUInt32BE(0), random: digest.subarray(4, 20) });
}

/** The id of a planned row of a schedule; a stretch of occurrences sorts by its last one. See `occurrenceId`. */
export function idOf(
  schedule: { readonly id: string },
  row: Subject & { readonly missed_until?: number },
  now: number,
): string {
  const last = row.missed_until ?? row.scheduled_for;
  return occurrenceId(
    { schedule_id: schedule.id, scheduled_for: row.scheduled_for, record_id: row.record?.id ?? null },
    last,
    now,
  );
}

/** The smallest id of an instant, as PostgreSQL orders them: where partitions begin and end. */
export function firstIdOf(instant: number): string {
  const hex = instant.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
