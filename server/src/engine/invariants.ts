import type { Database } from '../store/db.ts';
import { scanInvariants, type InvariantScan } from '../store/invariants.ts';
import type { Told } from './events.ts';

/** One pass: checks what must always hold, and tells what does not. Changes nothing. */
export async function checkInvariants(deps: Told & { readonly db: Database }, now: number): Promise<InvariantScan> {
  const scan = await scanInvariants(deps.db, now);
  deps.events?.scanned(scan);
  for (const { name, description, violations, examples } of scan.invariants) {
    if (violations === null) deps.log('warn', 'an invariant could not be checked in time', { invariant: name });
    else if (violations > 0) {
      deps.log('warn', 'an invariant does not hold', { invariant: name, description, violations, examples });
    }
  }
  return scan;
}
