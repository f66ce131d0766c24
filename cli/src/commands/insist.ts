import { setTimeout } from 'node:timers/promises';
import { HydraCoreError } from '../api.ts';

/** Between the tries of the client's own, which come a few at a time. */
const PAUSE_MS = 1_000;

/** Asks until the server answers. `away` is told each time that it does not; what waiting does not mend is thrown. */
export async function insist<T>(
  ask: () => Promise<T>,
  { stop, away }: { readonly stop: AbortSignal; readonly away: (error: HydraCoreError) => void },
): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      stop.throwIfAborted();
      if (!(error instanceof HydraCoreError) || !isPassing(error)) throw error;
      away(error);
    }
    await setTimeout(PAUSE_MS, undefined, { signal: stop });
  }
}

function isPassing({ status }: HydraCoreError): boolean {
  return status === 0 || status === 429 || status >= 500;
}
