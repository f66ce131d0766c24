import { HydraCoreError, type Schedule } from '@hydracore/client';
import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { SCHEDULES, scheduleOf } from '../../api/schedules.ts';
import { Loading, Unread } from '../../app/boundaries.tsx';
import { ErrorNotice } from '../../show/error-notice.tsx';
import { Link, LinkButton } from '../../show/links.tsx';
import { PageHeader } from '../../show/page-header.tsx';
import { tellDone } from '../../show/tell.tsx';
import { changesOf, type Draft, draftOf } from './draft.ts';
import { type Attempt, ScheduleForm } from './form.tsx';

const route = getRouteApi('/shell/schedules/$scheduleId/edit');

/** Changes a schedule. */
export function EditSchedule() {
  const { scheduleId } = route.useParams();
  const { data, error } = useQuery({ ...scheduleOf(scheduleId), refetchInterval: false, refetchOnWindowFocus: false });
  const [base, setBase] = useState<Schedule>();
  if (base === undefined && data) setBase(data);
  if (error && !base) return <Unread title="The schedule could not be read" error={error} />;
  if (!base) return <Loading />;
  // Another base is another form: what was typed is given up.
  return <Edit key={base.version} base={base} onReload={setBase} />;
}

interface EditProps {
  readonly base: Schedule;
  readonly onReload: (schedule: Schedule) => void;
}

function Edit({ base, onReload }: EditProps) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const params = { scheduleId: base.id };
  const first = draftOf(base);
  const saving = useMutation({
    mutationFn: async ({ draft, version }: { readonly draft: Draft; readonly version: number }) =>
      await api.schedules.update(base.id, changesOf(first, draft), { ifMatch: version }),
    onSuccess: async ({ name }) => {
      tellDone(`${name} is saved.`);
      await queries.invalidateQueries({ queryKey: SCHEDULES });
      await navigate({ to: '/schedules/$scheduleId', params });
    },
  });
  const isStale = saving.error instanceof HydraCoreError && saving.error.status === 412;
  const theirs = useMutation({ mutationFn: () => api.schedules.get(base.id), onSuccess: onReload });
  const saveOver = async () => {
    const { version } = await api.schedules.get(base.id);
    if (saving.variables) await saving.mutateAsync({ draft: saving.variables.draft, version });
  };
  const stale = (attempt: Attempt) => (
    <ErrorNotice title="Somebody else has changed it meanwhile" error={saving.error}>
      <Button size="xs" variant="default" loading={theirs.isPending} onClick={() => theirs.mutate()}>
        Load theirs, and give mine up
      </Button>
      <Button size="xs" variant="default" onClick={() => void attempt(saveOver)}>
        Save my changes over theirs
      </Button>
    </ErrorNotice>
  );
  return (
    <>
      <PageHeader
        title={`Edit ${base.name}`}
        above={
          <Link to="/schedules/$scheduleId" params={params}>
            {base.name}
          </Link>
        }
      />
      <ScheduleForm
        first={first}
        isEdit
        action="Save"
        sampleOf={(draft) => ({ body: changesOf(first, draft), update: base })}
        pending={saving.isPending}
        error={saving.error}
        notice={isStale ? stale : undefined}
        onSave={(draft) => saving.mutateAsync({ draft, version: base.version })}
        cancel={
          <LinkButton to="/schedules/$scheduleId" params={params} variant="default">
            Cancel
          </LinkButton>
        }
      />
    </>
  );
}
