import type { EntityDefinition } from '@hydracore/client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { definitionOf, ENTITIES } from '../../api/entities.ts';
import { Loading, Unread } from '../../app/boundaries.tsx';
import { Link, LinkButton } from '../../show/links.tsx';
import { PageHeader } from '../../show/page-header.tsx';
import { tellDone } from '../../show/tell.tsx';
import { bodyOf, type DefinitionDraft, draftOf } from './draft.ts';
import { DefinitionForm } from './form.tsx';

const route = getRouteApi('/shell/entities/$definitionId/edit');

/** Changes a kind of record, as it was when the form was opened: who was faster is not written over (412). */
export function EditDefinition() {
  const { definitionId } = route.useParams();
  const { data, error } = useQuery(definitionOf(definitionId));
  const [base, setBase] = useState<EntityDefinition>();
  if (base === undefined && data) setBase(data);
  if (error && !base) return <Unread title="The definition could not be read" error={error} />;
  return base ? <Edit base={base} /> : <Loading />;
}

function Edit({ base }: { readonly base: EntityDefinition }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const params = { definitionId: base.id };
  const saving = useMutation({
    mutationFn: (draft: DefinitionDraft) => api.entities.update(base.id, bodyOf(draft), { ifMatch: base.version }),
    onSuccess: async ({ name }) => {
      tellDone(`${name} is saved.`);
      await queries.invalidateQueries({ queryKey: ENTITIES });
      await navigate({ to: '/entities/$definitionId', params });
    },
  });
  return (
    <>
      <PageHeader
        title={`Edit ${base.name}`}
        above={
          <Link to="/entities/$definitionId" params={params}>
            {base.name}
          </Link>
        }
      />
      <DefinitionForm
        isEdit
        first={draftOf(base)}
        action="Save"
        pending={saving.isPending}
        error={saving.error}
        onSave={(draft) => saving.mutate(draft)}
        cancel={
          <LinkButton to="/entities/$definitionId" params={params} variant="default">
            Cancel
          </LinkButton>
        }
      />
    </>
  );
}
