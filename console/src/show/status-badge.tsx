import { Tooltip } from '@mantine/core';
import { reasonWords, statusName, toneOf } from './statuses.ts';
import styles from './status-badge.module.css';

interface StatusBadgeProps {
  readonly status: string;
  /** Why, as the API says it: `OVERLAP`. */
  readonly reason?: string | null;
  /** The reason as a sentence, where the API has one. */
  readonly detail?: string | null;
}

/** The status of a schedule or a run: a word, a dot, and why on a closer look. */
export function StatusBadge({ status, reason = null, detail = null }: StatusBadgeProps) {
  const why = detail ?? (reason === null ? null : reasonWords(reason));
  const badge = (
    <span className={styles.badge} data-tone={toneOf(status)} {...(why !== null && { tabIndex: 0 })}>
      {statusName(status)}
      {why !== null && <span className={styles.hidden}>: {why}</span>}
    </span>
  );
  return why === null ? badge : <Tooltip label={why}>{badge}</Tooltip>;
}
