import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import { ENTITIES } from '../../api/entities.ts';
import { Link, LinkButton } from '../../show/links.tsx';
import { PageHeader } from '../../show/page-header.tsx';
import { tellDone } from '../../show/tell.tsx';
import { bodyOf, type DefinitionDraft, draftOf } from './draft.ts';
import { DefinitionForm } from './form.tsx';

/** A new kind of record. */
export function CreateDefinition() {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const creating = useMutation({
    mutationFn: (draft: DefinitionDraft) => api.entities.create(bodyOf(draft)),
    onSuccess: async ({ id, name }) => {
      tellDone(`${name} is created.`);
      await queries.invalidateQueries({ queryKey: ENTITIES });
      await navigate({ to: '/entities/$definitionId', params: { definitionId: id } });
    },
  });
  return (
    <>
      <PageHeader title="New definition" above={<Link to="/entities">Entities</Link>} />
      <DefinitionForm
        first={draftOf()}
        action="Create the definition"
        pending={creating.isPending}
        error={creating.error}
        onSave={(draft) => creating.mutate(draft)}
        cancel={
          <LinkButton to="/entities" variant="default">
            Cancel
          </LinkButton>
        }
      />
    </>
  );
}
