/* What an error of a statement means for whoever sent it. */

/**
 * Whether the database is away for now, rather than the statement wrong: connection trouble (08), shutting down or
 * starting (57P), short of connections, disk or memory (53), no answer in time; or read-only (25006), as the one is that a
 * failover has left behind: a connection to it is of no use any more.
 */
export function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return (
    /^(?:08...$|53...$|57P|57014|25006|ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN)/.test(
      code,
    ) || /Connection terminated|timeout exceeded when trying to connect|Query read timeout/.test(error.message)
  );
}

/** Whether PostgreSQL can't store a value, whoever tries it again: data that is none (22), a constraint (23), a limit of its own (54). */
export function isUnstorable(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'code' in error && /^(?:22|23|54)...$/.test(String(error.code));
}

/** Whether two transactions waited for each other, and PostgreSQL ended this one. */
export function isDeadlock(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '40P01';
}

/** Whether who is connected lacks the right to it. */
export function isDenied(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '42501';
}

/** Whether a lock was not to be had in the time that the transaction gave it. */
export function isLockTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '55P03';
}

/** Whether a row like it is there already: a unique index refused it. */
export function isDuplicate(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '23505';
}

/** Whether PostgreSQL refused what a transaction wanted, and so nothing of it is there: it may be tried otherwise. */
export function isRefused(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^[0-9A-Z]{5}$/.test(String(error.code)) && !isAway(error);
}
