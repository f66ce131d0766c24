import type { Backfill, Run } from '../api.ts';
import { count, instant } from './format.ts';
import type { Column, Output } from './output.ts';
import { styleOf } from './schedules.ts';

/** How many runs stand how. */
export type Fates = readonly (readonly [status: Run['status'], runs: number])[];

/** How far it has come: `4 of 7 planned, 1 skipped`. */
export function progressOf(backfill: Backfill): string {
  const { total, planned, skipped } = backfill;
  const more = [
    [skipped, 'skipped'],
    [givenUpOf(backfill), 'given up'],
  ] as const;
  const parts = more.filter(([number]) => number > 0).map(([number, what]) => `, ${count(number)} ${what}`);
  return `${count(planned)} of ${count(total)} planned${parts.join('')}`;
}

/** How many occurrences a cancelled one has not planned; they are one row of the ledger. */
export function givenUpOf({ status, total, planned, skipped }: Backfill): number {
  return status === 'CANCELLED' ? total - planned - skipped : 0;
}

/** Its status, and why it is so. */
export function statusOf({ status, status_reason }: Backfill): string {
  return status_reason === null ? status : `${status} (${status_reason})`;
}

/** `5 SUCCEEDED, 1 FAILED` */
export function fatesOf(fates: Fates): string | null {
  return fates.length === 0 ? null : fates.map(([status, runs]) => `${count(runs)} ${status}`).join(', ');
}

export const BACKFILL_COLUMNS: Column<Backfill>[] = [
  { head: 'ID', text: ({ id }) => id },
  { head: 'Status', text: statusOf, style: ({ status }) => styleOf(status) },
  { head: 'Progress', text: progressOf },
  { head: 'From', text: ({ start_at }) => instant(start_at), spare: 3 },
  { head: 'Through', text: ({ end_at }) => instant(end_at), spare: 2 },
  { head: 'Made', text: ({ created_at }) => instant(created_at), spare: 1 },
];

/** One backfill, with what became of its runs. */
export function showBackfill(output: Output, backfill: Backfill, name: string, fates: Fates): void {
  output.details([
    ['ID', backfill.id],
    ['Schedule', name === backfill.schedule_id ? name : `${backfill.schedule_id} (${name})`],
    ['Status', statusOf(backfill)],
    ['From', instant(backfill.start_at)],
    ['Through', instant(backfill.end_at)],
    ['Overlap', backfill.overlap_policy],
    ['Progress', progressOf(backfill)],
    ['Next', backfill.next_scheduled_for === null ? null : instant(backfill.next_scheduled_for)],
    ['Runs', fatesOf(fates)],
    ['Made', instant(backfill.created_at)],
    ['Finished', backfill.finished_at === null ? null : instant(backfill.finished_at)],
  ]);
}
