import { randomInt } from 'node:crypto';
import { v7 } from 'uuid';

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
