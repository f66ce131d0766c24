import { Grid, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { scheduleOf } from '../../api/schedules.ts';
import { Loading, Unread } from '../../app/boundaries.tsx';
import { Link } from '../../show/links.tsx';
import { PageHeader } from '../../show/page-header.tsx';
import { StatusBadge } from '../../show/status-badge.tsx';
import { Actions } from './actions.tsx';
import { Backfills } from './backfills.tsx';
import { ActionConfig, Facts } from './facts.tsx';
import { HeatStrip } from './heat-strip.tsx';
import { NextFires } from './next-fires.tsx';
import { Runs } from './runs.tsx';
import { Standing } from './standing.tsx';

const route = getRouteApi('/shell/schedules/$scheduleId');

/** One schedule: what it is, when it fires next, and what became of it so far. */
export function ScheduleScreen() {
  const { scheduleId } = route.useParams();
  const { data: schedule, error } = useQuery(scheduleOf(scheduleId));
  if (error && !schedule) return <Unread title="The schedule could not be read" error={error} />;
  if (!schedule) return <Loading />;
  return (
    <>
      <PageHeader
        title={schedule.name}
        aside={<StatusBadge status={schedule.status} reason={schedule.status_reason} detail={schedule.status_detail} />}
        above={<Link to="/schedules">Schedules</Link>}
        actions={<Actions schedule={schedule} />}
      >
        {schedule.description}
      </PageHeader>
      <Grid gap="md">
        {schedule.status !== 'ACTIVE' && (
          <Grid.Col span={12}>
            <Standing schedule={schedule} />
          </Grid.Col>
        )}
        <Grid.Col span={12}>
          <HeatStrip schedule={schedule} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Stack gap="md">
            <Facts schedule={schedule} />
            <ActionConfig schedule={schedule} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <NextFires schedule={schedule} />
        </Grid.Col>
        <Grid.Col span={12}>
          <Stack gap="md">
            <Backfills schedule={schedule} />
            <Runs schedule={schedule} />
          </Stack>
        </Grid.Col>
      </Grid>
    </>
  );
}
