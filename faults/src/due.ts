/**
 * What is due, computed a second time: from the rules in docs/semantics.md by plain arithmetic, for the few simple
 * expressions that the rig uses. It shares no code with the server, on purpose.
 */

export interface Rule {
  readonly type: string;
  readonly expression: string;
  readonly startAt: number | null;
  readonly endAt: number | null;
  readonly createdAt: number;
}

const SECOND = 1_000;
const MINUTE = 60_000;

/** A comb of instants. */
interface Comb {
  first(after: number): number | null;
}

/** The instants of a rule in (after, until], in order. */
export function dueInstants(rule: Rule, after: number, until: number): number[] {
  const comb = combOf(rule);
  const last = Math.min(until, rule.endAt ?? Number.POSITIVE_INFINITY);
  const found: number[] = [];
  let next = comb.first(Math.max(after, rule.startAt === null ? after : rule.startAt - 1));
  while (next !== null && next <= last) {
    found.push(next);
    next = comb.first(next);
  }
  return found;
}

/** Whether this is an instant of the rule. */
export function isDue(rule: Rule, instant: number): boolean {
  return dueInstants(rule, instant - 1, instant).length === 1;
}

/** The first instant of a rule after another, or null. */
export function nextDue(rule: Rule, after: number): number | null {
  const next = combOf(rule).first(Math.max(after, rule.startAt === null ? after : rule.startAt - 1));
  return next === null || (rule.endAt !== null && next > rule.endAt) ? null : next;
}

function combOf(rule: Rule): Comb {
  const seconds = (pattern: RegExp) => {
    const found = pattern.exec(rule.expression)?.[1];
    if (found === undefined) throw new Error(`the checker can't read ${rule.type} ${rule.expression}`);
    return Number(found);
  };
  switch (rule.type) {
    case 'RATE': {
      // Anchored to the millisecond; start_at fires itself, a creation does not.
      const anchor = rule.startAt ?? rule.createdAt;
      return every(anchor, seconds(/^rate\((\d+) seconds?\)$/) * SECOND, rule.startAt === null ? 1 : 0);
    }
    case 'RRULE': {
      // DTSTART has whole seconds: start_at's, from which it fires, or the creation's, after which it does.
      const step = seconds(/^FREQ=SECONDLY;INTERVAL=(\d+)$/) * SECOND;
      return rule.startAt === null
        ? every(Math.floor(rule.createdAt / SECOND) * SECOND, step, 1)
        : every(Math.ceil(rule.startAt / SECOND) * SECOND, step, 0);
    }
    case 'CRON': {
      const step = seconds(/^\*\/(\d+) \* \* \* \* \*$/);
      return { first: (after) => nextOfMinute(after, step) };
    }
    case 'ONE_TIME': {
      const at = Date.parse(/^at\((.+)\)$/.exec(rule.expression)?.[1] ?? '');
      if (Number.isNaN(at)) throw new Error(`the checker can't read ONE_TIME ${rule.expression}`);
      return { first: (after) => (after < at ? at : null) };
    }
    default:
      throw new Error(`the checker does not know ${rule.type}`);
  }
}

function every(anchor: number, step: number, least: number): Comb {
  return { first: (after) => anchor + Math.max(least, Math.floor((after - anchor) / step) + 1) * step };
}

/** `*\/7` begins anew with each minute: 0, 7, … 56, 0. */
function nextOfMinute(after: number, step: number): number {
  const minute = Math.floor(after / MINUTE) * MINUTE;
  const second = Math.floor((after - minute) / SECOND) + 1;
  const next = Math.ceil(second / step) * step;
  return next < 60 ? minute + next * SECOND : minute + MINUTE;
}
