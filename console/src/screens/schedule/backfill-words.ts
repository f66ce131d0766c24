import type { Backfill } from '@hydracore/client';
import { reasonWords } from '../../show/statuses.ts';

type Counts = Pick<Backfill, 'total' | 'planned' | 'skipped'>;

/** How far a backfill has come. */
export function progressWords({ total, planned, skipped }: Counts): string {
  const through = `${planned.toLocaleString('en')} of ${total.toLocaleString('en')} planned`;
  return skipped === 0 ? through : `${through}, ${skipped.toLocaleString('en')} skipped`;
}

/** How many occurrences are still to come. */
export function leftOf({ total, planned, skipped }: Counts): number {
  return total - planned - skipped;
}

/** The same in percent, rounded down: 100 is all. Of none it is all. */
export function progressShare(counts: Counts): number {
  const { total } = counts;
  return total === 0 ? 100 : Math.floor(((total - leftOf(counts)) / total) * 100);
}

/** Why it stands as it does; null: nothing is to be said. */
export function whyWords({ status, status_reason }: Pick<Backfill, 'status' | 'status_reason'>): string | null {
  if (status_reason === null) return null;
  // Who pauses and who cancels share one reason.
  if (status === 'CANCELLED' && status_reason === 'BY_USER') return 'somebody cancelled it';
  if (status === 'CANCELLED' && status_reason === 'SCHEDULE_DELETED') return 'the schedule was deleted';
  return reasonWords(status_reason);
}

/** Why it can't be steered; null: it can. */
export function endWords(status: Backfill['status']): string | null {
  if (status === 'COMPLETED') return 'It is completed.';
  return status === 'CANCELLED' ? 'It is cancelled.' : null;
}
