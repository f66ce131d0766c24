import { AppError } from '../domain/errors.ts';
import { isDeadlock } from '../store/db-errors.ts';
import type { Transaction } from '../store/db.ts';
import type { Call } from './route.ts';

/** A step that met another transaction in a circle is taken again, so many times in all. */
const TRIES = 5;

type Transacting = Pick<Call<unknown, unknown, unknown>, 'headers' | 'transact'>;

/**
 * Runs one step of a bulk operation in its transaction, again where it met another in a circle.
 * @param rows what the step writes, for the message
 * @throws AppError `conflict` when it meets others each time
 */
export async function retaken<T>(call: Transacting, rows: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await call.transact(work);
    } catch (error) {
      // Inside the transaction of an Idempotency-Key there is nothing to take again: the whole request is.
      if (!isDeadlock(error)) throw error;
      if (call.headers.has('idempotency-key') || tries === TRIES) {
        throw new AppError('conflict', `Other changes of the same ${rows} were in the way; send the request again.`, {
          cause: error,
        });
      }
    }
  }
}
