import type { EntityDefinition } from '@hydracore/client';
import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { definitionOf } from '../../api/entities.ts';
import { Loading, Unread } from '../../app/boundaries.tsx';
import { Link } from '../../show/links.tsx';
import { PageHeader } from '../../show/page-header.tsx';
import { FileChoice } from './file-choice.tsx';
import { ProgressPanel } from './progress-panel.tsx';
import { useImport } from './use-import.ts';

const route = getRouteApi('/shell/entities/$definitionId/import');

/** Brings the records of a file. */
export function ImportScreen() {
  const { definitionId } = route.useParams();
  const { data: definition, error } = useQuery(definitionOf(definitionId));
  if (error && !definition) return <Unread title="The definition could not be read" error={error} />;
  return definition ? <Import definition={definition} /> : <Loading />;
}

function Import({ definition }: { readonly definition: EntityDefinition }) {
  const { progress, start, cancel, reset } = useImport(definition);
  return (
    <>
      <PageHeader
        title="Import records"
        above={
          <Link to="/entities/$definitionId" params={{ definitionId: definition.id }}>
            {definition.name}
          </Link>
        }
      >
        The file is read here, in your browser, and sent in parts.
      </PageHeader>
      <Stack gap="md" maw={820}>
        {progress === null ? (
          <FileChoice definition={definition} onChoose={(file) => void start(file)} />
        ) : (
          <ProgressPanel definition={definition} progress={progress} onCancel={cancel} onAgain={reset} />
        )}
      </Stack>
    </>
  );
}
