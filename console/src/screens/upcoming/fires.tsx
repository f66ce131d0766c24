import { Text, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown } from '@tabler/icons-react';
import { useId } from 'react';
import { ScheduleLines } from '../../show/schedule-lines.tsx';
import { TYPE_NAMES, whenWords } from '../../show/schedule-words.ts';
import { clockTime, dayName, relativeTime } from '../../show/time.ts';
import type { Fire } from './fire.ts';
import { Then } from './then.tsx';
import styles from './upcoming.module.css';
import { zoneWords } from './zone-words.ts';

interface FiresProps {
  readonly name: string;
  readonly items: readonly Fire[];
  readonly now: number;
  readonly onCustomer: (id: string) => void;
}

/** What fires in an hour, or on a day. */
export function Fires({ name, items, now, onCustomer }: FiresProps) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className={styles.group}>
        {name} <span className={styles.count}>{items.length}</span>
      </h2>
      <ol className={styles.list}>
        {items.map((fire) => (
          <Row key={fire.schedule.id} fire={fire} now={now} onCustomer={onCustomer} />
        ))}
      </ol>
    </section>
  );
}

interface RowProps {
  readonly fire: Fire;
  readonly now: number;
  readonly onCustomer: (id: string) => void;
}

function Row({ fire, now, onCustomer }: RowProps) {
  const { schedule, fire_at } = fire;
  const [isOpen, { toggle }] = useDisclosure();
  const id = useId();
  const at = Date.parse(fire_at);
  const repeats = schedule.schedule_type !== 'ONE_TIME';
  return (
    <li className={styles.row}>
      <div className={styles.at}>
        <time dateTime={fire_at} title={`${dayName(at)}, ${clockTime(at)}`}>
          {clockTime(at)}
        </time>
        <Text fz="sm" c="dimmed">
          {relativeTime(at, now)}
        </Text>
      </div>
      <div className={styles.what}>
        <ScheduleLines schedule={schedule} />
      </div>
      <div className={styles.when}>
        <Text
          fz="sm"
          className={schedule.schedule_type === 'RELATIVE' ? '' : 'hc-code'}
          truncate
          title={whenWords(schedule)}
        >
          {whenWords(schedule)}
        </Text>
        <Text fz="sm" c="dimmed">
          {zoneWords(fire) ?? TYPE_NAMES[schedule.schedule_type]}
        </Text>
        {schedule.flexible_window_minutes > 0 && (
          <Text fz="sm" c="dimmed">
            {`Planned for ${clockTime(Date.parse(fire.scheduled_for))}, spread over ${schedule.flexible_window_minutes} min`}
          </Text>
        )}
      </div>
      <div className={styles.customer}>
        {schedule.customer_id !== null && (
          <UnstyledButton
            fz="sm"
            className={styles.chip ?? ''}
            aria-label={`Only of customer ${schedule.customer_id}`}
            title={`Only of customer ${schedule.customer_id}`}
            onClick={() => onCustomer(schedule.customer_id ?? '')}
          >
            <code>{`${schedule.customer_id.slice(0, 8)}…`}</code>
          </UnstyledButton>
        )}
      </div>
      <div className={styles.more}>
        {repeats && (
          <UnstyledButton
            fz="sm"
            className={styles.then ?? ''}
            aria-expanded={isOpen}
            aria-controls={id}
            aria-label={`After that: ${schedule.name}`}
            onClick={toggle}
          >
            After that <IconChevronDown size={14} aria-hidden />
          </UnstyledButton>
        )}
      </div>
      <div id={id} className={styles.thens} hidden={!isOpen}>
        {isOpen && <Then fire={fire} />}
      </div>
    </li>
  );
}
