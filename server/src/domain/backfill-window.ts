import { ExpressionError, parseLocalOrInstant } from '../time/index.ts';
import { BACKFILL_LIMIT, occurrencesWithin, ruleOf } from './backfill.ts';
import type { DefinitionProblem } from './definition.ts';
import type { Timing } from './recurrence.ts';

/** The occurrences that a backfill is asked for: both bounds inclusive. */
export interface BackfillWindow {
  readonly start_at: number;
  readonly end_at: number;
  readonly total: number;
  /** The first of them; null: there is none. */
  readonly first: number | null;
}

/**
 * Checks what a backfill is asked for: past occurrences, and not more than one backfill has. Times without an offset are
 * read in the schedule's zone.
 */
export function checkWindow(
  input: { readonly start_at?: string | undefined; readonly end_at?: string | undefined },
  timing: Timing,
  now: number,
): { readonly problems: readonly DefinitionProblem[]; readonly window: BackfillWindow | null } {
  const problems: DefinitionProblem[] = [];
  const read = (field: 'start_at' | 'end_at') => {
    const text = input[field];
    try {
      return text === undefined ? null : parseLocalOrInstant(text, timing.timezone);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      problems.push({ field, msg: error.message, type: error.type });
      return null;
    }
  };
  const start_at = read('start_at');
  const end_at = read('end_at');
  if (end_at !== null && end_at > now) {
    const msg = `"${input.end_at}" lies in the future; a backfill is of past occurrences, so at most ${rfc3339(now)}`;
    problems.push({ field: 'end_at', msg, type: 'in_the_future' });
  }
  if (start_at !== null && end_at !== null && end_at < start_at) {
    const msg = `end_at (${input.end_at}) is before start_at (${input.start_at}); it must not be earlier`;
    problems.push({ field: 'end_at', msg, type: 'end_before_start' });
  }
  if (start_at === null || end_at === null || problems.length > 0) return { problems, window: null };
  const found = occurrencesWithin(ruleOf(timing), start_at, end_at);
  const total = found?.count ?? 0;
  if (total > BACKFILL_LIMIT) {
    const msg =
      `from ${rfc3339(start_at)} through ${rfc3339(end_at)} lie ${total} occurrences; ` +
      `one backfill has at most ${BACKFILL_LIMIT}: choose an earlier end_at, and go on from there with another`;
    return { problems: [{ field: 'end_at', msg, type: 'too_many_occurrences' }], window: null };
  }
  return { problems, window: { start_at, end_at, total, first: found?.first ?? null } };
}

function rfc3339(instant: number): string {
  return new Date(instant).toISOString();
}
