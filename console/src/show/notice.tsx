import { Alert } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Tone } from './statuses.ts';

interface NoticeProps {
  readonly tone: Tone;
  /** How it stands, in a sentence. */
  readonly title: string;
  /** What is known beside it, and what to do. */
  readonly children?: ReactNode;
}

/** Why something stands as it does, above everything else of a screen. */
export function Notice({ tone, title, children }: NoticeProps) {
  return (
    <Alert
      icon={<IconInfoCircle size={18} aria-hidden />}
      title={title}
      styles={{
        root: { background: `var(--hc-${tone}-soft)`, border: 0 },
        title: { color: `var(--hc-${tone})`, margin: 0 },
        icon: { color: `var(--hc-${tone})` },
        message: { color: 'var(--mantine-color-text)' },
      }}
    >
      {children}
    </Alert>
  );
}
