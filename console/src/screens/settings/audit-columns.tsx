import type { AuditEvent } from '@hydracore/client';
import { Text, UnstyledButton } from '@mantine/core';
import type { DataTableColumn } from 'mantine-datatable';
import { Instant } from '../../show/instant.tsx';
import { StatusBadge } from '../../show/status-badge.tsx';
import { operationWords } from './audit-filter.ts';
import styles from './settings.module.css';

const WIDE = '(min-width: 75em)';
const MIDDLE = '(min-width: 48em)';

/** The columns of the audit log. */
export function auditColumnsOf(onOpen: (event: AuditEvent) => void): DataTableColumn<AuditEvent>[] {
  return [
    {
      accessor: 'operation',
      title: 'What',
      render: (event) => (
        <div className={styles.keyName}>
          <UnstyledButton fz="md" fw={550} td="underline" onClick={() => onOpen(event)}>
            {operationWords(event.operation)}
          </UnstyledButton>
          <Text fz="sm" c="dimmed">
            <Instant at={event.at} />
          </Text>
        </div>
      ),
    },
    { accessor: 'outcome', title: 'Outcome', width: 104, render: ({ outcome }) => <StatusBadge status={outcome} /> },
    {
      accessor: 'actor',
      title: 'Who',
      visibleMediaQuery: MIDDLE,
      render: ({ actor }) => (
        <>
          <Text fz="md">{actor.name ?? actor.id}</Text>
          <Text fz="sm" c="dimmed">
            {actor.session_id === null ? actor.kind.toLowerCase().replace('_', ' ') : 'through the console'}
          </Text>
        </>
      ),
    },
    {
      accessor: 'target',
      title: 'Target',
      visibleMediaQuery: WIDE,
      render: ({ target }) => (
        <Text fz="sm" c="dimmed">
          {target.type} {target.id !== null && <code>{target.id}</code>}
        </Text>
      ),
    },
  ];
}
