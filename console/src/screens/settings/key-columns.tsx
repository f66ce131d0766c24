import type { ApiKey } from '@hydracore/client';
import { Text } from '@mantine/core';
import type { DataTableColumn } from 'mantine-datatable';
import { Instant } from '../../show/instant.tsx';
import { StatusBadge } from '../../show/status-badge.tsx';
import { type KeyAct, KeyActions } from './key-actions.tsx';
import styles from './settings.module.css';

const WIDE = '(min-width: 75em)';
const MIDDLE = '(min-width: 48em)';

/** The columns of the keys. */
export function keyColumnsOf(onAct: (act: KeyAct) => void): DataTableColumn<ApiKey>[] {
  return [
    {
      accessor: 'name',
      title: 'Key',
      render: ({ name, scopes, customer_id }) => (
        <div className={styles.keyName}>
          <Text fz="md" fw={550}>
            {name}
          </Text>
          <Text fz="sm" c="dimmed">
            {scopes.includes('*') ? 'every scope' : scopes.join(', ')}
            {customer_id !== null && ` · customer ${customer_id.slice(0, 8)}… only`}
          </Text>
        </div>
      ),
    },
    { accessor: 'status', title: 'Status', width: 104, render: ({ status }) => <StatusBadge status={status} /> },
    {
      accessor: 'expires_at',
      title: 'Expires',
      width: 130,
      visibleMediaQuery: MIDDLE,
      render: ({ expires_at, revoked_at }) =>
        revoked_at === null && expires_at === null ? (
          <Text span fz="md" c="dimmed">
            never
          </Text>
        ) : (
          <Instant at={revoked_at ?? expires_at} as="relative" />
        ),
    },
    {
      accessor: 'last_used_at',
      title: 'Last used',
      width: 130,
      visibleMediaQuery: MIDDLE,
      render: ({ last_used_at }) =>
        last_used_at === null ? (
          <Text span fz="md" c="dimmed">
            not yet
          </Text>
        ) : (
          <Instant at={last_used_at} as="relative" />
        ),
    },
    {
      accessor: 'created_at',
      title: 'Created',
      width: 130,
      visibleMediaQuery: WIDE,
      render: ({ created_at }) => <Instant at={created_at} as="relative" />,
    },
    {
      accessor: 'actions',
      title: '',
      width: 56,
      textAlign: 'right',
      render: (key) => <KeyActions apiKey={key} onAct={onAct} />,
    },
  ];
}
