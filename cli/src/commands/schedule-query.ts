import type { Command } from 'commander';
import type { Schedule } from '../api.ts';

/** Which schedules are meant; all given conditions hold. */
export interface ScheduleQuery {
  readonly status?: Schedule['status'];
  readonly type?: Schedule['schedule_type'];
  readonly name?: string;
  readonly customer?: string;
  readonly externalId?: string;
}

/** Adds the options that say which. */
export function scheduleFilter(command: Command): Command {
  return command
    .option('--status <status>', 'ACTIVE, PAUSED or COMPLETED')
    .option('--type <type>', 'CRON, RATE, ONE_TIME, RRULE or RELATIVE')
    .option('--name <part>', 'part of the name')
    .option('--customer <id>', 'of this customer')
    .option('--external-id <id>', 'with this id of yours');
}

/** The same as a query of the API. */
export function scheduleQueryOf({ status, type, name, customer, externalId }: ScheduleQuery) {
  return {
    ...(status !== undefined && { status }),
    ...(type !== undefined && { schedule_type: type }),
    ...(name !== undefined && { name_contains: name }),
    ...(customer !== undefined && { customer_id: customer }),
    ...(externalId !== undefined && { external_id: externalId }),
  };
}
