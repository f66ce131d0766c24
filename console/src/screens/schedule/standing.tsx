import type { Schedule } from '@hydracore/client';
import type { ReactNode } from 'react';
import { Link } from '../../show/links.tsx';
import { useMay } from '../../show/may.ts';
import { Notice } from '../../show/notice.tsx';
import { toneOf } from '../../show/statuses.ts';

const TITLES: Readonly<Record<string, string>> = {
  BY_USER: 'Somebody paused it: nothing fires until it is resumed.',
  FAILURES: 'It was paused by too many failures in a row: nothing fires until it is resumed.',
  PARKED: 'It was paused because its receiver answered 410 Gone: nothing fires until it is resumed.',
  FIRED: 'It has fired, and will not fire again.',
  END_REACHED: 'No occurrence is left: it will not fire again.',
};

/** Why a schedule that is not active stands still, and what to do. */
export function Standing({ schedule }: { readonly schedule: Schedule }) {
  const { status, status_reason: reason, status_detail: detail } = schedule;
  const may = useMay();
  const advice: Readonly<Record<string, ReactNode>> = {
    BY_USER: (
      <>
        What falls into the pause is recorded as missed, and can be backfilled.
        {may('audit:read') && (
          <>
            {' '}
            Who paused it, and when:{' '}
            <Link inherit underline="always" to="/settings/audit" search={{ target: schedule.id }}>
              the audit log
            </Link>
            .
          </>
        )}
      </>
    ),
    FAILURES: (
      <>
        What the receiver answered:{' '}
        <Link inherit underline="always" to="/runs" search={{ schedule: schedule.id, status: 'FAILED' }}>
          its failed runs
        </Link>
        . Mend that, then resume it.
      </>
    ),
    PARKED: 'The receiver wants no more. Change the URL, then resume it; or delete it.',
  };
  return (
    <Notice tone={toneOf(status)} title={TITLES[reason ?? ''] ?? `It is ${status.toLowerCase()}.`}>
      {detail !== null && <div>{detail}</div>}
      {advice[reason ?? '']}
    </Notice>
  );
}
