import type { AuditEvent } from '@hydracore/client';
import { Modal, Select, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { auditOf } from '../../api/settings.ts';
import { EmptyState } from '../../show/empty-state.tsx';
import { ErrorNotice } from '../../show/error-notice.tsx';
import { LinkButton } from '../../show/links.tsx';
import { Paged } from '../../show/paged.tsx';
import { TypedInput } from '../../show/typed-input.tsx';
import { AuditDetails } from './audit-details.tsx';
import { auditColumnsOf } from './audit-columns.tsx';
import { type AuditFilter, operationWords, PAGE, queryOf, readAuditFilter } from './audit-filter.ts';
import { Needs } from './needs.tsx';
import styles from './settings.module.css';

const route = getRouteApi('/shell/settings/audit');

/** Who changed what, and who was not let. */
export function Audit() {
  return (
    <Needs scope="audit:read">
      <List />
    </Needs>
  );
}

function List() {
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const [open, setOpen] = useState<AuditEvent | null>(null);
  const { data, error, isPending, isPlaceholderData } = useQuery(auditOf(queryOf(filter)));
  const change = (search: AuditFilter) => void navigate({ search, replace: search.page === filter.page });
  const set = (changed: Record<string, unknown>) => change(readAuditFilter({ ...filter, page: 1, ...changed }));
  return (
    <>
      <search className={styles.filters} aria-label="Filter">
        <TypedInput
          label="Operation"
          placeholder="Operation: updateSchedule"
          value={filter.operation ?? ''}
          onChange={(operation) => set({ operation })}
        />
        <TypedInput label="Actor’s id" value={filter.actor ?? ''} onChange={(actor) => set({ actor })} />
        <TypedInput label="Target’s id" value={filter.target ?? ''} onChange={(target) => set({ target })} />
        <Select
          aria-label="Outcome"
          placeholder="Any outcome"
          data={[
            { value: 'DONE', label: 'Done' },
            { value: 'DENIED', label: 'Denied' },
          ]}
          value={filter.outcome ?? null}
          onChange={(outcome) => set({ outcome })}
          clearable
          clearButtonProps={{ 'aria-label': 'Any outcome' }}
        />
        <TypedInput
          type="datetime-local"
          label="From"
          lead="From"
          value={filter.from ?? ''}
          onChange={(from) => set({ from })}
        />
        <TypedInput
          type="datetime-local"
          label="Before"
          lead="Before"
          value={filter.to ?? ''}
          onChange={(to) => set({ to })}
        />
      </search>
      {error && <ErrorNotice title="The audit log could not be read" error={error} />}
      {data?.total === 0 && (
        <EmptyState
          title="Nothing matches"
          action={
            <LinkButton to="/settings/audit" variant="default">
              Show the whole log
            </LinkButton>
          }
        >
          Every change through the API leaves a line here, and so does an attempt at what a key may not.
        </EmptyState>
      )}
      {!error && data?.total !== 0 && (
        <Paged
          columns={auditColumnsOf(setOpen)}
          rows={data?.audit_events ?? []}
          total={data?.total ?? 0}
          page={filter.page ?? 1}
          size={PAGE}
          fetching={isPending || isPlaceholderData}
          onPage={(page) => change({ ...filter, page })}
        />
      )}
      <Modal
        opened={open !== null}
        onClose={() => setOpen(null)}
        size="xl"
        title={open ? operationWords(open.operation) : ''}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {open && (
          <Stack gap="sm">
            <AuditDetails event={open} />
            {open.before === null && open.after === null && open.detail === null && (
              <Text fz="md" c="dimmed">
                It tells no values.
              </Text>
            )}
          </Stack>
        )}
      </Modal>
    </>
  );
}
