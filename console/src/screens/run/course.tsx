import type { Run } from '@hydracore/client';
import { Text } from '@mantine/core';
import { Panel } from '../../show/panel.tsx';
import { latenessWords } from '../../show/run-words.ts';
import { statusName, toneOf } from '../../show/statuses.ts';
import { AttemptPart } from './attempt.tsx';
import { Moment } from './moment.tsx';
import styles from './run.module.css';

/** How it went, from the beginning to the end. */
export function Course({ run }: { readonly run: Run }) {
  const { attempts, status } = run;
  const isOpen = status === 'PENDING' || status === 'RUNNING';
  const [first] = attempts;
  const began = first?.started_at ?? run.started_at;
  return (
    <Panel title="How it went">
      <ol className={styles.course}>
        <Moment at={run.fire_at} tone="idle" title="Due" />
        {run.attempts.length === 0 && run.status !== 'RUNNING' && !isOpen && (
          <Moment at={run.finished_at} tone={toneOf(status)} title={`${statusName(status)}, nothing was sent`} />
        )}
        {attempts.map((attempt, i) => (
          <AttemptPart
            key={attempt.attempt}
            attempt={attempt}
            isOnly={attempts.length === 1}
            note={
              i === 0 ? latenessWords(run.lateness_ms) : pauseWords(attempts[i - 1]?.finished_at, attempt.started_at)
            }
            isOpen={i === attempts.length - 1}
          />
        ))}
        {status === 'RUNNING' && attempts.at(-1)?.outcome !== 'ACCEPTED' && (
          <Moment at={attempts.length === 0 ? began : null} tone="busy" title="An attempt is under way" />
        )}
        {status === 'RUNNING' && attempts.at(-1)?.outcome === 'ACCEPTED' && (
          <Moment at={null} tone="busy" title="The receiver works on it">
            <Text fz="sm" c="dimmed">
              It took the work and has to report how it ended; its heartbeats put that off.
            </Text>
          </Moment>
        )}
        {status === 'PENDING' && (
          <Moment at={null} tone="idle" title={attempts.length === 0 ? 'To be started' : 'To be tried again'} />
        )}
        {!isOpen && attempts.length > 0 && (
          <Moment at={run.finished_at} tone={toneOf(status)} title={statusName(status)} />
        )}
      </ol>
    </Panel>
  );
}

function pauseWords(before: string | undefined, after: string): string {
  if (before === undefined) return '';
  const seconds = Math.round((Date.parse(after) - Date.parse(before)) / 1_000);
  return `${seconds} s after the one before`;
}
