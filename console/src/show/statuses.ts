import type { ApiKey, AuditEvent, Run, Schedule } from '@hydracore/client';

/** How something stands, in five colours. */
export type Tone = 'good' | 'bad' | 'busy' | 'warn' | 'idle';

const TONES: Readonly<Record<Run['status'] | Schedule['status'] | ApiKey['status'] | AuditEvent['outcome'], Tone>> = {
  ACTIVE: 'good',
  PAUSED: 'warn',
  COMPLETED: 'idle',
  PENDING: 'idle',
  RUNNING: 'busy',
  SUCCEEDED: 'good',
  FAILED: 'bad',
  SKIPPED: 'idle',
  MISSED: 'warn',
  CANCELLED: 'idle',
  // Of keys and of the audit log.
  EXPIRED: 'idle',
  REVOKED: 'idle',
  DONE: 'good',
  DENIED: 'bad',
};

/** What the reasons mean, for people. docs/semantics.md says it exactly. */
const REASONS: Readonly<Record<string, string>> = {
  BY_USER: 'somebody paused it',
  FAILURES: 'too many failures in a row',
  PARKED: 'its receiver answered 410 Gone',
  END_REACHED: 'no occurrence is left',
  FIRED: 'it has fired',
  OVERLAP: 'an earlier run was still open',
  BUFFER_FULL: 'a thousand runs were waiting already',
  CATCHUP_WINDOW: 'too late: past the catch-up window',
  PAUSED: 'the schedule was paused',
  SCHEDULE_PAUSED: 'the schedule was paused before it started',
  SCHEDULE_DELETED: 'the schedule was deleted before it started',
  REPLANNED: 'the schedule changed, and it was planned anew',
  FILTER: 'the record no longer matched the filter',
  RECORD_GONE: 'the record was deleted',
};

/** The colour of a status. One that this console does not know is idle. */
export function toneOf(status: string): Tone {
  return (TONES as Readonly<Record<string, Tone>>)[status] ?? 'idle';
}

/** A status as it is shown: `Succeeded`. */
export function statusName(status: string): string {
  return status.charAt(0) + status.slice(1).toLowerCase().replaceAll('_', ' ');
}

/** A reason in words; one that this console does not know, as it is. */
export function reasonWords(reason: string): string {
  return REASONS[reason] ?? reason.toLowerCase().replaceAll('_', ' ');
}

/** A sentence of the API, with a status and its reason in words: `The schedule is PAUSED (BY_USER).` */
export function withWords(text: string): string {
  return text.replaceAll(
    /\b([A-Z]+) \(([A-Z_]+)\)/g,
    (_, status: string, reason: string) => `${statusName(status).toLowerCase()}: ${reasonWords(reason)}`,
  );
}
