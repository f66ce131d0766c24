/** What bodies are made from: rows that they may name, the present, and a text that nothing else has. */
export interface BodyNeeds {
  /** The id of the row that a name such as `schedule_id` stands for. */
  readonly idOf: (name: string) => string;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly unique: string;
  /** Where webhooks go. */
  readonly hook?: string;
  /** An API key that works. */
  readonly key?: string;
}

type Body = Readonly<Record<string, unknown>>;

const DAY = 86_400_000;
const daily = { schedule_type: 'RATE', schedule_expression: 'rate(1 day)' };
const logging = { action_type: 'LOG_EVENT', action_config: { message: 'hello {{ schedule.name }}' } };

/** The fields of the definitions that records are made for. */
export const RECORD_FIELDS = [
  { name: 'name', type: 'STRING' },
  { name: 'due_on', type: 'DATE' },
  { name: 'count', type: 'NUMBER' },
  { name: 'extra', type: 'JSON' },
];
const data = { name: 'taken', due_on: '2199-06-01', count: 3, extra: { any: ['thing'] } };

/**
 * Bodies that do something, of every operation that takes one; the first is the plainest. They name every kind of row
 * that the operation's body can name.
 */
export const BODIES: Readonly<Record<string, (needs: BodyNeeds) => readonly Body[]>> = {
  previewNewSchedule: schedules,
  createSchedule: schedules,
  createSchedules: (needs) => [{ schedules: schedules(needs) }],
  updateSchedule: ({ idOf, unique }) => [
    { name: `taken ${unique}` },
    { timezone: 'Europe/Berlin', description: null, max_retries: 1, status: 'PAUSED' },
    { overlap_policy: 'ALLOW_ALL', rate_limit_per_minute: 60, status: 'ACTIVE' },
    { relative_entity_definition_id: idOf('definition_id') },
  ],
  triggerSchedule: ({ idOf }) => [{}, { action_config: {} }, { record_id: idOf('record_id') }],
  actOnSchedules: ({ idOf }) =>
    ['PAUSE', 'RESUME', 'TRIGGER', 'DELETE'].map((action) => ({ filter: { ids: [idOf('schedule_id')] }, action })),
  createBackfill: ({ now }) => [
    { start_at: new Date(now - 2 * DAY).toISOString(), end_at: new Date(now - 2 * DAY + 300_000).toISOString() },
  ],
  completeRun: () => [
    { status: 'SUCCEEDED', result: { invoices: 17 } },
    { status: 'FAILED', error: 'no paper' },
  ],
  createEntityDefinition: ({ unique }) => [{ slug: `s-${unique}`, name: 'Things', fields: RECORD_FIELDS }],
  updateEntityDefinition: () => [{ name: 'Taken' }, { fields: [...RECORD_FIELDS, { name: 'more', type: 'BOOLEAN' }] }],
  putEntityRecord: ({ unique }) => [{ external_id: unique, data }, { data: {} }],
  putEntityRecords: ({ unique }) => [{ records: [{ external_id: unique, data }, { data }] }],
  updateEntityRecord: ({ unique }) => [{ data: { name: 'taken' } }, { external_id: unique }],
  createApiKey: ({ idOf, unique }) => [
    { name: unique, scopes: ['schedules:read'] },
    { name: unique, scopes: ['*'], tenant_id: idOf('tenant_id') },
  ],
  rotateApiKey: () => [{}, { overlap_minutes: 5 }],
  openSession: ({ key = '' }) => [{ api_key: key }],
  setSecret: ({ unique }) => [{ value: `s3cr3t ${unique}` }],
  rotateWebhookSecret: () => [{}, { overlap_minutes: 0 }],
  setEgressPolicy: ({ unique }) => [{ allow: [], deny: [`${unique}.example.com`, '203.0.113.0/24'] }],
  setTenantQuotas: () => [{ schedules: 5_000, runs_per_minute: null }],
  createTenant: ({ unique }) => [{ name: unique }],
  renameTenant: ({ unique }) => [{ name: unique }],
};

function schedules({ idOf, unique, hook = 'http://127.0.0.1:9/hook' }: BodyNeeds): readonly Body[] {
  const definition = idOf('definition_id');
  return [
    { name: 'new', ...daily, ...logging },
    {
      name: 'new',
      ...logging,
      schedule_type: 'RELATIVE',
      schedule_expression: '09:00',
      relative_entity_definition_id: definition,
      relative_field_name: 'due_on',
      relative_filter: { count: { $gte: 1 } },
      relative_recurrence: 'YEARLY',
    },
    {
      name: 'new',
      ...daily,
      action_type: 'UPDATE_ENTITY',
      action_config: {
        set: { name: 'taken' },
        record: { entity_definition_id: definition, record_id: idOf('record_id') },
      },
    },
    {
      name: 'new',
      schedule_type: 'CRON',
      schedule_expression: '0 2 29 2 *',
      timezone: 'America/New_York',
      deduplication_key: unique,
      action_type: 'WEBHOOK',
      action_config: { url: hook, headers: { 'x-a': 'b' }, body: { text: '{{ run.id }}' } },
    },
    { name: 'new', schedule_type: 'ONE_TIME', schedule_expression: 'at(2199-12-24T18:00:00)', ...logging },
    { name: 'new', schedule_type: 'RRULE', schedule_expression: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29', ...logging },
  ];
}
