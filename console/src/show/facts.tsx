import { Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { CopyButton } from './copy-button.tsx';
import styles from './facts.module.css';

/** Names and values, one below the other. */
export function FactList({ children }: { readonly children: ReactNode }) {
  return <dl className={styles.facts}>{children}</dl>;
}

/** One of them. What there is not is not shown. */
export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  if (children === null || children === false || children === undefined || children === '') return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** An id, to be copied. */
export function Id({ id, label = 'Copy the id' }: { readonly id: string; readonly label?: string }) {
  return (
    <Group component="span" gap={4} display="inline-flex" wrap="nowrap">
      <code className={styles.id}>{id}</code>
      <CopyButton text={id} label={label} />
    </Group>
  );
}
