import { Group, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';

interface PageHeaderProps {
  readonly title: string;
  /** Beside the title: a status. */
  readonly aside?: ReactNode;
  /** Above the title: the way back. */
  readonly above?: ReactNode;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}

/** The head of a screen: its one h1, a sentence, and what one can do here. */
export function PageHeader({ title, aside, above, children, actions }: PageHeaderProps) {
  useDocumentTitle(`${title} · HydraCore`);
  return (
    <header>
      {above}
      <Group justify="space-between" align="flex-start" gap="sm" mb="lg">
        <div style={{ minWidth: 0, flex: '1 1 280px' }}>
          <Group gap="sm" align="center">
            <Title order={1} style={{ overflowWrap: 'anywhere' }}>
              {title}
            </Title>
            {aside}
          </Group>
          {children !== undefined && (
            <Text c="dimmed" fz="md" mt={4} maw={720}>
              {children}
            </Text>
          )}
        </div>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
    </header>
  );
}
