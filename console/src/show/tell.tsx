import { notifications } from '@mantine/notifications';
import { wordsOf } from '../api/errors.ts';

const CLOSE = { 'aria-label': 'Close' };

/** Says that something is done. */
export function tellDone(message: string): void {
  notifications.show({ message, color: 'hydra', autoClose: 4_000, closeButtonProps: CLOSE });
}

/** Says that something failed, in the API's words; stays until it is read. */
export function tellFailure(title: string, error: unknown): void {
  notifications.show({ title, message: wordsOf(error), color: 'red', autoClose: 12_000, closeButtonProps: CLOSE });
}
