import { Text } from '@mantine/core';
import { Code, Json } from '../../show/code.tsx';
import { messageOf } from './message.ts';
import styles from './run.module.css';

interface ExchangeProps {
  readonly title: string;
  /** As the ledger keeps it: what is secret is masked. */
  readonly message: Readonly<Record<string, unknown>>;
  readonly isOpen: boolean;
}

/** What was sent, or what came back. */
export function Exchange({ title, message, isOpen }: ExchangeProps) {
  const { line, headers, body, mayHaveBody, isTruncated, rest } = messageOf(message);
  const name = title.toLowerCase();
  return (
    <details className={styles.fold} open={isOpen}>
      <summary>
        {title}
        {line !== null && <code className={styles.line}>{line}</code>}
      </summary>
      {headers.length > 0 && (
        <details className={styles.inner}>
          <summary>{`${headers.length} ${headers.length === 1 ? 'header' : 'headers'}`}</summary>
          <dl className={styles.headers}>
            {headers.map(([header, value]) => (
              <div key={header}>
                <dt>{header}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
      {body !== null && <Code text={body} label={`the body of the ${name}`} />}
      {body === null && mayHaveBody && (
        <Text fz="sm" c="dimmed">
          No body.
        </Text>
      )}
      {isTruncated && (
        <Text fz="sm" c="var(--hc-warn)">
          Only the first 16 KiB of the body are kept.
        </Text>
      )}
      {Object.keys(rest).length > 0 && <Json value={rest} label={`what else the ${name} says`} />}
    </details>
  );
}
