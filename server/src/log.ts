import pino, { type Logger } from 'pino';
import type { LogLevel } from './config.ts';

/** JSON lines on standard output; errors with their cause, secrets never: callers don't pass any, and known names are dropped. */
export function createLog(level: LogLevel): Logger {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { error: describeError },
    redact: { paths: ['*.authorization', '*.token', '*.password', 'authorization', 'token', 'password'], remove: true },
  });
}

/** An error without its other members: those of a database error hold the whole connection. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const { name, message, stack, cause } = error;
  const code = 'code' in error ? String(error.code) : undefined;
  return { name, message, code, stack, ...(cause === undefined ? {} : { cause: describeError(cause) }) };
}
