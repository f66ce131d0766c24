import { oneOfIn, pageIn, textIn } from '../../show/search-params.ts';

/** Schedules on one page. */
export const PAGE = 50;

/** Until when one looks ahead. */
export const SPANS = ['hour', 'today', 'tomorrow', 'week'] as const;
export type Span = (typeof SPANS)[number];

/** For who chooses. */
export const SPAN_NAMES: Readonly<Record<Span, string>> = {
  hour: 'Within the hour',
  today: 'Until the end of today',
  tomorrow: 'Until the end of tomorrow',
  week: 'Within 7 days',
};

/** What the screen shows: what stands in its address. */
export interface UpcomingFilter {
  readonly text?: string;
  readonly customer?: string;
  readonly until?: Span;
  /** From 1. */
  readonly page?: number;
}

/** Reads an address. What is no filter of ours is passed over. */
export function readUpcomingFilter(search: Record<string, unknown>): UpcomingFilter {
  return {
    ...textIn(search, 'text'),
    ...textIn(search, 'customer'),
    ...oneOfIn(search, 'until', SPANS),
    ...pageIn(search),
  };
}

/** Where a span ends: to the minute, so that a page is not asked for anew each second. Days are the viewer's. */
export function endOf(span: Span, now: number): number {
  const minute = Math.ceil(now / 60_000) * 60_000;
  if (span === 'hour') return minute + 3_600_000;
  const day = new Date(now);
  if (span === 'week') return new Date(minute).setDate(new Date(minute).getDate() + 7);
  // The next midnight but n: days with a change of the clock are no 24 hours long.
  day.setHours(0, 0, 0, 0);
  return day.setDate(day.getDate() + (span === 'today' ? 1 : 2));
}

/** The query of the page that is shown. */
export function queryOf({ text, customer, until, page = 1 }: UpcomingFilter, now: number) {
  return {
    ...(text !== undefined && { name_contains: text }),
    ...(customer !== undefined && { customer_id: customer }),
    ...(until && { before: new Date(endOf(until, now)).toISOString() }),
    limit: PAGE,
    offset: (page - 1) * PAGE,
  };
}
