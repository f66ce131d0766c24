import type { Run } from '@hydracore/client';
import { Link } from '../../show/links.tsx';
import { isOverdue } from '../../show/run-words.ts';
import { localOf } from '../../show/search-params.ts';

/** Where to look next, and what to do, for who wonders why nothing was done. */
export function Advice({ run, now }: { readonly run: Run; readonly now: number }) {
  const { schedule_id: schedule, status, reason, blocked_by: blocker } = run;
  if (blocker !== null && (status === 'SKIPPED' || (status === 'PENDING' && reason === 'OVERLAP'))) {
    return (
      <>
        Look at{' '}
        <Link inherit underline="always" to="/runs/$runId" params={{ runId: blocker }}>
          the run that was in its way
        </Link>
        . Where runs may overlap, the schedule’s overlap policy can let them.
      </>
    );
  }
  if (status === 'MISSED') {
    return (
      <>
        To make up for it, backfill that stretch on{' '}
        <Link inherit underline="always" to="/schedules/$scheduleId" params={{ scheduleId: schedule }}>
          the schedule’s page
        </Link>
        {reason === 'CATCHUP_WINDOW' ? '; a wider catch-up window lets it start later.' : '.'}
      </>
    );
  }
  if (isOverdue(run, now)) {
    return (
      <>
        What the attempts before it met:{' '}
        <Link inherit underline="always" to="/runs" search={{ schedule, to: localOf(run.scheduled_for) }}>
          its runs until then
        </Link>
        . It starts by itself; it has used up no retry.
      </>
    );
  }
  return null;
}
