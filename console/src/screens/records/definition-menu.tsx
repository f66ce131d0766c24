import type { EntityDefinition } from '@hydracore/client';
import { Button, Menu } from '@mantine/core';
import { IconChevronDown, IconPencil, IconTrash } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useLack } from '../../show/may.ts';
import { DeleteDefinition } from './delete-definition.tsx';

const icon = { size: 16, stroke: 1.7, 'aria-hidden': true } as const;

interface DefinitionMenuProps {
  readonly definition: EntityDefinition;
  /** How many records it has, where that is known. */
  readonly records: number | undefined;
}

/** What can be done with a definition. */
export function DefinitionMenu({ definition, records }: DefinitionMenuProps) {
  const lack = useLack()('entities:write');
  const navigate = useNavigate();
  const [isDeleting, setDeleting] = useState(false);
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown {...icon} />}>
            Definition
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {lack !== null && <Menu.Label>{lack}</Menu.Label>}
          <Menu.Item
            disabled={lack !== null}
            leftSection={<IconPencil {...icon} />}
            onClick={() =>
              void navigate({ to: '/entities/$definitionId/edit', params: { definitionId: definition.id } })
            }
          >
            Edit its fields
          </Menu.Item>
          <Menu.Item
            disabled={lack !== null}
            c="var(--hc-bad)"
            leftSection={<IconTrash {...icon} />}
            onClick={() => setDeleting(true)}
          >
            Delete…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {isDeleting && <DeleteDefinition definition={definition} records={records} onClose={() => setDeleting(false)} />}
    </>
  );
}
