import { Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import styles from './empty-state.module.css';

interface EmptyStateProps {
  readonly title: string;
  /** What this place is for, and what to do so that something is here. */
  readonly children: ReactNode;
  readonly action?: ReactNode;
}

/** Where nothing is yet: says what would be here, and how to get there. */
export function EmptyState({ title, children, action }: EmptyStateProps) {
  return (
    <Stack align="center" gap="xs" px="md" py={56} ta="center">
      <svg viewBox="0 0 96 56" width={96} height={56} aria-hidden="true" className={styles.art}>
        <path d="M4 44h88" strokeDasharray="1 7" />
        <circle cx="20" cy="44" r="4" />
        <circle cx="48" cy="44" r="4" className={styles.next} />
        <circle cx="76" cy="44" r="4" />
        <path d="M48 34V14m0 0-6 7m6-7 6 7" className={styles.next} />
      </svg>
      <Title order={2}>{title}</Title>
      <Text c="dimmed" maw={460} fz="md">
        {children}
      </Text>
      {action !== undefined && <div className={styles.action}>{action}</div>}
    </Stack>
  );
}
