import type { BulkAction, Schedule } from '@hydracore/client';

/** Schedules on one page of the list. */
export const PAGE = 50;

const STATUSES: readonly Schedule['status'][] = ['ACTIVE', 'PAUSED', 'COMPLETED'];
const TYPES: readonly Schedule['schedule_type'][] = ['CRON', 'RATE', 'ONE_TIME', 'RRULE', 'RELATIVE'];

/** Which schedules the list shows: what stands in its address. */
export interface ScheduleFilter {
  readonly text?: string;
  readonly status?: Schedule['status'];
  readonly type?: Schedule['schedule_type'];
  readonly customer?: string;
  /** From 1. */
  readonly page?: number;
}

/** Reads an address. What is no filter of ours is passed over. */
export function readScheduleFilter(search: Record<string, unknown>): ScheduleFilter {
  const text = asText(search['text']);
  const customer = asText(search['customer']);
  const status = STATUSES.find((value) => value === search['status']);
  const type = TYPES.find((value) => value === search['type']);
  const page = Number(search['page']);
  return {
    ...(text !== '' && { text }),
    ...(status && { status }),
    ...(type && { type }),
    ...(customer !== '' && { customer }),
    ...(Number.isInteger(page) && page > 1 && page < 1e7 && { page }),
  };
}

/** The conditions, as the list and the bulk actions take them. */
export function conditionsOf({ text, status, type, customer }: ScheduleFilter) {
  return {
    ...(text !== undefined && { name_contains: text }),
    ...(status && { status }),
    ...(type && { schedule_type: type }),
    ...(customer !== undefined && { customer_id: customer }),
  };
}

/** The query of the page that is shown. */
export function queryOf(filter: ScheduleFilter) {
  return { ...conditionsOf(filter), limit: PAGE, offset: ((filter.page ?? 1) - 1) * PAGE };
}

/** All that match, for a bulk action. */
export function allMatching(filter: ScheduleFilter): BulkAction['filter'] {
  const conditions = conditionsOf(filter);
  return Object.keys(conditions).length === 0 ? { all: true } : conditions;
}

/** The router reads `?text=42` as a number. */
function asText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim().slice(0, 200) : '';
}
