import type { ActionTarget } from './action.ts';

/**
 * The body where the config gives none, in the shape that Standard Webhooks recommends; the same for every attempt but for `attempt`.
 * Written piece by piece: ids, instants and the words of our own need no look for what to escape.
 */
export function envelope({ schedule, run, record }: ActionTarget<unknown>): string {
  const { name, external_id, customer_id } = schedule;
  return (
    `{"type":"schedule.fired","timestamp":"${run.fire_at}","data":{"run_id":"${run.id}","schedule_id":"${schedule.id}",` +
    `"schedule_name":${JSON.stringify(name)},"external_id":${orNull(external_id)},"customer_id":${orNull(customer_id)},` +
    `"trigger":"${run.trigger}","scheduled_for":"${run.scheduled_for}","attempt":${run.attempt},` +
    `"record":${record === null ? 'null' : JSON.stringify(record)}}}`
  );
}

function orNull(text: string | null): string {
  return text === null ? 'null' : JSON.stringify(text);
}
