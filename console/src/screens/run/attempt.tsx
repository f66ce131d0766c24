import type { Run } from '@hydracore/client';
import { Text } from '@mantine/core';
import { errorSentence } from '../../show/run-words.ts';
import { statusName, toneOf, type Tone } from '../../show/statuses.ts';
import { durationWords } from '../../show/time.ts';
import { Json } from '../../show/code.tsx';
import { Exchange } from './exchange.tsx';
import { statusOf } from './message.ts';
import { Moment } from './moment.tsx';
import styles from './run.module.css';

type Attempt = Run['attempts'][number];

const TONES: Readonly<Record<Attempt['outcome'], Tone>> = {
  SUCCEEDED: 'good',
  FAILED: 'bad',
  INTERRUPTED: 'warn',
  ACCEPTED: 'busy',
  CANCELLED: 'idle',
};

interface AttemptProps {
  readonly attempt: Attempt;
  readonly isOnly: boolean;
  /** When it came, in words. */
  readonly note: string;
  /** Whether what was sent and answered is unfolded. */
  readonly isOpen: boolean;
}

/** One try: how it ended, what was sent and what came back. */
export function AttemptPart({ attempt, isOnly, note, isOpen }: AttemptProps) {
  const { outcome, error, completion, request, response } = attempt;
  const ms = Date.parse(attempt.finished_at) - Date.parse(attempt.started_at);
  const answered = response === null ? null : statusOf(response);
  return (
    <Moment
      at={attempt.started_at}
      tone={TONES[outcome]}
      title={`${isOnly ? 'Attempt' : `Attempt ${attempt.attempt}`}: ${statusName(outcome).toLowerCase()}${answered === null ? '' : ` · ${answered}`}`}
    >
      <Text fz="sm" c="dimmed">
        {[note, `took ${durationWords(ms)}`, `on ${attempt.node}`].filter(Boolean).join(' · ')}
      </Text>
      {error !== null && (
        <Text fz="md" mt={4}>
          <span className={styles.code} title={errorSentence(error.code)}>
            {error.code}
          </span>{' '}
          {error.message}
        </Text>
      )}
      {request !== null && <Exchange title="Request" message={request} isOpen={isOpen} />}
      {response !== null && <Exchange title="Response" message={response} isOpen={isOpen} />}
      {completion !== null && (
        <details className={styles.fold} open={isOpen} data-tone={toneOf(completion.status)}>
          <summary>{`The receiver reported: ${statusName(completion.status).toLowerCase()}`}</summary>
          <Json value={completion.error ?? completion.result ?? null} label="what was reported" />
        </details>
      )}
    </Moment>
  );
}
