import type { ScheduleCreate } from '@hydracore/client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import { SCHEDULES, scheduleOf } from '../../api/schedules.ts';
import { Loading } from '../../app/boundaries.tsx';
import { ErrorNotice } from '../../show/error-notice.tsx';
import { Link, LinkButton } from '../../show/links.tsx';
import { PageHeader } from '../../show/page-header.tsx';
import { tellDone } from '../../show/tell.tsx';
import { viewerZone } from '../../show/time.ts';
import { bodyOf, type Draft, draftOf, newDraft } from './draft.ts';
import { ScheduleForm } from './form.tsx';

const route = getRouteApi('/shell/schedules/new');

/** A new schedule, or one like another. */
export function CreateSchedule() {
  const { like } = route.useSearch();
  const model = useQuery({ ...scheduleOf(like ?? ''), enabled: like !== undefined, refetchInterval: false });
  if (like === undefined) return <Create first={newDraft(viewerZone())} />;
  if (model.error) return <ErrorNotice title="The schedule to copy could not be read" error={model.error} />;
  if (!model.data) return <Loading />;
  const draft = draftOf(model.data);
  return <Create first={{ ...draft, name: `${draft.name} (copy)`.slice(0, 200), deduplication_key: '' }} />;
}

function Create({ first }: { readonly first: Draft }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const creating = useMutation({
    mutationFn: (body: ScheduleCreate) => api.schedules.create(body),
    onSuccess: async ({ id, name }) => {
      tellDone(`${name} is created.`);
      await queries.invalidateQueries({ queryKey: SCHEDULES });
      await navigate({ to: '/schedules/$scheduleId', params: { scheduleId: id } });
    },
  });
  return (
    <>
      <PageHeader title="New schedule" above={<Link to="/schedules">Schedules</Link>} />
      <ScheduleForm
        first={first}
        action="Create the schedule"
        sampleOf={(draft) => ({ body: bodyOf(draft) })}
        pending={creating.isPending}
        error={creating.error}
        onSave={(draft) => creating.mutateAsync(bodyOf(draft))}
        cancel={
          <LinkButton to="/schedules" variant="default">
            Cancel
          </LinkButton>
        }
      />
    </>
  );
}
