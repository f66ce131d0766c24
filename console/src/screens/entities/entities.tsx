import type { EntityDefinition } from '@hydracore/client';
import { Paper, SimpleGrid, Text, Title } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { definitionsOf, recordListOf } from '../../api/entities.ts';
import { Loading } from '../../app/boundaries.tsx';
import { Act } from '../../show/act.tsx';
import { EmptyState } from '../../show/empty-state.tsx';
import { ErrorNotice } from '../../show/error-notice.tsx';
import { Link } from '../../show/links.tsx';
import { PageHeader } from '../../show/page-header.tsx';
import styles from './entities.module.css';

/** The kinds of records that there are. */
export function Entities() {
  const { data, error } = useQuery(definitionsOf());
  const navigate = useNavigate();
  const create = (
    <Act
      scope="entities:write"
      leftSection={<IconPlus size={16} aria-hidden />}
      onClick={() => void navigate({ to: '/entities/new' })}
    >
      New definition
    </Act>
  );
  return (
    <>
      <PageHeader title="Entities" actions={data?.length === 0 ? undefined : create}>
        What the server knows of your customers’ things. Schedules fire by the dates in them.
      </PageHeader>
      {error && <ErrorNotice title="The definitions could not be read" error={error} />}
      {!data && !error && <Loading />}
      {data?.length === 0 && (
        <EmptyState title="No definition yet" action={create}>
          A definition says which fields records of a kind have: contracts with an end, invoices with a due date. Once
          their records are here a schedule can fire thirty days before each contract ends.
        </EmptyState>
      )}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="md">
        {data?.map((definition) => (
          <Card key={definition.id} definition={definition} />
        ))}
      </SimpleGrid>
    </>
  );
}

function Card({ definition }: { readonly definition: EntityDefinition }) {
  const { data } = useQuery(recordListOf(definition.id, { limit: 1 }));
  const dates = definition.fields.filter(({ type }) => type === 'DATE' || type === 'DATETIME');
  return (
    <Paper component="article" p="lg" className={styles.card ?? ''}>
      <Title order={2}>
        <Link to="/entities/$definitionId" params={{ definitionId: definition.id }} className={styles.whole ?? ''}>
          {definition.name}
        </Link>
      </Title>
      <Text fz="sm" c="dimmed">
        <code>{definition.slug}</code>
        {data &&
          ` · ${data.total.toLocaleString('en')}${data.total >= 100_000 ? '+' : ''} ${data.total === 1 ? 'record' : 'records'}`}
      </Text>
      <Text fz="sm" mt={8}>
        {fieldsWords(definition.fields.map(({ name }) => name))}
      </Text>
      {dates.length > 0 && (
        <Text fz="sm" c="dimmed">
          Schedules can fire by {dates.map(({ name }) => name).join(', ')}.
        </Text>
      )}
    </Paper>
  );
}

function fieldsWords(names: readonly string[]): string {
  if (names.length === 0) return 'No fields yet.';
  const shown = names.slice(0, 6).join(', ');
  return names.length > 6 ? `${shown} and ${names.length - 6} more` : shown;
}
