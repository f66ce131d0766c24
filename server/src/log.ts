import pino, { type DestinationStream, type Logger, type LoggerOptions } from 'pino';
import type { LogLevel } from './config-variables.ts';

/** JSON lines on standard output; errors with their cause, secrets never: callers don't pass any, and known names are dropped. */
export function createLog(level: LogLevel, to: DestinationStream = pino.destination(1)): Logger {
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { error: describeError },
    redact: { paths: ['*.authorization', '*.token', '*.password', 'authorization', 'token', 'password'], remove: true },
  };
  return pino(options, to);
}

/** An error without its other members: those of a database error hold the whole connection. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const { name, message, stack, cause } = error;
  const code = 'code' in error ? String(error.code) : undefined;
  return { name, message, code, stack, ...(cause === undefined ? {} : { cause: describeError(cause) }) };
}
