import { AppError } from '../domain/errors.ts';

/** One sentence for each kind of row: the same for what is unknown, deleted, another tenant's and another customer's. */

export function scheduleNotFound(): AppError {
  return new AppError('not_found', 'There is no such schedule.');
}

export function runNotFound(): AppError {
  return new AppError('not_found', 'There is no such run.');
}

export function backfillNotFound(): AppError {
  return new AppError('not_found', 'There is no such backfill.');
}

/** Also one of another definition. */
export function recordNotFound(): AppError {
  return new AppError('not_found', 'There is no such record.');
}
