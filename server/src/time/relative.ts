import { DAY_SECONDS, civilDate, dayNumber, monthLength } from './calendar.ts';
import { ExpressionError } from './errors.ts';
import { repeatNotes } from './explain.ts';
import type { Instant } from './recurrence.ts';
import { shortMonthNotes } from './relative-notes.ts';
import { type Zone, zoneOf } from './zone.ts';

const DAY = DAY_SECONDS * 1000;
/** No wall clock is more than 100,000 s from UTC. */
const FARTHEST = 100_000_000;
const LAST_YEAR = 2399;

/** How an occurrence follows from a date of a record. */
export interface RelativeRule {
  /** A DATE is a day on any clock, given as its midnight in UTC; a DATETIME is an instant. */
  readonly field: 'DATE' | 'DATETIME';
  readonly timezone: string;
  readonly offsetDays: number;
  /** Second of the day at which it fires; null: a DATE at midnight, a DATETIME at its own local time. */
  readonly clock: number | null;
  readonly recurrence: 'NONE' | 'MONTHLY' | 'YEARLY';
}

/** A half-open range [from, to) of instants. */
export interface Range {
  readonly from: Instant;
  readonly to: Instant;
}

/**
 * Where dates lie that come round within some time: on one of these days of the year (see `dayKey`, in UTC), from..to
 * milliseconds of that day.
 */
export interface Probe extends Range {
  readonly days: readonly number[];
}

/** `09:00` or `09:00:30` as a second of the day. @throws ExpressionError */
export function parseTimeOfDay(text: string): number {
  const match = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text.trim());
  const [hour, minute, second] = [Number(match?.[1]), Number(match?.[2]), Number(match?.[3] ?? 0)];
  if (match === null || hour > 23 || minute > 59 || second > 59) {
    const shown = text.length > 64 ? `${text.slice(0, 64)}…` : text;
    throw new ExpressionError(
      'time_of_day',
      `"${shown}" is not a time of day: a RELATIVE schedule takes one such as 09:00 or 09:00:30 (24 hours), or none`,
    );
  }
  return hour * 3600 + minute * 60 + second;
}

/** A day of the year as one number, the same in every year: what dates are found by that come round. */
export function dayKey(month: number, day: number): number {
  return day * 16 + month;
}

/**
 * The occurrences of one rule over dates (docs/relative.md). A date becomes a local time: its calendar day in the zone,
 * moved by whole days, at the rule's clock; that local time is an instant as everywhere (jumped over: the instant of the
 * jump; repeated: the first pass). So instants never decrease with local time, and a stretch of instants is a stretch of
 * local times, which is a few ranges of dates: due dates are found by range. A DATETIME that is not moved begins with its
 * own instant, whichever pass that is in. Pure.
 */
export class RelativeTiming {
  readonly #rule: RelativeRule;
  readonly #zone: Zone;
  /** A DATETIME that is not moved is first due at its own instant, also in the second pass of a repeated hour. */
  readonly #itself: boolean;
  /** Whether every date of a local day is due at one instant. */
  readonly #byDay: boolean;
  readonly #clock: number;
  readonly #offset: number;
  #offsets: readonly number[] | undefined;

  constructor(rule: RelativeRule) {
    this.#rule = rule;
    this.#zone = zoneOf(rule.timezone);
    this.#byDay = rule.field === 'DATE' || rule.clock !== null;
    this.#itself = !this.#byDay && rule.offsetDays === 0;
    this.#clock = (rule.clock ?? 0) * 1000;
    this.#offset = rule.offsetDays * DAY;
  }

  /** The first occurrence of the date `at` strictly after `after`, or null: none is left. */
  next(at: Instant, after: Instant): Instant | null {
    if (this.#itself && (at > after || this.#rule.recurrence === 'NONE')) return at > after ? at : null;
    const base = this.#wallOf(at);
    if (this.#rule.recurrence === 'NONE') {
      const due = this.#dueAt(base);
      return due > after ? due : null;
    }
    const from = this.#firstWall(after);
    const { year, month, day } = civilDate(Math.floor(base / DAY));
    const { year: nowYear, month: nowMonth } = civilDate(Math.floor(from / DAY));
    const step = this.#rule.recurrence === 'YEARLY' ? 12 : 1;
    const passed = (nowYear - year) * 12 + nowMonth - month;
    // One turn back is enough: a clamped day is never more than a turn away from its own.
    for (let turn = Math.max(0, Math.floor(passed / step) - 1); ; turn += 1) {
      const months = month - 1 + turn * step;
      const [y, m] = [year + Math.floor(months / 12), (months % 12) + 1];
      if (y > LAST_YEAR) return null;
      const wall = dayNumber(y, m, Math.min(day, monthLength(y, m))) * DAY + (base - Math.floor(base / DAY) * DAY);
      const due = this.#dueAt(wall);
      if (due > after) return due;
    }
  }

  /** The occurrences of the date in (after, until], counted no further than `most`. */
  between(at: Instant, after: Instant, until: Instant, most: number): Instant[] {
    const found: Instant[] = [];
    for (let due = this.next(at, after); due !== null && due <= until && found.length < most;) {
      found.push(due);
      due = this.next(at, due);
    }
    return found;
  }

  /** What a clock or a calendar did to the date's occurrence: jumped over, shown twice, or no such day in its month. */
  notes(at: Instant, due: Instant): string[] {
    const zone = this.#zone;
    const i = zone.indexAt(Math.floor(due / 1000));
    const wall = due + zone.offset(i) * 1000;
    const { recurrence } = this.#rule;
    const dayOf = (local: number) => civilDate(Math.floor(local / DAY));
    const notes =
      recurrence === 'NONE' ? [] : shortMonthNotes(dayOf(this.#wallOf(at)), dayOf(wall - this.#offset), recurrence);
    if (due === zone.start(i) * 1000 && zone.start(i) + zone.offset(i) > zone.high(i)) {
      const wanted = this.#byDay ? this.#clock : ((this.#wallOf(at) % DAY) + DAY) % DAY;
      if (wanted !== ((wall % DAY) + DAY) % DAY) {
        notes.push('The clock jumps over this local time: it fires at the instant of the jump.');
      }
    }
    const itself = this.#itself && due === at;
    return [...notes, ...repeatNotes(zone, due, itself ? 'This is the first pass.' : undefined)];
  }

  /** The dates whose first occurrence is in (after, until], in ascending order; `until` may be Infinity. Without a recurrence: all that are due. */
  ranges(after: Instant, until: Instant): Range[] {
    if (this.#itself) return [{ from: after + 1, to: until + 1 }];
    return this.#datesAt(this.#firstWall(after), until === Infinity ? Infinity : this.#firstWall(until));
  }

  /**
   * Where the dates lie that have an occurrence in (after, until], for rules that come round: all of them, and perhaps
   * some that have none (`between` tells). The stretch is to be a few days at most.
   */
  probes(after: Instant, until: Instant): Probe[] {
    const end = this.#firstWall(until);
    const probes: Probe[] = [];
    for (let wall = this.#firstWall(after); wall < end;) {
      const day = Math.floor(wall / DAY);
      const to = Math.min(end, (day + 1) * DAY);
      const keys = this.#keysOf(day);
      for (const offset of this.#rule.field === 'DATE' ? [0] : this.#everyOffset()) {
        const [lower, upper] = this.#byDay ? [0, DAY] : [wall - day * DAY, to - day * DAY];
        probes.push(...shifted(keys, lower - offset, upper - offset));
      }
      wall = to;
    }
    // The clock has shown their local time before: what is first due in a second pass lies there itself.
    if (this.#itself) probes.push(...this.#secondPasses(after + 1, until + 1).flatMap(byUtcDay));
    return probes;
  }

  /** What of [from, to) the clock shows for a second time. */
  #secondPasses(from: Instant, to: Instant): Range[] {
    const zone = this.#zone;
    const passes: Range[] = [];
    for (let i = zone.indexAt(Math.floor(from / 1000)); zone.start(i) * 1000 < to; i += 1) {
      const begin = Math.max(from, zone.start(i) * 1000);
      const end = Math.min(to, zone.end(i) * 1000, (zone.high(i) - zone.offset(i)) * 1000);
      if (begin < end) passes.push({ from: begin, to: end });
      if (zone.end(i) === Infinity) break;
    }
    return passes;
  }

  /** The first instant after which the dates `at` can't be due before: where a search for the next one may begin. */
  #firstWall(after: Instant): number {
    const i = this.#zone.indexAt(Math.floor(after / 1000));
    // Everything that the clock has shown by `after` is due by then; the next local time is the first that is not.
    const first = Math.max(after + this.#zone.offset(i) * 1000, this.#zone.high(i) * 1000 - 1) + 1;
    if (!this.#byDay) return first - this.#offset;
    return Math.ceil((first - this.#clock) / DAY) * DAY - this.#offset;
  }

  #wallOf(at: Instant): number {
    if (this.#rule.field === 'DATE') return at;
    return at + this.#zone.offset(this.#zone.indexAt(Math.floor(at / 1000))) * 1000;
  }

  /** The instant that a local time of a date stands for, moved by the rule. */
  #dueAt(wall: number): Instant {
    const moved = (this.#byDay ? Math.floor(wall / DAY) * DAY + this.#clock : wall) + this.#offset;
    const zone = this.#zone;
    let i = zone.indexAt(Math.floor((moved - FARTHEST) / 1000));
    while (moved >= (zone.end(i) + zone.offset(i)) * 1000) i += 1;
    return Math.max(moved - zone.offset(i) * 1000, zone.start(i) * 1000);
  }

  /** The dates whose local time is in [from, to). */
  #datesAt(from: number, to: number): Range[] {
    if (from >= to) return [];
    if (this.#rule.field === 'DATE') return [{ from, to }];
    const zone = this.#zone;
    const ranges: Range[] = [];
    for (let i = zone.indexAt(Math.floor((from - FARTHEST) / 1000)); ; i += 1) {
      const [start, end, offset] = [zone.start(i) * 1000, zone.end(i) * 1000, zone.offset(i) * 1000];
      const lower = Math.max(start, from - offset);
      // Far behind `from` every segment lies inside: the rest is one range.
      const open = to === Infinity && start > from + FARTHEST;
      const upper = open ? Infinity : Math.min(end, to - offset);
      if (lower < upper) {
        const last = ranges.at(-1);
        if (last?.to === lower) ranges[ranges.length - 1] = { from: last.from, to: upper };
        else ranges.push({ from: lower, to: upper });
      }
      if (open || end === Infinity || end > to + FARTHEST) return ranges;
    }
  }

  /** The days of a year that fall on this day: itself, and in a short month those that it stands for. */
  #keysOf(dayIndex: number): [number, number][] {
    const { year, month, day } = civilDate(dayIndex);
    const last = day === monthLength(year, month);
    const yearly = this.#rule.recurrence === 'YEARLY';
    const days = [day];
    if (last && !yearly) for (let d = day + 1; d <= 31; d += 1) days.push(d);
    if (yearly)
      return month === 2 && day === 28 && last
        ? [
            [2, 28],
            [2, 29],
          ]
        : [[month, day]];
    return days.flatMap((d) => Array.from({ length: 12 }, (_, m): [number, number] => [m + 1, d]));
  }

  /** Every offset that the zone has from 1970 to 2200. */
  #everyOffset(): readonly number[] {
    if (!this.#offsets) {
      const found = new Set<number>();
      for (let i = 0; ; i += 1) {
        found.add(this.#zone.offset(i) * 1000);
        if (this.#zone.end(i) > 7_258_118_400) break;
      }
      this.#offsets = [...found];
    }
    return this.#offsets;
  }
}

/** A stretch of instants, by the days in UTC. */
function byUtcDay({ from, to }: Range): Probe[] {
  const probes: Probe[] = [];
  for (let begin = from; begin < to;) {
    const day = Math.floor(begin / DAY);
    const end = Math.min(to, (day + 1) * DAY);
    const { month, day: ofMonth } = civilDate(day);
    probes.push({ days: [dayKey(month, ofMonth)], from: begin - day * DAY, to: end - day * DAY });
    begin = end;
  }
  return probes;
}

/** The days and their times of day, where the times may lie on the day before or after. */
function shifted(days: readonly (readonly [number, number])[], from: number, to: number): Probe[] {
  const probes: Probe[] = [];
  const add = (which: readonly (readonly [number, number])[], lower: number, upper: number) => {
    if (lower < upper) probes.push({ days: [...new Set(which.map(([m, d]) => dayKey(m, d)))], from: lower, to: upper });
  };
  add(
    days.flatMap(([m, d]) => dayBefore(m, d)),
    Math.max(from, -DAY) + DAY,
    Math.min(to, 0) + DAY,
  );
  add(days, Math.max(from, 0), Math.min(to, DAY));
  add(
    days.flatMap(([m, d]) => dayAfter(m, d)),
    Math.max(from, DAY) - DAY,
    Math.min(to, 2 * DAY) - DAY,
  );
  return probes;
}

const LEAP_YEAR = 2000;

/** The day before this day of the year: two, where that depends on the year. */
function dayBefore(month: number, day: number): [number, number][] {
  if (day > 1) return [[month, day - 1]];
  const before = month === 1 ? 12 : month - 1;
  return before === 2
    ? [
        [2, 28],
        [2, 29],
      ]
    : [[before, monthLength(LEAP_YEAR, before)]];
}

function dayAfter(month: number, day: number): [number, number][] {
  const next: [number, number] = [month === 12 ? 1 : month + 1, 1];
  if (month === 2 && day === 28) return [[2, 29], next];
  return day < monthLength(LEAP_YEAR, month) ? [[month, day + 1]] : [next];
}
