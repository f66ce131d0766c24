import type { EntityDefinition } from '@hydracore/client';
import { Checkbox, List, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { ENTITIES, recordListOf } from '../../api/entities.ts';
import { listOf } from '../../api/schedules.ts';
import { ConfirmDialog } from '../../show/confirm-dialog.tsx';
import { Link } from '../../show/links.tsx';
import { useMay } from '../../show/may.ts';
import { tellDone } from '../../show/tell.tsx';

interface DeleteDefinitionProps {
  readonly definition: EntityDefinition;
  readonly records: number | undefined;
  readonly onClose: () => void;
}

/** Says what hangs on a definition before it goes. Schedules keep it from going; records go only when that is said. */
export function DeleteDefinition({ definition, records, onClose }: DeleteDefinitionProps) {
  const may = useMay();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [cascade, setCascade] = useState(false);
  const { data: list } = useQuery({ ...recordListOf(definition.id, { limit: 1 }), enabled: records === undefined });
  const { data: relative } = useQuery({
    ...listOf({ schedule_type: 'RELATIVE', limit: 200 }),
    enabled: may('schedules:read'),
    refetchInterval: false,
  });
  const schedules = relative?.schedules.filter((one) => one.relative_entity_definition_id === definition.id) ?? [];
  const count = records ?? list?.total ?? 0;
  const deleting = useMutation({
    // Many records take their time: 5,000 go at once.
    mutationFn: () => api.entities.delete(definition.id, cascade ? { cascade: 'true' } : {}, { timeoutMs: 300_000 }),
    onSuccess: async () => {
      tellDone(`${definition.name} is deleted.`);
      await navigate({ to: '/entities' });
      await queries.invalidateQueries({ queryKey: ENTITIES });
    },
  });
  return (
    <ConfirmDialog
      opened
      danger
      title={`Delete ${definition.name}?`}
      action={cascade ? `Delete it and ${counts(count)}` : 'Delete the definition'}
      ready={schedules.length === 0 && (count === 0 || cascade)}
      pending={deleting.isPending}
      error={deleting.error}
      onConfirm={() => deleting.mutate()}
      onClose={onClose}
    >
      {schedules.length > 0 && (
        <div>
          <Text fz="md">It can’t go as long as schedules go by it. Delete them first:</Text>
          <List size="md" mt={4}>
            {schedules.slice(0, 8).map(({ id, name }) => (
              <List.Item key={id}>
                <Link to="/schedules/$scheduleId" params={{ scheduleId: id }}>
                  {name}
                </Link>
              </List.Item>
            ))}
            {schedules.length > 8 && <List.Item>{`and ${schedules.length - 8} more`}</List.Item>}
          </List>
        </div>
      )}
      {schedules.length === 0 && count === 0 && <Text fz="md">It has no records, and no schedule goes by it.</Text>}
      {schedules.length === 0 && count > 0 && (
        <>
          <Text fz="md">{`It has ${counts(count)}. They go with it, and it can’t be taken back.`}</Text>
          <Checkbox
            label={`Delete ${counts(count)} too`}
            checked={cascade}
            onChange={(event) => setCascade(event.currentTarget.checked)}
          />
        </>
      )}
    </ConfirmDialog>
  );
}

function counts(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'record' : 'records'}`;
}
