import { Alert, Grid, Stack } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { runOf, scheduleNameOf } from '../../api/runs.ts';
import { Loading, Unread } from '../../app/boundaries.tsx';
import { Link } from '../../show/links.tsx';
import { useMay } from '../../show/may.ts';
import { PageHeader } from '../../show/page-header.tsx';
import { errorWords, runSentence } from '../../show/run-words.ts';
import { StatusBadge } from '../../show/status-badge.tsx';
import { toneOf } from '../../show/statuses.ts';
import { localTime, viewerZone } from '../../show/time.ts';
import { Actions } from './actions.tsx';
import { RunFacts } from './facts.tsx';
import { Course } from './course.tsx';

const route = getRouteApi('/shell/runs/$runId');

/** One run: why it stands as it does, and every attempt with what was sent and answered. */
export function RunScreen() {
  const { runId } = route.useParams();
  const may = useMay();
  const { data: run, error } = useQuery(runOf(runId));
  const { data: name } = useQuery({
    ...scheduleNameOf(run?.schedule_id ?? ''),
    enabled: run !== undefined && may('schedules:read'),
  });
  if (error && !run) return <Unread title="The run could not be read" error={error} />;
  if (!run) return <Loading />;
  const tone = toneOf(run.status);
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
        <Alert
          icon={<IconInfoCircle size={18} aria-hidden />}
          title={runSentence(run)}
          styles={{
            root: { background: `var(--hc-${tone}-soft)`, border: 0 },
            title: { color: `var(--hc-${tone})`, margin: 0 },
            icon: { color: `var(--hc-${tone})` },
            message: { color: 'var(--mantine-color-text)' },
          }}
        >
          {run.error !== null && errorWords(run.error)}
        </Alert>
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
