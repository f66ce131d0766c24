/** What of the options tells how a session is. */
interface SessionOptions {
  readonly queryTimeoutMs?: number;
  readonly pooler?: boolean;
}

/** Half a lease: what hangs is given up, and tried again, before the work of this node is taken from it. */
const QUERY_TIMEOUT_MS = 15_000;
/** A transaction whose server went away with its locks. */
export const IDLE_MS = 60_000;

/** The settings that all statements rely on (to compile one takes longer than any of ours should run); where a pooler lies between, each transaction brings them along. */
export const SESSION = { TimeZone: 'UTC', jit: 'off' };

export const BEGIN = 'BEGIN';

/** What begins a transaction of the role that is logged in. */
export function beginning(options: SessionOptions): string {
  if (options.pooler !== true) return BEGIN;
  const settings = Object.entries({
    ...SESSION,
    statement_timeout: String(timeoutOf(options)),
    idle_in_transaction_session_timeout: String(IDLE_MS),
  });
  return [BEGIN, ...settings.map(([key, value]) => `SET LOCAL ${key} = '${value}'`)].join('; ');
}

/** How long a statement may take; 0: for ever. */
export function timeoutOf(options: SessionOptions): number {
  return options.queryTimeoutMs ?? QUERY_TIMEOUT_MS;
}
