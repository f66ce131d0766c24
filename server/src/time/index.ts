/** The public face of time/: everything else in this folder is private to it. Pure: nothing here reads a clock. */
export { editDistance } from './edit-distance.ts';
export { ExpressionError } from './errors.ts';
export { compile, type CompileInput } from './expression.ts';
export { instantText } from './instant-text.ts';
export { jitterOffset } from './jitter.ts';
export { isLocalTime, localTime, parseLocalOrInstant } from './local-time.ts';
export type { Instant, Recurrence, ScheduleKind } from './recurrence.ts';
export { parseTimeOfDay, RelativeTiming, type Probe, type Range } from './relative.ts';
export { resolveTimezone, tzdbVersion } from './zone-name.ts';
