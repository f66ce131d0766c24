import { Alert, Group, List, Text } from '@mantine/core';
import { HydraCoreError, ValidationError } from '@hydracore/client';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { wordsOf } from '../api/errors.ts';

interface ErrorNoticeProps {
  readonly title: string;
  readonly error: unknown;
  /** Instead of the error's own words: those that are at no field. */
  readonly words?: readonly string[];
  /** What to do about it: a button. */
  readonly children?: ReactNode;
}

/** A failure in the API's own words, with what support asks for. */
export function ErrorNotice({ title, error, words, children }: ErrorNoticeProps) {
  const said = words ?? (error instanceof ValidationError ? error.problems.map(saidOf) : [wordsOf(error)]);
  // What was wrong with the request is said already, and the log does not tell of it.
  const requestId = error instanceof HydraCoreError && error.status >= 500 ? error.requestId : null;
  return (
    <Alert
      role="alert"
      color="red"
      variant="light"
      title={title}
      icon={<IconAlertTriangle size={18} aria-hidden />}
      styles={{ title: { color: 'var(--hc-bad)' }, message: { color: 'var(--mantine-color-text)' } }}
    >
      {said.length > 1 ? (
        <List size="md">
          {said.map((text) => (
            <List.Item key={text}>{text}</List.Item>
          ))}
        </List>
      ) : (
        <Text fz="md">{said[0]}</Text>
      )}
      {requestId !== null && (
        <Text fz="xs" mt={4} c="var(--hc-idle)">
          Request <code>{requestId}</code>: the server’s log knows more of it by this.
        </Text>
      )}
      {children !== undefined && <Group mt="sm">{children}</Group>}
    </Alert>
  );
}

function saidOf({ loc, msg }: ValidationError['problems'][number]): string {
  const path = loc.slice(1).join('.');
  return path === '' ? msg : `${path}: ${msg}`;
}
