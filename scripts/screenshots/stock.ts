import { Receiver, type Delivery } from '../../server/test/process/receiver.ts';
import type { ServerProcess } from '../../server/test/process/server.ts';
import { eventually } from '../../server/test/process/waiting.ts';

/** What the pictures show: the schedules of a company that bills its customers, with a past, all of it made through the API. */

const DAY_MS = 86_400_000;
const HISTORY = 80;
/** Customers, of whom some schedules are. */
const [ACME, GLOBEX] = ['7d0f0f7c-5f0a-4a83-9d55-1f2f7a3c9e10', '3b9ac1de-20c4-4f6b-8a37-6f0e5d1c2b48'];
/** The one whose receiver is down. */
const LAKE = 'Export to the data lake';

/** What the receiver makes of a delivery: most are well, some only at the second attempt, few not at all. */
function fate({ scheduledFor, attempt, schedule }: Delivery, broken: ReadonlySet<string>) {
  if (broken.has(schedule)) return { status: 503 };
  const dice = (Math.floor(scheduledFor / 60_000) * 2_654_435_761) % 4_294_967_296;
  if (dice % 19 === 0) return { status: 500, afterMs: 60 };
  if (dice % 11 === 0 && attempt === 1) return { status: 503, afterMs: 30 };
  return { status: 200, afterMs: 20 + (dice % 90) };
}

const FIELDS = [
  { name: 'renews_on', type: 'DATE', required: true },
  { name: 'status', type: 'STRING' },
  { name: 'seats', type: 'NUMBER' },
];

const cron = (schedule_expression: string, timezone: string) => ({
  schedule_type: 'CRON',
  schedule_expression,
  timezone,
});

/** The schedules, from the one that lists show first. */
function plans(now: number, start_at: string, definition: string, receiver: string): object[] {
  const retries = { max_retries: 1, retry_backoff_seconds: 1 };
  const call = (path: string, further: object = {}) => ({
    action_type: 'WEBHOOK',
    action_config: { url: receiver + path, ...further },
    ...retries,
  });
  const hook = (path: string) => ({ ...call(path), start_at });
  const contracts = { relative_entity_definition_id: definition, relative_field_name: 'renews_on' };
  const board = { schedule_type: 'RRULE', schedule_expression: 'RRULE:FREQ=MONTHLY;BYDAY=2TU;BYHOUR=8;BYMINUTE=30' };
  const reminder = {
    schedule_type: 'RELATIVE',
    relative_offset_days: -14,
    relative_filter: { status: 'active' },
    schedule_expression: '09:00',
    timezone: 'America/New_York',
  };
  const newYear = `at(${new Date(now).getUTCFullYear() + 1}-01-01T00:00:00)`;
  const setStatus = { action_type: 'UPDATE_ENTITY', action_config: { set: { status: 'lapsed' } } };
  const say = {
    action_type: 'LOG_EVENT',
    action_config: { message: 'alive at {{ run.scheduled_for }}', level: 'DEBUG' },
  };
  return [
    { name: 'Nightly revenue report', ...cron('0 2 * * *', 'America/New_York'), ...hook('/reports/revenue') },
    { name: LAKE, ...cron('0 */4 * * *', 'UTC'), ...hook('/exports/lake'), pause_on_failure_count: 3 },
    {
      name: 'Orders to the warehouse',
      customer_id: ACME,
      schedule_type: 'RATE',
      schedule_expression: '15m',
      ...hook('/orders/sync'),
    },
    {
      name: 'Month-end invoices',
      customer_id: ACME,
      ...cron('0 0 6 LW * *', 'Europe/Berlin'),
      ...hook('/invoices/run'),
    },
    {
      name: 'Opening prices',
      customer_id: GLOBEX,
      ...cron('45 8 * * MON-FRI', 'Europe/London'),
      ...hook('/prices/load'),
    },
    { name: 'Board report', ...board, timezone: 'Asia/Tokyo', ...hook('/reports/board') },
    {
      name: 'Renewal reminder',
      ...reminder,
      ...contracts,
      ...call('/renewals/remind', { body: { account: '{{ record.external_id }}' } }),
    },
    { name: 'Contract lapses', schedule_type: 'RELATIVE', relative_offset_days: 30, ...contracts, ...setStatus },
    {
      name: 'Price change of the new year',
      schedule_type: 'ONE_TIME',
      schedule_expression: newYear,
      timezone: 'Europe/Paris',
      ...call('/prices/change'),
    },
    { name: 'Rotate signing certificates', ...cron('0 4 1 */3 *', 'UTC'), ...hook('/certificates/rotate') },
    { name: 'Heartbeat', schedule_type: 'RATE', schedule_expression: '20s', ...say },
  ];
}

/** Makes everything, and waits until the past is written. The id of the schedule that is looked at closely. */
export async function stock(server: ServerProcess, receiver: Receiver): Promise<{ readonly nightly: string }> {
  const broken = new Set<string>();
  receiver.reply = (delivery) => fate(delivery, broken);
  const now = Date.now();
  const at = (days: number) => new Date(now + days * DAY_MS).toISOString().slice(0, 10);
  const post = async (path: string, body: unknown) => {
    const answer = await server.call('POST', path, body);
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const definition = await post('/v1/entity-definitions', { slug: 'contracts', name: 'Contracts', fields: FIELDS });
  const records = Array.from({ length: 60 }, (_, i) => ({
    external_id: `acct-${1_000 + i}`,
    data: { renews_on: at(i * 3 + 2), status: i % 7 === 0 ? 'cancelled' : 'active', seats: 5 + ((i * 13) % 90) },
  }));
  await post(`/v1/entity-definitions/${definition.id}/records/bulk`, { records });

  const { port } = new URL(receiver.url);
  const bodies = plans(now, at(-120), definition.id, `http://127.0.0.1:${port}`);
  // Lists show the newest first.
  const { results } = await post('/v1/schedules/bulk', { schedules: bodies.toReversed() });
  const ids = new Map<string, string>();
  for (const { error, schedule } of results) {
    if (error) throw new Error(JSON.stringify(error));
    ids.set(schedule.name, schedule.id);
  }
  const id = (name: string) => ids.get(name) ?? '';
  broken.add(id(LAKE));

  const past = async (name: string, days: number, overlap_policy: string) => {
    const body = { start_at: at(-days), end_at: new Date(now).toISOString(), overlap_policy };
    return (await post(`/v1/schedules/${id(name)}/backfill`, body)).id as string;
  };
  const backfills = [
    await past('Nightly revenue report', HISTORY, 'ALLOW_ALL'),
    await past('Orders to the warehouse', 1, 'ALLOW_ALL'),
    await past('Opening prices', 40, 'ALLOW_ALL'),
    await past('Month-end invoices', 100, 'ALLOW_ALL'),
    await past(LAKE, 1, 'ALLOW_ALL'),
  ];
  for (const backfill of backfills) {
    await eventually(
      'the past is written',
      async () => (await server.call('GET', `/v1/backfills/${backfill}`)).body.status !== 'RUNNING',
      90_000,
    );
  }
  await post(`/v1/schedules/${id('Rotate signing certificates')}/pause`, {});
  // The last that happens, for who follows the runs.
  for (const name of ['Month-end invoices', 'Export to the data lake', 'Opening prices']) {
    const { id: run } = await post(`/v1/schedules/${id(name)}/trigger`, {});
    const ended = async () => (await server.call('GET', `/v1/runs/${run}`)).body.finished_at !== null;
    await eventually('a run by hand ends', ended, 30_000);
  }
  return { nightly: id('Nightly revenue report') };
}
