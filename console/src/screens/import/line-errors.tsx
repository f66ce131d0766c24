import type { ImportLineError } from '@hydracore/client';
import { Button, Group, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import styles from './import.module.css';

/** So many are shown; the file to be downloaded has them all. */
const MOST = 100;

interface LineErrorsProps {
  readonly errors: readonly ImportLineError[];
  readonly file: string;
  readonly isDone: boolean;
}

/** The lines that are not stored, and why, in the API's words. */
export function LineErrors({ errors, file, isDone }: LineErrorsProps) {
  if (errors.length === 0) return null;
  return (
    <section aria-label="Lines that failed" className={styles.errors}>
      <ul>
        {errors.slice(0, MOST).map(({ line, external_id, problems }) => (
          <li key={`${line} ${external_id}`}>
            <span className={styles.number}>{`line ${line.toLocaleString('en')}`}</span>
            <span>
              {external_id !== null && <code>{external_id} </code>}
              {problems.join('; ')}
            </span>
          </li>
        ))}
      </ul>
      <Group justify="space-between" mt="xs">
        <Text fz="sm" c="dimmed">
          {errors.length > MOST && `and ${(errors.length - MOST).toLocaleString('en')} more`}
        </Text>
        {isDone && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconDownload size={14} aria-hidden />}
            onClick={() => download(errors, `${file}.errors.ndjson`)}
          >
            Download them all
          </Button>
        )}
      </Group>
    </section>
  );
}

function download(errors: readonly ImportLineError[], name: string): void {
  const text = errors.map((error) => `${JSON.stringify(error)}\n`);
  const url = URL.createObjectURL(new Blob(text, { type: 'application/x-ndjson' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
