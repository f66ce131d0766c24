import { Button, Group, Modal, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { ErrorNotice } from './error-notice.tsx';

interface ConfirmDialogProps {
  readonly opened: boolean;
  readonly title: string;
  /** What will happen, and what can not be taken back. */
  readonly children: ReactNode;
  /** The button: a verb. */
  readonly action: string;
  readonly danger?: boolean;
  /** False while it is not known yet what would happen. */
  readonly ready?: boolean;
  readonly pending: boolean;
  readonly error: unknown;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks before something is done. A failure stays in it, in the API's words. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { opened, title, children, action, danger = false, ready = true, pending, error, onConfirm, onClose } = props;
  return (
    <Modal opened={opened} onClose={onClose} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack gap="md">
        {children}
        {error !== null && error !== undefined && <ErrorNotice title="That did not work" error={error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button {...(danger && { color: 'red.8' })} disabled={!ready} loading={pending} onClick={onConfirm}>
            {action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
