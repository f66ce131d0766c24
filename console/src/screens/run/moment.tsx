import type { ReactNode } from 'react';
import { Instant } from '../../show/instant.tsx';
import type { Tone } from '../../show/statuses.ts';
import styles from './run.module.css';

interface MomentProps {
  readonly at: string | null;
  readonly tone: Tone;
  readonly title: ReactNode;
  readonly children?: ReactNode;
}

/** A point of the course. */
export function Moment({ at, tone, title, children }: MomentProps) {
  return (
    <li className={styles.moment} data-tone={tone}>
      <div className={styles.head}>
        <span className={styles.title}>{title}</span>
        {at !== null && (
          <span className={styles.at}>
            <Instant at={at} />
          </span>
        )}
      </div>
      {children}
    </li>
  );
}
