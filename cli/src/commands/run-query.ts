import type { Run } from '../api.ts';

/** Which runs are meant. */
export interface RunQuery {
  readonly status?: Run['status'];
  readonly schedule?: string;
}

/** The same as a query of the API. */
export function queryOf({ status, schedule }: RunQuery) {
  return { ...(status !== undefined && { status }), ...(schedule !== undefined && { schedule_id: schedule }) };
}
