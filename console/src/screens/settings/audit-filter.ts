import type { AuditEvent } from '@hydracore/client';
import { instantIn, instantOf, oneOfIn, pageIn, textIn } from '../../show/search-params.ts';

/** Events on one page. */
export const PAGE = 50;

/** Which events the log shows: what stands in its address. */
export interface AuditFilter {
  readonly actor?: string;
  readonly operation?: string;
  readonly target?: string;
  readonly outcome?: AuditEvent['outcome'];
  readonly from?: string;
  readonly to?: string;
  readonly page?: number;
}

/** Reads an address. What is no filter of ours is passed over. */
export function readAuditFilter(search: Record<string, unknown>): AuditFilter {
  return {
    ...textIn(search, 'actor'),
    ...textIn(search, 'operation'),
    ...textIn(search, 'target'),
    ...oneOfIn(search, 'outcome', ['DONE', 'DENIED'] as const),
    ...instantIn(search, 'from'),
    ...instantIn(search, 'to'),
    ...pageIn(search),
  };
}

/** The query of the page that is shown. */
export function queryOf({ page = 1, target, from, to, ...rest }: AuditFilter) {
  return {
    ...rest,
    ...(target !== undefined && { target_id: target }),
    ...(from !== undefined && { from: instantOf(from) }),
    ...(to !== undefined && { to: instantOf(to) }),
    limit: PAGE,
    offset: (page - 1) * PAGE,
  };
}

/** `updateSchedule` → `update schedule`. */
export function operationWords(operation: string): string {
  return operation.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
