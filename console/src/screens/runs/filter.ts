import { RUN_STATUSES, type Run } from '@hydracore/client';
import { instantIn, instantOf, oneOfIn, pageIn, textIn } from '../../show/search-params.ts';

/** Runs on one page. */
export const PAGE = 50;

export const TRIGGERS: readonly Run['trigger'][] = ['SCHEDULE', 'MANUAL', 'BACKFILL'];

/** Which runs the list shows: what stands in its address. */
export interface RunFilter {
  readonly status?: Run['status'];
  readonly trigger?: Run['trigger'];
  readonly schedule?: string;
  readonly customer?: string;
  readonly record?: string;
  readonly backfill?: string;
  /** Local, as the field has it. */
  readonly from?: string;
  readonly to?: string;
  /** From 1. */
  readonly page?: number;
}

/** Reads an address. What is no filter of ours is passed over. */
export function readRunFilter(search: Record<string, unknown>): RunFilter {
  return {
    ...oneOfIn(search, 'status', RUN_STATUSES),
    ...oneOfIn(search, 'trigger', TRIGGERS),
    ...textIn(search, 'schedule'),
    ...textIn(search, 'customer'),
    ...textIn(search, 'record'),
    ...textIn(search, 'backfill'),
    ...instantIn(search, 'from'),
    ...instantIn(search, 'to'),
    ...pageIn(search),
  };
}

/** Whether anything narrows the list. */
export function isNarrow(filter: RunFilter): boolean {
  return Object.keys(filter).some((name) => name !== 'page');
}

/** The query of the page that is shown. */
export function queryOf({ page = 1, schedule, customer, record, backfill, from, to, ...rest }: RunFilter) {
  return {
    ...rest,
    ...(schedule !== undefined && { schedule_id: schedule }),
    ...(customer !== undefined && { customer_id: customer }),
    ...(record !== undefined && { record_id: record }),
    ...(backfill !== undefined && { backfill_id: backfill }),
    ...(from !== undefined && { from: instantOf(from) }),
    ...(to !== undefined && { to: instantOf(to) }),
    limit: PAGE,
    offset: (page - 1) * PAGE,
  };
}
