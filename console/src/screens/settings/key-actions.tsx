import type { ApiKey } from '@hydracore/client';
import { ActionIcon, Menu } from '@mantine/core';
import { IconDots, IconRefresh, IconTrash } from '@tabler/icons-react';

const icon = { size: 16, stroke: 1.7, 'aria-hidden': true } as const;

/** What is to be done with a key. */
export interface KeyAct {
  readonly kind: 'rotate' | 'revoke';
  readonly apiKey: ApiKey;
}

interface KeyActionsProps {
  readonly apiKey: ApiKey;
  readonly onAct: (act: KeyAct) => void;
}

/** What can be done with a key that works: a new one in its place, or no more of it. */
export function KeyActions({ apiKey, onAct }: KeyActionsProps) {
  if (apiKey.status !== 'ACTIVE') return null;
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`What to do with ${apiKey.name}`}>
          <IconDots {...icon} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconRefresh {...icon} />} onClick={() => onAct({ kind: 'rotate', apiKey })}>
          Rotate…
        </Menu.Item>
        <Menu.Item
          c="var(--hc-bad)"
          leftSection={<IconTrash {...icon} />}
          onClick={() => onAct({ kind: 'revoke', apiKey })}
        >
          Revoke…
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
