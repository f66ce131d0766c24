import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { overviewOf } from '../../api/overview.ts';
import { listOf } from '../../api/schedules.ts';
import { Loading } from '../../app/boundaries.tsx';
import { ErrorNotice } from '../../show/error-notice.tsx';
import { useMay } from '../../show/may.ts';
import { NewSchedule } from '../../show/new-schedule.tsx';
import { PageHeader } from '../../show/page-header.tsx';
import { Attention } from './attention.tsx';
import { FirstSteps } from './first-steps.tsx';
import { endedOf } from './hours-data.ts';
import { Hours } from './hours.tsx';
import { Upcoming } from './upcoming.tsx';

/** The first page: is all well, what happened, and what comes. */
export function Overview() {
  const may = useMay();
  const { data, error } = useQuery(overviewOf());
  const { data: any } = useQuery({ ...listOf({ limit: 1 }), enabled: may('schedules:read'), refetchInterval: false });
  // Who had schedules once, and has none now, has seen this already: unless all is long ago.
  const isNew = any?.total === 0 && data !== undefined && (data.hours === null || endedOf(data.hours) === 0);
  return (
    <>
      <PageHeader title="Overview" actions={<NewSchedule variant="default" />}>
        What happened in the last 24 hours, what comes next, and what needs a look.
      </PageHeader>
      {error && <ErrorNotice title="The overview could not be read" error={error} />}
      {!data && !error && <Loading />}
      {isNew && <FirstSteps />}
      {data && !isNew && (
        <Stack gap="md">
          <Attention attention={data.attention} />
          {data.hours !== null && <Hours hours={data.hours} lateness={data.lateness} />}
          {data.upcoming !== null && <Upcoming upcoming={data.upcoming} />}
        </Stack>
      )}
    </>
  );
}
