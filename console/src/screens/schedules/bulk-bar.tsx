import type { BulkAction, Schedule } from '@hydracore/client';
import { Group, UnstyledButton } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { Act } from '../../show/act.tsx';
import { BulkDialog } from './bulk-dialog.tsx';
import { allMatching, type ScheduleFilter } from './filter.ts';
import styles from './schedules.module.css';

const ACTIONS = [
  ['PAUSE', 'Pause', IconPlayerPause],
  ['RESUME', 'Resume', IconPlayerPlay],
  ['DELETE', 'Delete', IconTrash],
] as const;

interface BulkBarProps {
  readonly selected: readonly Schedule[];
  readonly total: number;
  readonly filter: ScheduleFilter;
  readonly onDone: () => void;
}

/** What can be done with those that are selected, or with all that match, on every page. */
export function BulkBar({ selected, total, filter, onDone }: BulkBarProps) {
  const [isAll, setAll] = useState(false);
  const [action, setAction] = useState<Exclude<BulkAction['action'], 'TRIGGER'>>('PAUSE');
  const [isOpen, setOpen] = useState(false);
  const all = isAll && selected.length > 0;
  if (selected.length === 0) return null;
  const which: BulkAction['filter'] = all ? allMatching(filter) : { ids: selected.map(({ id }) => id) };
  const done = () => {
    setAll(false);
    setOpen(false);
    onDone();
  };
  return (
    <section className={styles.bar} aria-label="Selected schedules">
      <span>
        <strong>{(all ? total : selected.length).toLocaleString('en')}</strong> selected
      </span>
      {total > selected.length && (
        <UnstyledButton fz="md" td="underline" onClick={() => setAll(!all)}>
          {all ? 'Only those of this page' : `Select all ${total.toLocaleString('en')} that match`}
        </UnstyledButton>
      )}
      <Group gap={6} ml="auto">
        {ACTIONS.map(([value, label, Icon]) => (
          <Act
            key={value}
            scope="schedules:write"
            size="xs"
            variant="default"
            {...(value === 'DELETE' && { c: 'var(--hc-bad)' })}
            leftSection={<Icon size={15} stroke={1.7} aria-hidden />}
            onClick={() => {
              setAction(value);
              setOpen(true);
            }}
          >
            {label}
          </Act>
        ))}
      </Group>
      {isOpen && <BulkDialog request={{ filter: which, action }} onDone={done} onClose={() => setOpen(false)} />}
    </section>
  );
}
