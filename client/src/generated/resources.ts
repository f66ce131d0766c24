// Generated from server/openapi.json by client/scripts/generate.ts: "npm run snapshots" writes it anew.
import type { Answer, Body, Caller, CallOptions, Conditional, ItemOf, Keyed, Query } from '../call.ts';
import { pages } from '../pages.ts';

/** The operations of the API by resource. */
export function resources(call: Caller) {
  return {
    schedules: {
      /** Preview a schedule before it is made. Takes what create takes, checks it the same way and stores nothing. Scope: `schedules:read`. */
      previewNew: (body: Body<'previewNewSchedule'>, query?: Query<'previewNewSchedule'>, options?: CallOptions): Promise<Answer<'previewNewSchedule'>> =>
        call<'previewNewSchedule'>('POST', '/v1/schedules/preview', { body, query, options, repeatable: true }),
      /** Preview a schedule. The next occurrences by its rule, whatever its status. Scope: `schedules:read`. */
      preview: (schedule_id: string, query?: Query<'previewSchedule'>, options?: CallOptions): Promise<Answer<'previewSchedule'>> =>
        call<'previewSchedule'>('GET', '/v1/schedules/{schedule_id}/preview', { path: { schedule_id }, query, options }),
      /** List schedules. A page of your schedules, newest first. Scope: `schedules:read`. */
      list: (query?: Query<'listSchedules'>, options?: CallOptions): Promise<Answer<'listSchedules'>> =>
        call<'listSchedules'>('GET', '/v1/schedules', { query, options }),
      /** List schedules, one by one, page after page. */
      iterate: (query?: Query<'listSchedules'>, options?: CallOptions): AsyncGenerator<ItemOf<Answer<'listSchedules'>, 'schedules'>, void, undefined> =>
        pages((page) => call<'listSchedules'>('GET', '/v1/schedules', { query: { ...query, ...page }, options }), (page) => page.schedules, 200, query),
      /** Create a schedule. Says when, and what to do then. Scope: `schedules:write`. */
      create: (body: Body<'createSchedule'>, options?: CallOptions & Keyed): Promise<Answer<'createSchedule'>> =>
        call<'createSchedule'>('POST', '/v1/schedules', { body, options, keyed: true }),
      /** Get a schedule. One schedule, with its next and last run. Scope: `schedules:read`. */
      get: (schedule_id: string, options?: CallOptions): Promise<Answer<'getSchedule'>> =>
        call<'getSchedule'>('GET', '/v1/schedules/{schedule_id}', { path: { schedule_id }, options }),
      /** Update a schedule. Changes what the body names; an explicit null clears a field that may be null. A change of when re-plans from now. Scope: `schedules:write`. */
      update: (schedule_id: string, body: Body<'updateSchedule'>, options?: CallOptions & Conditional): Promise<Answer<'updateSchedule'>> =>
        call<'updateSchedule'>('PUT', '/v1/schedules/{schedule_id}', { path: { schedule_id }, body, options }),
      /** Delete a schedule. Cancels what has not started; what has started finishes, and its runs are kept. Scope: `schedules:write`. */
      delete: (schedule_id: string, options?: CallOptions & Conditional): Promise<Answer<'deleteSchedule'>> =>
        call<'deleteSchedule'>('DELETE', '/v1/schedules/{schedule_id}', { path: { schedule_id }, options }),
      /** Pause a schedule. Stops planning and cancels what has not started; what has started finishes. Scope: `schedules:write`. */
      pause: (schedule_id: string, options?: CallOptions & Keyed & Conditional): Promise<Answer<'pauseSchedule'>> =>
        call<'pauseSchedule'>('POST', '/v1/schedules/{schedule_id}/pause', { path: { schedule_id }, options, keyed: true }),
      /** Resume a schedule. Goes on from now; the occurrences of the pause are recorded as one MISSED row. Scope: `schedules:write`. */
      resume: (schedule_id: string, options?: CallOptions & Keyed & Conditional): Promise<Answer<'resumeSchedule'>> =>
        call<'resumeSchedule'>('POST', '/v1/schedules/{schedule_id}/resume', { path: { schedule_id }, options, keyed: true }),
      /** Trigger a schedule. A run now, whatever next_run_at, status, bounds and overlap say; it moves none of them. Scope: `schedules:trigger`. */
      trigger: (schedule_id: string, body?: Body<'triggerSchedule'>, options?: CallOptions & Keyed & Conditional): Promise<Answer<'triggerSchedule'>> =>
        call<'triggerSchedule'>('POST', '/v1/schedules/{schedule_id}/trigger', { path: { schedule_id }, body, options, keyed: true }),
      /** List the runs of a schedule. Every occurrence and what became of it, newest first. Scope: `runs:read`. */
      runs: (schedule_id: string, query?: Query<'listScheduleRuns'>, options?: CallOptions): Promise<Answer<'listScheduleRuns'>> =>
        call<'listScheduleRuns'>('GET', '/v1/schedules/{schedule_id}/runs', { path: { schedule_id }, query, options }),
      /** List the runs of a schedule, one by one, page after page. */
      iterateRuns: (schedule_id: string, query?: Query<'listScheduleRuns'>, options?: CallOptions): AsyncGenerator<ItemOf<Answer<'listScheduleRuns'>, 'runs'>, void, undefined> =>
        pages((page) => call<'listScheduleRuns'>('GET', '/v1/schedules/{schedule_id}/runs', { path: { schedule_id }, query: { ...query, ...page }, options }), (page) => page.runs, 100, query),
      /** Create many schedules. Up to 1,000, each with its own result, in order; one that is not valid does not hinder the others. Scope: `schedules:write`. */
      bulk: (body: Body<'createSchedules'>, options?: CallOptions & Keyed): Promise<Answer<'createSchedules'>> =>
        call<'createSchedules'>('POST', '/v1/schedules/bulk', { body, options, keyed: true }),
      /** Pause, resume, delete or trigger many schedules. Each as by its single operation; what can not be done is counted as skipped. Scope: `schedules:write`. */
      bulkActions: (body: Body<'actOnSchedules'>, options?: CallOptions & Keyed): Promise<Answer<'actOnSchedules'>> =>
        call<'actOnSchedules'>('POST', '/v1/schedules/bulk-actions', { body, options, keyed: true }),
      /** Run past occurrences. Runs for the occurrences from start_at through end_at, at most ten a second. Scope: `schedules:trigger`. */
      backfill: (schedule_id: string, body: Body<'createBackfill'>, options?: CallOptions & Keyed & Conditional): Promise<Answer<'createBackfill'>> =>
        call<'createBackfill'>('POST', '/v1/schedules/{schedule_id}/backfill', { path: { schedule_id }, body, options, keyed: true }),
      /** List the backfills of a schedule. Newest first. Scope: `runs:read`. */
      backfills: (schedule_id: string, query?: Query<'listBackfills'>, options?: CallOptions): Promise<Answer<'listBackfills'>> =>
        call<'listBackfills'>('GET', '/v1/schedules/{schedule_id}/backfills', { path: { schedule_id }, query, options }),
      /** List the backfills of a schedule, one by one, page after page. */
      iterateBackfills: (schedule_id: string, query?: Query<'listBackfills'>, options?: CallOptions): AsyncGenerator<ItemOf<Answer<'listBackfills'>, 'backfills'>, void, undefined> =>
        pages((page) => call<'listBackfills'>('GET', '/v1/schedules/{schedule_id}/backfills', { path: { schedule_id }, query: { ...query, ...page }, options }), (page) => page.backfills, 100, query),
    },
    runs: {
      /** Complete a run. Reports how the work of an ASYNC action ended; until then, or its time-out, the run is RUNNING. Credential: the completion token that came with the delivery, as a bearer token. */
      complete: (run_id: string, body: Body<'completeRun'>, options?: CallOptions & Keyed): Promise<Answer<'completeRun'>> =>
        call<'completeRun'>('POST', '/v1/runs/{run_id}/complete', { path: { run_id }, body, options, keyed: true }),
      /** Extend the completion of a run. Says that the work goes on: completion_timeout_seconds count anew from now. Credential: the completion token that came with the delivery, as a bearer token. */
      heartbeat: (run_id: string, options?: CallOptions): Promise<Answer<'heartbeatRun'>> =>
        call<'heartbeatRun'>('POST', '/v1/runs/{run_id}/heartbeat', { path: { run_id }, options, repeatable: true }),
      /** Cancel a run. CANCELLED at once, unless an attempt is under way: that one is told to stop, on whichever server it is. Scope: `runs:write`. */
      cancel: (run_id: string, options?: CallOptions & Keyed): Promise<Answer<'cancelRun'>> =>
        call<'cancelRun'>('POST', '/v1/runs/{run_id}/cancel', { path: { run_id }, options, keyed: true }),
      /** List runs. Across your schedules, newest first; the runs of deleted schedules are there too. Scope: `runs:read`. */
      list: (query?: Query<'listRuns'>, options?: CallOptions): Promise<Answer<'listRuns'>> =>
        call<'listRuns'>('GET', '/v1/runs', { query, options }),
      /** List runs, one by one, page after page. */
      iterate: (query?: Query<'listRuns'>, options?: CallOptions): AsyncGenerator<ItemOf<Answer<'listRuns'>, 'runs'>, void, undefined> =>
        pages((page) => call<'listRuns'>('GET', '/v1/runs', { query: { ...query, ...page }, options }), (page) => page.runs, 100, query),
      /** Get a run. One run with every attempt. Scope: `runs:read`. */
      get: (run_id: string, options?: CallOptions): Promise<Answer<'getRun'>> =>
        call<'getRun'>('GET', '/v1/runs/{run_id}', { path: { run_id }, options }),
      /** Retry a run. Tries a FAILED run again: a new MANUAL run, now, of the same occurrence. The old one stays as it is. Scope: `runs:write`. */
      retry: (run_id: string, options?: CallOptions & Keyed): Promise<Answer<'retryRun'>> =>
        call<'retryRun'>('POST', '/v1/runs/{run_id}/retry', { path: { run_id }, options, keyed: true }),
    },
    backfills: {
      /** Get a backfill. How far it has come. Scope: `runs:read`. */
      get: (backfill_id: string, options?: CallOptions): Promise<Answer<'getBackfill'>> =>
        call<'getBackfill'>('GET', '/v1/backfills/{backfill_id}', { path: { backfill_id }, options }),
      /** Pause a backfill. Plans no more of it; what is planned goes on. Scope: `schedules:trigger`. */
      pause: (backfill_id: string, options?: CallOptions & Keyed): Promise<Answer<'pauseBackfill'>> =>
        call<'pauseBackfill'>('POST', '/v1/backfills/{backfill_id}/pause', { path: { backfill_id }, options, keyed: true }),
      /** Resume a backfill. Goes on where it stood. Scope: `schedules:trigger`. */
      resume: (backfill_id: string, options?: CallOptions & Keyed): Promise<Answer<'resumeBackfill'>> =>
        call<'resumeBackfill'>('POST', '/v1/backfills/{backfill_id}/resume', { path: { backfill_id }, options, keyed: true }),
      /** Cancel a backfill. What has not started is CANCELLED (`BACKFILL_CANCELLED`), the rest finishes. Scope: `schedules:trigger`. */
      cancel: (backfill_id: string, options?: CallOptions & Keyed): Promise<Answer<'cancelBackfill'>> =>
        call<'cancelBackfill'>('POST', '/v1/backfills/{backfill_id}/cancel', { path: { backfill_id }, options, keyed: true }),
    },
    entities: {
      /** List entity definitions. A page of your definitions, newest first. Scope: `entities:read`. */
      list: (query?: Query<'listEntityDefinitions'>, options?: CallOptions): Promise<Answer<'listEntityDefinitions'>> =>
        call<'listEntityDefinitions'>('GET', '/v1/entity-definitions', { query, options }),
      /** List entity definitions, one by one, page after page. */
      iterate: (query?: Query<'listEntityDefinitions'>, options?: CallOptions): AsyncGenerator<ItemOf<Answer<'listEntityDefinitions'>, 'entity_definitions'>, void, undefined> =>
        pages((page) => call<'listEntityDefinitions'>('GET', '/v1/entity-definitions', { query: { ...query, ...page }, options }), (page) => page.entity_definitions, 200, query),
      /** Create an entity definition. Says which fields the records of a kind have. Scope: `entities:write`. */
      create: (body: Body<'createEntityDefinition'>, options?: CallOptions & Keyed): Promise<Answer<'createEntityDefinition'>> =>
        call<'createEntityDefinition'>('POST', '/v1/entity-definitions', { body, options, keyed: true }),
      /** Get an entity definition. One definition with its fields. Scope: `entities:read`. */
      get: (definition_id: string, options?: CallOptions): Promise<Answer<'getEntityDefinition'>> =>
        call<'getEntityDefinition'>('GET', '/v1/entity-definitions/{definition_id}', { path: { definition_id }, options }),
      /** Update an entity definition. Changes what the body names; `fields` is the whole list. A field that records have a value in can not go or get another type, and one that a record lacks can not become required (409 with the numbers). Scope: `entities:write`. */
      update: (definition_id: string, body: Body<'updateEntityDefinition'>, options?: CallOptions & Conditional): Promise<Answer<'updateEntityDefinition'>> =>
        call<'updateEntityDefinition'>('PUT', '/v1/entity-definitions/{definition_id}', { path: { definition_id }, body, options }),
      /** Delete an entity definition. Refused while it has records (409), unless they are to go with it: `cascade=true`. Scope: `entities:write`. */
      delete: (definition_id: string, query?: Query<'deleteEntityDefinition'>, options?: CallOptions & Conditional): Promise<Answer<'deleteEntityDefinition'>> =>
        call<'deleteEntityDefinition'>('DELETE', '/v1/entity-definitions/{definition_id}', { path: { definition_id }, query, options }),
      records: {
        /** List records. A page of the records that meet all given conditions, newest first. Scope: `entities:read`. */
        list: (definition_id: string, query?: Query<'listEntityRecords'>, options?: CallOptions): Promise<Answer<'listEntityRecords'>> =>
          call<'listEntityRecords'>('GET', '/v1/entity-definitions/{definition_id}/records', { path: { definition_id }, query, options }),
        /** List records, one by one, page after page. */
        iterate: (definition_id: string, query?: Query<'listEntityRecords'>, options?: CallOptions): AsyncGenerator<ItemOf<Answer<'listEntityRecords'>, 'records'>, void, undefined> =>
          pages((page) => call<'listEntityRecords'>('GET', '/v1/entity-definitions/{definition_id}/records', { path: { definition_id }, query: { ...query, ...page }, options }), (page) => page.records, 200, query),
        /** Create a record, or write it over the one with its external_id. Afterwards the record is what the body says: what `data` does not name has no value. Scope: `entities:write`. */
        put: (definition_id: string, body: Body<'putEntityRecord'>, options?: CallOptions & Keyed): Promise<Answer<'putEntityRecord'>> =>
          call<'putEntityRecord'>('POST', '/v1/entity-definitions/{definition_id}/records', { path: { definition_id }, body, options, keyed: true }),
        /** What will happen to a record. Each RELATIVE schedule of its definition: when it fires next for this record, or why it does not. Scope: `entities:read`. */
        upcoming: (definition_id: string, record_id: string, query?: Query<'listUpcomingOfRecord'>, options?: CallOptions): Promise<Answer<'listUpcomingOfRecord'>> =>
          call<'listUpcomingOfRecord'>('GET', '/v1/entity-definitions/{definition_id}/records/{record_id}/upcoming', { path: { definition_id, record_id }, query, options }),
        /** What will happen to a record, one by one, page after page. */
        iterateUpcoming: (definition_id: string, record_id: string, query?: Query<'listUpcomingOfRecord'>, options?: CallOptions): AsyncGenerator<ItemOf<Answer<'listUpcomingOfRecord'>, 'upcoming'>, void, undefined> =>
          pages((page) => call<'listUpcomingOfRecord'>('GET', '/v1/entity-definitions/{definition_id}/records/{record_id}/upcoming', { path: { definition_id, record_id }, query: { ...query, ...page }, options }), (page) => page.upcoming, 200, query),
        /** Create or write over many records. Up to 10,000, as `{"records":[…]}` or one a line (`application/x-ndjson`), each with its own result, in order; one that is not valid does not hinder the others. Stored 500 at a time. Scope: `entities:write`. */
        bulk: (definition_id: string, body: Body<'putEntityRecords'> | string, options?: CallOptions & Keyed): Promise<Answer<'putEntityRecords'>> =>
          call<'putEntityRecords'>('POST', '/v1/entity-definitions/{definition_id}/records/bulk', { path: { definition_id }, body, options, keyed: true }),
        /** Get a record. One record. Scope: `entities:read`. */
        get: (definition_id: string, record_id: string, options?: CallOptions): Promise<Answer<'getEntityRecord'>> =>
          call<'getEntityRecord'>('GET', '/v1/entity-definitions/{definition_id}/records/{record_id}', { path: { definition_id, record_id }, options }),
        /** Update a record. Changes what the body names, in `data` field by field; an explicit null clears. Scope: `entities:write`. */
        update: (definition_id: string, record_id: string, body: Body<'updateEntityRecord'>, options?: CallOptions): Promise<Answer<'updateEntityRecord'>> =>
          call<'updateEntityRecord'>('PUT', '/v1/entity-definitions/{definition_id}/records/{record_id}', { path: { definition_id, record_id }, body, options }),
        /** Delete a record. Its dates go with it. Scope: `entities:write`. */
        delete: (definition_id: string, record_id: string, options?: CallOptions): Promise<Answer<'deleteEntityRecord'>> =>
          call<'deleteEntityRecord'>('DELETE', '/v1/entity-definitions/{definition_id}/records/{record_id}', { path: { definition_id, record_id }, options }),
      },
    },
    actionTypes: {
      /** List action types. Each with the JSON Schema of its action_config, and why this server can not do it, where that is so. Scope: `schedules:read`. */
      list: (options?: CallOptions): Promise<Answer<'listActionTypes'>> =>
        call<'listActionTypes'>('GET', '/v1/action-types', { options }),
    },
    egressPolicy: {
      /** Get the egress policy. Where your actions may go. Empty lists: wherever this server lets any go. Scope: `egress:read`. */
      get: (options?: CallOptions): Promise<Answer<'getEgressPolicy'>> =>
        call<'getEgressPolicy'>('GET', '/v1/egress-policy', { options }),
      /** Set the egress policy. The whole of it: both lists. It only narrows what this server lets go, and holds for every attempt that starts from then on; a blocked one is FAILED with `egress_blocked`. Scope: `egress:write`. */
      update: (body: Body<'setEgressPolicy'>, options?: CallOptions & Conditional): Promise<Answer<'setEgressPolicy'>> =>
        call<'setEgressPolicy'>('PUT', '/v1/egress-policy', { body, options }),
    },
    keys: {
      /** List API keys. Newest first, those that are revoked or have expired, too. Scope: `keys:manage`. */
      list: (query?: Query<'listApiKeys'>, options?: CallOptions): Promise<Answer<'listApiKeys'>> =>
        call<'listApiKeys'>('GET', '/v1/api-keys', { query, options }),
      /** List API keys, one by one, page after page. */
      iterate: (query?: Query<'listApiKeys'>, options?: CallOptions): AsyncGenerator<ItemOf<Answer<'listApiKeys'>, 'api_keys'>, void, undefined> =>
        pages((page) => call<'listApiKeys'>('GET', '/v1/api-keys', { query: { ...query, ...page }, options }), (page) => page.api_keys, 200, query),
      /** Create an API key. With scopes of your own, for the whole tenant or for one customer of it. Scope: `keys:manage`. */
      create: (body: Body<'createApiKey'>, options?: CallOptions & Keyed): Promise<Answer<'createApiKey'>> =>
        call<'createApiKey'>('POST', '/v1/api-keys', { body, options, keyed: true }),
      /** Get an API key. All but the key itself. Scope: `keys:manage`. */
      get: (key_id: string, options?: CallOptions): Promise<Answer<'getApiKey'>> =>
        call<'getApiKey'>('GET', '/v1/api-keys/{key_id}', { path: { key_id }, options }),
      /** Revoke an API key. At once, on every server. The last key that can make keys stays (409). Scope: `keys:manage`. */
      revoke: (key_id: string, options?: CallOptions): Promise<Answer<'revokeApiKey'>> =>
        call<'revokeApiKey'>('DELETE', '/v1/api-keys/{key_id}', { path: { key_id }, options }),
      /** Rotate an API key. Makes a key with the same name, scopes and customer; the old one works on for overlap_minutes. Scope: `keys:manage`. */
      rotate: (key_id: string, body?: Body<'rotateApiKey'>, options?: CallOptions & Keyed): Promise<Answer<'rotateApiKey'>> =>
        call<'rotateApiKey'>('POST', '/v1/api-keys/{key_id}/rotate', { path: { key_id }, body, options, keyed: true }),
    },
    tenants: {
      /** List tenants. Newest first. Scope: `tenants:manage`. */
      list: (query?: Query<'listTenants'>, options?: CallOptions): Promise<Answer<'listTenants'>> =>
        call<'listTenants'>('GET', '/v1/tenants', { query, options }),
      /** List tenants, one by one, page after page. */
      iterate: (query?: Query<'listTenants'>, options?: CallOptions): AsyncGenerator<ItemOf<Answer<'listTenants'>, 'tenants'>, void, undefined> =>
        pages((page) => call<'listTenants'>('GET', '/v1/tenants', { query: { ...query, ...page }, options }), (page) => page.tenants, 200, query),
      /** Create a tenant. With a webhook signing secret of its own. Its first key is made by `POST /v1/api-keys` with `tenant_id`. Scope: `tenants:manage`. */
      create: (body: Body<'createTenant'>, options?: CallOptions & Keyed): Promise<Answer<'createTenant'>> =>
        call<'createTenant'>('POST', '/v1/tenants', { body, options, keyed: true }),
      /** Get a tenant. One tenant. Scope: `tenants:manage`. */
      get: (tenant_id: string, options?: CallOptions): Promise<Answer<'getTenant'>> =>
        call<'getTenant'>('GET', '/v1/tenants/{tenant_id}', { path: { tenant_id }, options }),
      /** Rename a tenant. The tenant `default` keeps its name: each start finds it by that. Scope: `tenants:manage`. */
      update: (tenant_id: string, body: Body<'renameTenant'>, options?: CallOptions): Promise<Answer<'renameTenant'>> =>
        call<'renameTenant'>('PUT', '/v1/tenants/{tenant_id}', { path: { tenant_id }, body, options }),
      quotas: {
        /** Get the quotas of a tenant. What it may have, and what it has. Scope: `tenants:manage`. */
        get: (tenant_id: string, options?: CallOptions): Promise<Answer<'getTenantQuotas'>> =>
          call<'getTenantQuotas'>('GET', '/v1/tenants/{tenant_id}/quotas', { path: { tenant_id }, options }),
        /** Set the quotas of a tenant. Instead of the server's defaults; what is absent stays, null goes back to the default. What there is already stays, whatever the quota. Other servers follow within some seconds. Scope: `tenants:manage`. */
        update: (tenant_id: string, body: Body<'setTenantQuotas'>, options?: CallOptions): Promise<Answer<'setTenantQuotas'>> =>
          call<'setTenantQuotas'>('PUT', '/v1/tenants/{tenant_id}/quotas', { path: { tenant_id }, body, options }),
      },
    },
    secrets: {
      /** List secrets. By name. The values are never answered. Scope: `secrets:read`. */
      list: (options?: CallOptions): Promise<Answer<'listSecrets'>> =>
        call<'listSecrets'>('GET', '/v1/secrets', { options }),
      /** Set a secret. Makes it or changes it, for every attempt that starts from then on. Scope: `secrets:write`. */
      update: (name: string, body: Body<'setSecret'>, options?: CallOptions): Promise<Answer<'setSecret'>> =>
        call<'setSecret'>('PUT', '/v1/secrets/{name}', { path: { name }, body, options }),
      /** Delete a secret. Runs of schedules that name it fail from then on. Scope: `secrets:write`. */
      delete: (name: string, options?: CallOptions): Promise<Answer<'deleteSecret'>> =>
        call<'deleteSecret'>('DELETE', '/v1/secrets/{name}', { path: { name }, options }),
    },
    webhookSecrets: {
      /** List webhook signing secrets. What signs your webhooks now: how many, made when, until when. Never the secrets themselves. Scope: `secrets:read`. */
      list: (options?: CallOptions): Promise<Answer<'listWebhookSecrets'>> =>
        call<'listWebhookSecrets'>('GET', '/v1/webhook-secrets', { options }),
      /** Rotate the webhook signing secret. Makes a new one; those of before sign beside it for overlap_minutes, so that receivers can change over. Scope: `secrets:write`. */
      rotate: (body?: Body<'rotateWebhookSecret'>, options?: CallOptions & Keyed): Promise<Answer<'rotateWebhookSecret'>> =>
        call<'rotateWebhookSecret'>('POST', '/v1/webhook-secrets/rotate', { body, options, keyed: true }),
    },
    quotas: {
      /** Get your quotas. What you may have, and what you have. Scope: `schedules:read`. */
      get: (options?: CallOptions): Promise<Answer<'getQuotas'>> =>
        call<'getQuotas'>('GET', '/v1/quotas', { options }),
    },
    overview: {
      /** What happens, and what needs a look. How the runs of the last 24 hours have ended and how late they began, what fires next, and what a person should look at. A credential that is bound to a customer sees what is of it, and no sums. Scope: `runs:read`. */
      get: (options?: CallOptions): Promise<Answer<'getOverview'>> =>
        call<'getOverview'>('GET', '/v1/overview', { options }),
    },
    upcoming: {
      /** What fires next. A page of the schedules that will fire, by when they do, the next one first: each once, with its next occurrence. What repeats fires again after it; its preview says when. With `before` it is every schedule that fires until then. A RELATIVE one whose next date is still being looked for is not among them yet. Runs that wait, for a retry or for another run, are among the runs. Scope: `schedules:read`. */
      list: (query?: Query<'listUpcoming'>, options?: CallOptions): Promise<Answer<'listUpcoming'>> =>
        call<'listUpcoming'>('GET', '/v1/upcoming', { query, options }),
      /** What fires next, one by one, page after page. */
      iterate: (query?: Query<'listUpcoming'>, options?: CallOptions): AsyncGenerator<ItemOf<Answer<'listUpcoming'>, 'upcoming'>, void, undefined> =>
        pages((page) => call<'listUpcoming'>('GET', '/v1/upcoming', { query: { ...query, ...page }, options }), (page) => page.upcoming, 200, query),
    },
    whoami: {
      /** Who one is, and what the server is. What the credential of the request stands for and may do, and which versions answer. Any credential will do. */
      get: (options?: CallOptions): Promise<Answer<'whoAmI'>> =>
        call<'whoAmI'>('GET', '/v1/whoami', { options }),
    },
    auditEvents: {
      /** List audit events. Every change that was made through the API, and attempts at what the caller may not, newest first. Scope: `audit:read`. */
      list: (query?: Query<'listAuditEvents'>, options?: CallOptions): Promise<Answer<'listAuditEvents'>> =>
        call<'listAuditEvents'>('GET', '/v1/audit-events', { query, options }),
      /** List audit events, one by one, page after page. */
      iterate: (query?: Query<'listAuditEvents'>, options?: CallOptions): AsyncGenerator<ItemOf<Answer<'listAuditEvents'>, 'audit_events'>, void, undefined> =>
        pages((page) => call<'listAuditEvents'>('GET', '/v1/audit-events', { query: { ...query, ...page }, options }), (page) => page.audit_events, 200, query),
    },
    session: {
      /** Open a session. For pages of this server: the answer sets an HttpOnly cookie that has the rights of the API key, for twelve hours at most. Each time a new one. */
      create: (body: Body<'openSession'>, options?: CallOptions): Promise<Answer<'openSession'>> =>
        call<'openSession'>('POST', '/v1/session', { body, options }),
      /** Who one is. The session of the cookie that comes along, and what it may do. */
      get: (options?: CallOptions): Promise<Answer<'getSession'>> =>
        call<'getSession'>('GET', '/v1/session', { options }),
      /** End the session. At once, on every server; the cookie is taken back. The API key works on. */
      delete: (options?: CallOptions): Promise<Answer<'endSession'>> =>
        call<'endSession'>('DELETE', '/v1/session', { options }),
    },
    admin: {
      /** Check the invariants. Checks at once what must always hold, over all tenants, and tells what the last regular check found. Changes nothing. Scope: `tenants:manage`. */
      invariants: (options?: CallOptions): Promise<Answer<'checkInvariants'>> =>
        call<'checkInvariants'>('GET', '/v1/admin/invariants', { options }),
    },
  };
}
