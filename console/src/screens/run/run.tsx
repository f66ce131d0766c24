import { Grid, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { runOf, scheduleNameOf } from '../../api/runs.ts';
import { Loading, Unread } from '../../app/boundaries.tsx';
import { useNow } from '../../app/clock.ts';
import { Link } from '../../show/links.tsx';
import { useMay } from '../../show/may.ts';
import { Notice } from '../../show/notice.tsx';
import { PageHeader } from '../../show/page-header.tsx';
import { errorWords, runSentence } from '../../show/run-words.ts';
import { StatusBadge } from '../../show/status-badge.tsx';
import { toneOf } from '../../show/statuses.ts';
import { localTime, viewerZone } from '../../show/time.ts';
import { Actions } from './actions.tsx';
import { Advice } from './advice.tsx';
import { RunFacts } from './facts.tsx';
import { Course } from './course.tsx';

const route = getRouteApi('/shell/runs/$runId');

/** One run: why it stands as it does, and every attempt with what was sent and answered. */
export function RunScreen() {
  const { runId } = route.useParams();
  const may = useMay();
  const now = useNow(5_000);
  const { data: run, error } = useQuery(runOf(runId));
  const { data: name } = useQuery({
    ...scheduleNameOf(run?.schedule_id ?? ''),
    enabled: run !== undefined && may('schedules:read'),
  });
  if (error && !run) return <Unread title="The run could not be read" error={error} />;
  if (!run) return <Loading />;
  return (
    <>
      <PageHeader
        title={name ?? 'Run'}
        aside={<StatusBadge status={run.status} />}
        above={<Link to="/runs">Runs</Link>}
        actions={<Actions run={run} />}
      >
        {`Scheduled for ${localTime(Date.parse(run.scheduled_for))} (${viewerZone()})`}
      </PageHeader>
      <Stack gap="md">
        <Notice tone={toneOf(run.status)} title={runSentence(run, now)}>
          {run.error === null ? <Advice run={run} now={now} /> : errorWords(run.error)}
        </Notice>
        <Grid gap="md">
          <Grid.Col span={{ base: 12, md: 7 }}>
            <Course run={run} />
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 5 }}>
            <RunFacts run={run} scheduleName={name ?? null} />
          </Grid.Col>
        </Grid>
      </Stack>
    </>
  );
}
