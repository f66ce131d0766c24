import type { EntityDefinition, EntityRecord } from '@hydracore/client';
import { Grid, Text } from '@mantine/core';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { definitionOf, ENTITIES, recordOf } from '../../api/entities.ts';
import { Loading, Unread } from '../../app/boundaries.tsx';
import { Act } from '../../show/act.tsx';
import { ConfirmDialog } from '../../show/confirm-dialog.tsx';
import { Fact, FactList, Id } from '../../show/facts.tsx';
import { Instant } from '../../show/instant.tsx';
import { Link } from '../../show/links.tsx';
import { PageHeader } from '../../show/page-header.tsx';
import { Panel } from '../../show/panel.tsx';
import { tellDone } from '../../show/tell.tsx';
import { RecordDialog } from '../records/record-dialog.tsx';
import { valueWords } from '../records/values.ts';
import { UpcomingOf } from './upcoming.tsx';

const route = getRouteApi('/shell/entities/$definitionId/records/$recordId');
const icon = { size: 16, stroke: 1.7, 'aria-hidden': true } as const;

/** One record: what is in it, and what will fire for it. */
export function RecordScreen() {
  const { definitionId, recordId } = route.useParams();
  const definition = useQuery(definitionOf(definitionId));
  const record = useQuery(recordOf(definitionId, recordId));
  const error = definition.error ?? record.error;
  if (error) return <Unread title="The record could not be read" error={error} />;
  if (!definition.data || !record.data) return <Loading />;
  return <Shown definition={definition.data} record={record.data} />;
}

interface ShownProps {
  readonly definition: EntityDefinition;
  readonly record: EntityRecord;
}

function Shown({ definition, record }: ShownProps) {
  const [dialog, setDialog] = useState<'edit' | 'delete' | null>(null);
  const params = { definitionId: definition.id };
  return (
    <>
      <PageHeader
        title={record.external_id ?? 'Record'}
        above={
          <Link to="/entities/$definitionId" params={params}>
            {definition.name}
          </Link>
        }
        actions={
          <>
            <Act
              scope="entities:write"
              variant="default"
              leftSection={<IconPencil {...icon} />}
              onClick={() => setDialog('edit')}
            >
              Edit
            </Act>
            <Act
              scope="entities:write"
              variant="default"
              leftSection={<IconTrash {...icon} />}
              onClick={() => setDialog('delete')}
            >
              Delete
            </Act>
          </>
        }
      />
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Panel title="What is in it">
            <FactList>
              {definition.fields.map(({ name }) => (
                <Fact key={name} name={name}>
                  {record.data[name] === undefined ? (
                    <Text span c="dimmed">
                      no value
                    </Text>
                  ) : (
                    valueWords(record.data[name])
                  )}
                </Fact>
              ))}
              <Fact name="Customer">{record.customer_id}</Fact>
              <Fact name="Id">
                <Id id={record.id} />
              </Fact>
              <Fact name="Created">
                <Instant at={record.created_at} focusable />
              </Fact>
              <Fact name="Changed">
                <Instant at={record.updated_at} focusable />
              </Fact>
              <Fact name="Runs">
                <Link to="/runs" search={{ record: record.id }}>
                  what has been done for it
                </Link>
              </Fact>
            </FactList>
          </Panel>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <UpcomingOf definition={definition.id} record={record.id} />
        </Grid.Col>
      </Grid>
      {dialog === 'edit' && <RecordDialog definition={definition} record={record} onClose={() => setDialog(null)} />}
      {dialog === 'delete' && <DeleteRecord definition={definition} record={record} onClose={() => setDialog(null)} />}
    </>
  );
}

function DeleteRecord({ definition, record, onClose }: ShownProps & { readonly onClose: () => void }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const deleting = useMutation({
    mutationFn: () => api.entities.records.delete(definition.id, record.id),
    onSuccess: async () => {
      tellDone(`${record.external_id ?? 'The record'} is deleted.`);
      await navigate({ to: '/entities/$definitionId', params: { definitionId: definition.id } });
      queries.removeQueries({ queryKey: [...ENTITIES, 'record', definition.id, record.id] });
      await queries.invalidateQueries({ queryKey: ENTITIES });
    },
  });
  return (
    <ConfirmDialog
      opened
      danger
      title={`Delete ${record.external_id ?? 'the record'}?`}
      action="Delete the record"
      pending={deleting.isPending}
      error={deleting.error}
      onConfirm={() => deleting.mutate()}
      onClose={onClose}
    >
      <Text fz="md">It can’t be taken back. What was to fire by its dates does not; its runs are kept.</Text>
    </ConfirmDialog>
  );
}
