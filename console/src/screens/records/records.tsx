import type { EntityDefinition, EntityRecord } from '@hydracore/client';
import { IconPlus, IconUpload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { definitionOf, recordListOf } from '../../api/entities.ts';
import { Loading, Unread } from '../../app/boundaries.tsx';
import { Act } from '../../show/act.tsx';
import { EmptyState } from '../../show/empty-state.tsx';
import { ErrorNotice } from '../../show/error-notice.tsx';
import { Link, LinkButton } from '../../show/links.tsx';
import { PageHeader } from '../../show/page-header.tsx';
import { Paged } from '../../show/paged.tsx';
import { columnsOf } from './columns.tsx';
import { DefinitionMenu } from './definition-menu.tsx';
import { isNarrow, PAGE, queryOf, type RecordFilter } from './filter.ts';
import { Filters } from './filters.tsx';
import { RecordDialog } from './record-dialog.tsx';

const route = getRouteApi('/shell/entities/$definitionId');

/** The records of a kind. */
export function Records() {
  const { definitionId } = route.useParams();
  const { data: definition, error } = useQuery(definitionOf(definitionId));
  if (error && !definition) return <Unread title="The definition could not be read" error={error} />;
  return definition ? <RecordsOf definition={definition} /> : <Loading />;
}

function RecordsOf({ definition }: { readonly definition: EntityDefinition }) {
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const [isAdding, setAdding] = useState(false);
  const { data, error, isPending, isPlaceholderData } = useQuery(
    recordListOf(definition.id, queryOf(filter, definition.fields)),
  );
  const change = (search: RecordFilter) => void navigate({ search, replace: search.page === filter.page });
  const isNarrowed = isNarrow(filter, definition.fields);
  const isEmpty = data?.total === 0 && !isNarrowed;
  const actions = (
    <>
      <Act
        scope="entities:write"
        variant={isEmpty ? 'filled' : 'default'}
        leftSection={<IconUpload size={16} aria-hidden />}
        onClick={() =>
          void navigate({ to: '/entities/$definitionId/import', params: { definitionId: definition.id }, search: {} })
        }
      >
        Import a file
      </Act>
      <Act
        scope="entities:write"
        variant="default"
        leftSection={<IconPlus size={16} aria-hidden />}
        onClick={() => setAdding(true)}
      >
        New record
      </Act>
    </>
  );
  return (
    <>
      <PageHeader
        title={definition.name}
        above={<Link to="/entities">Entities</Link>}
        actions={
          <>
            {!isEmpty && actions}
            <DefinitionMenu definition={definition} records={isNarrowed ? undefined : data?.total} />
          </>
        }
      >
        <code>{definition.slug}</code>
        {data && ` · ${countWords(data.total, isNarrowed)}`}
      </PageHeader>
      {!isEmpty && <Filters filter={filter} fields={definition.fields} onChange={change} />}
      {error && <ErrorNotice title="The records could not be read" error={error} />}
      {isEmpty && (
        <EmptyState title="No record yet" action={<span style={{ display: 'inline-flex', gap: 8 }}>{actions}</span>}>
          Bring them as a CSV file whose first line names the columns (external_id, customer_id and the fields), as a
          file with one JSON record a line, or by the API. With an external_id a second import updates instead of
          doubling.
        </EmptyState>
      )}
      {data?.total === 0 && isNarrowed && (
        <EmptyState
          title="Nothing matches"
          action={
            <LinkButton to="/entities/$definitionId" params={{ definitionId: definition.id }} variant="default">
              Show all records
            </LinkButton>
          }
        >
          No record meets all of these conditions.
        </EmptyState>
      )}
      {!error && data?.total !== 0 && (
        <Paged<EntityRecord>
          columns={columnsOf(definition)}
          rows={data?.records ?? []}
          total={data?.total ?? 0}
          page={filter.page ?? 1}
          size={PAGE}
          fetching={isPending || isPlaceholderData}
          onPage={(page) => change({ ...filter, page })}
        />
      )}
      {isAdding && <RecordDialog definition={definition} onClose={() => setAdding(false)} />}
    </>
  );
}

function countWords(total: number, isNarrowed: boolean): string {
  const count = total.toLocaleString('en');
  if (isNarrowed) return `${count} ${total === 1 ? 'matches' : 'match'}`;
  return `${count} ${total === 1 ? 'record' : 'records'}`;
}
