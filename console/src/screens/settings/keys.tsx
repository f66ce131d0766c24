import { Group, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { keyListOf } from '../../api/settings.ts';
import { Act } from '../../show/act.tsx';
import { ErrorNotice } from '../../show/error-notice.tsx';
import { Paged } from '../../show/paged.tsx';
import { CreateKey } from './create-key.tsx';
import type { KeyAct } from './key-actions.tsx';
import { keyColumnsOf } from './key-columns.tsx';
import { KeyDialog } from './key-dialogs.tsx';
import { Needs } from './needs.tsx';

const route = getRouteApi('/shell/settings/keys');
const PAGE = 50;

/** The tenant's API keys. */
export function Keys() {
  return (
    <Needs scope="keys:manage">
      <List />
    </Needs>
  );
}

function List() {
  const { page = 1 } = route.useSearch();
  const navigate = route.useNavigate();
  const [act, setAct] = useState<KeyAct | null>(null);
  const [isCreating, setCreating] = useState(false);
  const { data, error, isPending, isPlaceholderData } = useQuery(keyListOf({ limit: PAGE, offset: (page - 1) * PAGE }));
  return (
    <>
      <Group justify="space-between" mb="md">
        <Text c="dimmed" fz="md" maw={640}>
          Each program has a key of its own, with no more scopes than it needs. A key is shown once; the server keeps a
          hash of it.
        </Text>
        <Act scope="keys:manage" leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
          New key
        </Act>
      </Group>
      {error ? (
        <ErrorNotice title="The keys could not be read" error={error} />
      ) : (
        <Paged
          columns={keyColumnsOf(setAct)}
          rows={data?.api_keys ?? []}
          total={data?.total ?? 0}
          page={page}
          size={PAGE}
          fetching={isPending || isPlaceholderData}
          onPage={(to) => void navigate({ search: to > 1 ? { page: to } : {} })}
        />
      )}
      <KeyDialog act={act} onClose={() => setAct(null)} />
      {isCreating && <CreateKey onClose={() => setCreating(false)} />}
    </>
  );
}
