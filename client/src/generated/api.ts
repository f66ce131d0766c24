// Generated from server/openapi.json by openapi-typescript: "npm run snapshots" writes it anew.
export interface paths {
    "/v1/schedules/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Preview a schedule before it is made
         * @description Takes what create takes, checks it the same way and stores nothing. Scope: `schedules:read`.
         */
        post: operations["previewNewSchedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/schedules/{schedule_id}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Preview a schedule
         * @description The next occurrences by its rule, whatever its status. Scope: `schedules:read`.
         */
        get: operations["previewSchedule"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/schedules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List schedules
         * @description A page of your schedules, newest first. Scope: `schedules:read`.
         */
        get: operations["listSchedules"];
        put?: never;
        /**
         * Create a schedule
         * @description Says when, and what to do then. Scope: `schedules:write`.
         */
        post: operations["createSchedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/schedules/{schedule_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a schedule
         * @description One schedule, with its next and last run. Scope: `schedules:read`.
         */
        get: operations["getSchedule"];
        /**
         * Update a schedule
         * @description Changes what the body names; an explicit null clears a field that may be null. A change of when re-plans from now. Scope: `schedules:write`.
         */
        put: operations["updateSchedule"];
        post?: never;
        /**
         * Delete a schedule
         * @description Cancels what has not started; what has started finishes, and its runs are kept. Scope: `schedules:write`.
         */
        delete: operations["deleteSchedule"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/schedules/{schedule_id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause a schedule
         * @description Stops planning and cancels what has not started; what has started finishes. Scope: `schedules:write`.
         */
        post: operations["pauseSchedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/schedules/{schedule_id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resume a schedule
         * @description Goes on from now; the occurrences of the pause are recorded as one MISSED row. Scope: `schedules:write`.
         */
        post: operations["resumeSchedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/schedules/{schedule_id}/trigger": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Trigger a schedule
         * @description A run now, whatever next_run_at, status, bounds and overlap say; it moves none of them. Scope: `schedules:trigger`.
         */
        post: operations["triggerSchedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/schedules/{schedule_id}/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the runs of a schedule
         * @description Every occurrence and what became of it, newest first. Scope: `runs:read`.
         */
        get: operations["listScheduleRuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{run_id}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Complete a run
         * @description Reports how the work of an ASYNC action ended; until then, or its time-out, the run is RUNNING. Credential: the completion token that came with the delivery, as a bearer token.
         */
        post: operations["completeRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{run_id}/heartbeat": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Extend the completion of a run
         * @description Says that the work goes on: completion_timeout_seconds count anew from now. Credential: the completion token that came with the delivery, as a bearer token.
         */
        post: operations["heartbeatRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{run_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a run
         * @description CANCELLED at once, unless an attempt is under way: that one is told to stop, on whichever server it is. Scope: `runs:write`.
         */
        post: operations["cancelRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List runs
         * @description Across your schedules, newest first; the runs of deleted schedules are there too. Scope: `runs:read`.
         */
        get: operations["listRuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{run_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a run
         * @description One run with every attempt. Scope: `runs:read`.
         */
        get: operations["getRun"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{run_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retry a run
         * @description Tries a FAILED run again: a new MANUAL run, now, of the same occurrence. The old one stays as it is. Scope: `runs:write`.
         */
        post: operations["retryRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/schedules/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create many schedules
         * @description Up to 1,000, each with its own result, in order; one that is not valid does not hinder the others. Scope: `schedules:write`.
         */
        post: operations["createSchedules"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/schedules/bulk-actions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause, resume, delete or trigger many schedules
         * @description Each as by its single operation; what can not be done is counted as skipped. Scope: `schedules:write`.
         */
        post: operations["actOnSchedules"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/schedules/{schedule_id}/backfill": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run past occurrences
         * @description Runs for the occurrences from start_at through end_at, at most ten a second. Scope: `schedules:trigger`.
         */
        post: operations["createBackfill"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/schedules/{schedule_id}/backfills": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the backfills of a schedule
         * @description Newest first. Scope: `runs:read`.
         */
        get: operations["listBackfills"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/backfills/{backfill_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a backfill
         * @description How far it has come. Scope: `runs:read`.
         */
        get: operations["getBackfill"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/backfills/{backfill_id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause a backfill
         * @description Plans no more of it; what is planned goes on. Scope: `schedules:trigger`.
         */
        post: operations["pauseBackfill"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/backfills/{backfill_id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resume a backfill
         * @description Goes on where it stood. Scope: `schedules:trigger`.
         */
        post: operations["resumeBackfill"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/backfills/{backfill_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a backfill
         * @description What has not started is CANCELLED (`BACKFILL_CANCELLED`), the rest finishes. Scope: `schedules:trigger`.
         */
        post: operations["cancelBackfill"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/entity-definitions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List entity definitions
         * @description A page of your definitions, newest first. Scope: `entities:read`.
         */
        get: operations["listEntityDefinitions"];
        put?: never;
        /**
         * Create an entity definition
         * @description Says which fields the records of a kind have. Scope: `entities:write`.
         */
        post: operations["createEntityDefinition"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/entity-definitions/{definition_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an entity definition
         * @description One definition with its fields. Scope: `entities:read`.
         */
        get: operations["getEntityDefinition"];
        /**
         * Update an entity definition
         * @description Changes what the body names; `fields` is the whole list. A field that records have a value in can not go or get another type, and one that a record lacks can not become required (409 with the numbers). Scope: `entities:write`.
         */
        put: operations["updateEntityDefinition"];
        post?: never;
        /**
         * Delete an entity definition
         * @description Refused while it has records (409), unless they are to go with it: `cascade=true`. Scope: `entities:write`.
         */
        delete: operations["deleteEntityDefinition"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/entity-definitions/{definition_id}/records": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List records
         * @description A page of the records that meet all given conditions, newest first. Scope: `entities:read`.
         */
        get: operations["listEntityRecords"];
        put?: never;
        /**
         * Create a record, or write it over the one with its external_id
         * @description Afterwards the record is what the body says: what `data` does not name has no value. Scope: `entities:write`.
         */
        post: operations["putEntityRecord"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/entity-definitions/{definition_id}/records/{record_id}/upcoming": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What will happen to a record
         * @description Each RELATIVE schedule of its definition: when it fires next for this record, or why it does not. Scope: `entities:read`.
         */
        get: operations["listUpcomingOfRecord"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/entity-definitions/{definition_id}/records/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create or write over many records
         * @description Up to 10,000, as `{"records":[…]}` or one a line (`application/x-ndjson`), each with its own result, in order; one that is not valid does not hinder the others. Stored 500 at a time. Scope: `entities:write`.
         */
        post: operations["putEntityRecords"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/entity-definitions/{definition_id}/records/{record_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a record
         * @description One record. Scope: `entities:read`.
         */
        get: operations["getEntityRecord"];
        /**
         * Update a record
         * @description Changes what the body names, in `data` field by field; an explicit null clears. Scope: `entities:write`.
         */
        put: operations["updateEntityRecord"];
        post?: never;
        /**
         * Delete a record
         * @description Its dates go with it. Scope: `entities:write`.
         */
        delete: operations["deleteEntityRecord"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/action-types": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List action types
         * @description Each with the JSON Schema of its action_config, and why this server can not do it, where that is so. Scope: `schedules:read`.
         */
        get: operations["listActionTypes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/egress-policy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the egress policy
         * @description Where your actions may go. Empty lists: wherever this server lets any go. Scope: `egress:read`.
         */
        get: operations["getEgressPolicy"];
        /**
         * Set the egress policy
         * @description The whole of it: both lists. It only narrows what this server lets go, and holds for every attempt that starts from then on; a blocked one is FAILED with `egress_blocked`. Scope: `egress:write`.
         */
        put: operations["setEgressPolicy"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List API keys
         * @description Newest first, those that are revoked or have expired, too. Scope: `keys:manage`.
         */
        get: operations["listApiKeys"];
        put?: never;
        /**
         * Create an API key
         * @description With scopes of your own, for the whole tenant or for one customer of it. Scope: `keys:manage`.
         */
        post: operations["createApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys/{key_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an API key
         * @description All but the key itself. Scope: `keys:manage`.
         */
        get: operations["getApiKey"];
        put?: never;
        post?: never;
        /**
         * Revoke an API key
         * @description At once, on every server. The last key that can make keys stays (409). Scope: `keys:manage`.
         */
        delete: operations["revokeApiKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys/{key_id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rotate an API key
         * @description Makes a key with the same name, scopes and customer; the old one works on for overlap_minutes. Scope: `keys:manage`.
         */
        post: operations["rotateApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List tenants
         * @description Newest first. Scope: `tenants:manage`.
         */
        get: operations["listTenants"];
        put?: never;
        /**
         * Create a tenant
         * @description With a webhook signing secret of its own. Its first key is made by `POST /v1/api-keys` with `tenant_id`. Scope: `tenants:manage`.
         */
        post: operations["createTenant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a tenant
         * @description One tenant. Scope: `tenants:manage`.
         */
        get: operations["getTenant"];
        /**
         * Rename a tenant
         * @description The tenant `default` keeps its name: each start finds it by that. Scope: `tenants:manage`.
         */
        put: operations["renameTenant"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/secrets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List secrets
         * @description By name. The values are never answered. Scope: `secrets:read`.
         */
        get: operations["listSecrets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/secrets/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set a secret
         * @description Makes it or changes it, for every attempt that starts from then on. Scope: `secrets:write`.
         */
        put: operations["setSecret"];
        post?: never;
        /**
         * Delete a secret
         * @description Runs of schedules that name it fail from then on. Scope: `secrets:write`.
         */
        delete: operations["deleteSecret"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-secrets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List webhook signing secrets
         * @description What signs your webhooks now: how many, made when, until when. Never the secrets themselves. Scope: `secrets:read`.
         */
        get: operations["listWebhookSecrets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-secrets/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rotate the webhook signing secret
         * @description Makes a new one; those of before sign beside it for overlap_minutes, so that receivers can change over. Scope: `secrets:write`.
         */
        post: operations["rotateWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/quotas": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get your quotas
         * @description What you may have, and what you have. Scope: `schedules:read`.
         */
        get: operations["getQuotas"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant_id}/quotas": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the quotas of a tenant
         * @description What it may have, and what it has. Scope: `tenants:manage`.
         */
        get: operations["getTenantQuotas"];
        /**
         * Set the quotas of a tenant
         * @description Instead of the server's defaults; what is absent stays, null goes back to the default. What there is already stays, whatever the quota. Other servers follow within some seconds. Scope: `tenants:manage`.
         */
        put: operations["setTenantQuotas"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happens, and what needs a look
         * @description How the runs of the last 24 hours have ended and how late they began, what fires next, and what a person should look at. A credential that is bound to a customer sees what is of it, and no sums. Scope: `runs:read`.
         */
        get: operations["getOverview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/upcoming": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What fires next
         * @description A page of the schedules that will fire, by when they do, the next one first: each once, with its next occurrence. What repeats fires again after it; its preview says when. With `before` it is every schedule that fires until then. A RELATIVE one whose next date is still being looked for is not among them yet. Runs that wait, for a retry or for another run, are among the runs. Scope: `schedules:read`.
         */
        get: operations["listUpcoming"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happens, as it happens
         * @description Server-sent events: `run` for each run that is planned, starts, waits for a retry or ends, `schedule` for each that is made, changed or deleted (with the scope `schedules:read`). Sent at least once. With the `Last-Event-ID` of the last one nothing is lost for an hour; after that, an event `reset` says to load anew. Scope: `runs:read`.
         */
        get: operations["streamEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/whoami": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who one is, and what the server is
         * @description What the credential of the request stands for and may do, and which versions answer. Any credential will do.
         */
        get: operations["whoAmI"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List audit events
         * @description Every change that was made through the API, and attempts at what the caller may not, newest first. Scope: `audit:read`.
         */
        get: operations["listAuditEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who one is
         * @description The session of the cookie that comes along, and what it may do.
         */
        get: operations["getSession"];
        put?: never;
        /**
         * Open a session
         * @description For pages of this server: the answer sets an HttpOnly cookie that has the rights of the API key, for twelve hours at most. Each time a new one.
         */
        post: operations["openSession"];
        /**
         * End the session
         * @description At once, on every server; the cookie is taken back. The API key works on.
         */
        delete: operations["endSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/invariants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check the invariants
         * @description Checks at once what must always hold, over all tenants, and tells what the last regular check found. Changes nothing. Scope: `tenants:manage`.
         */
        get: operations["checkInvariants"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Preview: {
            /** @example At 02:00 */
            description: string;
            timezone: string;
            occurrences: {
                /**
                 * Format: date-time
                 * @example 2027-01-01T07:00:00.000Z
                 */
                scheduled_for: string;
                /** @example 2027-01-01T02:00:00-05:00 */
                local_time: string;
                /**
                 * Format: date-time
                 * @example 2027-01-01T07:00:00.000Z
                 */
                fire_at: string;
                /** @description Which daylight-saving rule or short month moved it. */
                notes: string[];
                /** Format: uuid */
                record_id: string | null;
            }[];
            /** @description RELATIVE, where record_id was asked for. */
            record: {
                /** Format: uuid */
                id: string;
                /**
                 * @description Why the record has no occurrence; null: it has.
                 * @enum {string|null}
                 */
                reason: "CUSTOMER" | "FILTER" | "NO_DATE" | "PAST" | null;
                detail: string | null;
            } | null;
            /**
             * Format: date-time
             * @description RELATIVE: few records meet the filter, and there may be more occurrences after this instant.
             * @example 2027-01-01T07:00:00.000Z
             */
            searched_until: string | null;
        };
        /** @description Every other error: a sentence for people and a stable code for programs. Some carry more members. */
        Problem: {
            detail: string;
            code: string;
        };
        ValidationProblem: {
            detail: components["schemas"]["FieldProblem"][];
        };
        FieldProblem: {
            loc: (string | number)[];
            msg: string;
            type: string;
        };
        ScheduleCreate: {
            /**
             * @description For people. 1 to 200 characters.
             * @example Nightly report
             */
            name: string;
            /**
             * @default null
             * @example Every night at two, New York time.
             */
            description?: string | null;
            /**
             * @description Your own id; a list can be filtered by it.
             * @default null
             * @example report-42
             */
            external_id?: string | null;
            /**
             * Format: uuid
             * @description Whose schedule it is, among your customers.
             * @default null
             * @example 160c0c4b-9966-4dc1-a916-8407eb10d74e
             */
            customer_id?: string | null;
            /**
             * @description Unique among your schedules. Creating it again with the same content answers the existing schedule.
             * @default null
             * @example report-42-nightly
             */
            deduplication_key?: string | null;
            /**
             * @description When: a cron, `rate(5 minutes)`, `at(2027-12-24T18:00:00)` or an RRULE, by `schedule_type`; RELATIVE: a time of day such as `09:00`, or none.
             * @example 0 2 * * *
             */
            schedule_expression?: string | null;
            /**
             * @description Any IANA time zone.
             * @default UTC
             * @example America/New_York
             */
            timezone?: string;
            /**
             * @description RFC 3339, or a local time in `timezone`. Inclusive.
             * @default null
             * @example 2027-01-01T00:00:00Z
             */
            start_at?: string | null;
            /**
             * @description RFC 3339, or a local time in `timezone`. Inclusive.
             * @default null
             * @example 2028-01-01T00:00:00Z
             */
            end_at?: string | null;
            /**
             * @description What the action needs; see GET /v1/action-types. Strings are Liquid templates; headers, auth and body of a WEBHOOK may name `secrets`.
             * @example {
             *       "url": "http://127.0.0.1:8090/hook"
             *     }
             */
            action_config: {
                [key: string]: unknown;
            };
            /**
             * @description DELETE deletes the schedule once its last run is final.
             * @default NONE
             * @enum {string}
             */
            action_after_completion?: "NONE" | "DELETE";
            /**
             * @description What happens to an occurrence that is due while an earlier run is not final.
             * @default SKIP
             * @enum {string}
             */
            overlap_policy?: "SKIP" | "BUFFER_ONE" | "BUFFER_ALL" | "CANCEL_OTHER" | "TERMINATE_OTHER" | "ALLOW_ALL";
            /**
             * @description How late an occurrence may still start (a minute at least).
             * @default 10
             */
            catchup_window_minutes?: number;
            /**
             * @description Spreads the start over a window of so many minutes.
             * @default 0
             */
            flexible_window_minutes?: number;
            /**
             * @description Attempts after the first.
             * @default 3
             */
            max_retries?: number;
            /**
             * @description Wait before the first retry; doubles each time.
             * @default 60
             */
            retry_backoff_seconds?: number;
            /**
             * @description So many FAILED runs in a row pause the schedule.
             * @default 5
             */
            pause_on_failure_count?: number;
            /**
             * @description Starts are spaced so that no minute holds more.
             * @default null
             */
            rate_limit_per_minute?: number | null;
            /**
             * Format: uuid
             * @description RELATIVE: whose records it goes by. Needed there, and can not change.
             * @default null
             */
            relative_entity_definition_id?: string | null;
            /**
             * @description RELATIVE: the DATE or DATETIME field of the records. Needed there.
             * @default null
             */
            relative_field_name?: string | null;
            /**
             * @description RELATIVE: conditions on the records, such as {"status":"active"}. All of them, when absent.
             * @default null
             */
            relative_filter?: {
                [key: string]: unknown;
            } | null;
            /**
             * @description RELATIVE: days before (-) or after (+) the date; 0, when absent.
             * @default null
             */
            relative_offset_days?: number | null;
            /**
             * @description RELATIVE: whether a date comes round. NONE, when absent.
             * @default null
             * @enum {string|null}
             */
            relative_recurrence?: "NONE" | "MONTHLY" | "YEARLY" | null;
            /**
             * @description Also accepted: ONCE and AT for ONE_TIME, INTERVAL for RATE.
             * @example CRON
             * @enum {string}
             */
            schedule_type: "CRON" | "RATE" | "ONE_TIME" | "RRULE" | "RELATIVE";
            /**
             * @description See GET /v1/action-types.
             * @example WEBHOOK
             */
            action_type: string;
        };
        ScheduleList: {
            schedules: components["schemas"]["Schedule"][];
            total: number;
            limit: number;
            offset: number;
        };
        Schedule: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            tenant_id: string;
            name: string;
            description: string | null;
            external_id: string | null;
            /** Format: uuid */
            customer_id: string | null;
            deduplication_key: string | null;
            /** @enum {string} */
            schedule_type: "CRON" | "RATE" | "ONE_TIME" | "RRULE" | "RELATIVE";
            schedule_expression: string | null;
            timezone: string;
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            start_at: string | null;
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            end_at: string | null;
            action_type: string;
            /** @description Secrets in it are masked. */
            action_config: {
                [key: string]: unknown;
            };
            /** @enum {string} */
            action_after_completion: "NONE" | "DELETE";
            /** @enum {string} */
            overlap_policy: "SKIP" | "BUFFER_ONE" | "BUFFER_ALL" | "CANCEL_OTHER" | "TERMINATE_OTHER" | "ALLOW_ALL";
            catchup_window_minutes: number;
            flexible_window_minutes: number;
            max_retries: number;
            retry_backoff_seconds: number;
            pause_on_failure_count: number;
            rate_limit_per_minute: number | null;
            /** Format: uuid */
            relative_entity_definition_id: string | null;
            relative_field_name: string | null;
            relative_filter: {
                [key: string]: unknown;
            } | null;
            relative_offset_days: number | null;
            /** @enum {string|null} */
            relative_recurrence: "NONE" | "MONTHLY" | "YEARLY" | null;
            /** @enum {string} */
            status: "ACTIVE" | "PAUSED" | "COMPLETED";
            /** @enum {string|null} */
            status_reason: "BY_USER" | "FAILURES" | "END_REACHED" | "FIRED" | "PARKED" | null;
            /** @description The reason as a sentence, where it needs one. */
            status_detail: string | null;
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            next_run_at: string | null;
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            last_run_at: string | null;
            /** @description How the run that ended last has ended. */
            last_run_status: string | null;
            run_count: number;
            consecutive_failures: number;
            version: number;
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            updated_at: string;
        };
        /**
         * @example {
         *       "schedule_expression": "30 2 * * *",
         *       "timezone": "Europe/Berlin"
         *     }
         */
        ScheduleUpdate: {
            /**
             * @description For people. 1 to 200 characters.
             * @example Nightly report
             */
            name?: string;
            /** @example Every night at two, New York time. */
            description?: string | null;
            /**
             * @description Your own id; a list can be filtered by it.
             * @example report-42
             */
            external_id?: string | null;
            /**
             * Format: uuid
             * @description Whose schedule it is, among your customers.
             * @example 160c0c4b-9966-4dc1-a916-8407eb10d74e
             */
            customer_id?: string | null;
            /**
             * @description Unique among your schedules. Creating it again with the same content answers the existing schedule.
             * @example report-42-nightly
             */
            deduplication_key?: string | null;
            /**
             * @description When: a cron, `rate(5 minutes)`, `at(2027-12-24T18:00:00)` or an RRULE, by `schedule_type`; RELATIVE: a time of day such as `09:00`, or none.
             * @example 0 2 * * *
             */
            schedule_expression?: string | null;
            /**
             * @description Any IANA time zone.
             * @example America/New_York
             */
            timezone?: string;
            /**
             * @description RFC 3339, or a local time in `timezone`. Inclusive.
             * @example 2027-01-01T00:00:00Z
             */
            start_at?: string | null;
            /**
             * @description RFC 3339, or a local time in `timezone`. Inclusive.
             * @example 2028-01-01T00:00:00Z
             */
            end_at?: string | null;
            /**
             * @description What the action needs; see GET /v1/action-types. Strings are Liquid templates; headers, auth and body of a WEBHOOK may name `secrets`.
             * @example {
             *       "url": "http://127.0.0.1:8090/hook"
             *     }
             */
            action_config?: {
                [key: string]: unknown;
            };
            /**
             * @description DELETE deletes the schedule once its last run is final.
             * @enum {string}
             */
            action_after_completion?: "NONE" | "DELETE";
            /**
             * @description What happens to an occurrence that is due while an earlier run is not final.
             * @enum {string}
             */
            overlap_policy?: "SKIP" | "BUFFER_ONE" | "BUFFER_ALL" | "CANCEL_OTHER" | "TERMINATE_OTHER" | "ALLOW_ALL";
            /** @description How late an occurrence may still start (a minute at least). */
            catchup_window_minutes?: number;
            /** @description Spreads the start over a window of so many minutes. */
            flexible_window_minutes?: number;
            /** @description Attempts after the first. */
            max_retries?: number;
            /** @description Wait before the first retry; doubles each time. */
            retry_backoff_seconds?: number;
            /** @description So many FAILED runs in a row pause the schedule. */
            pause_on_failure_count?: number;
            /** @description Starts are spaced so that no minute holds more. */
            rate_limit_per_minute?: number | null;
            /**
             * Format: uuid
             * @description RELATIVE: whose records it goes by. Needed there, and can not change.
             */
            relative_entity_definition_id?: string | null;
            /** @description RELATIVE: the DATE or DATETIME field of the records. Needed there. */
            relative_field_name?: string | null;
            /** @description RELATIVE: conditions on the records, such as {"status":"active"}. All of them, when absent. */
            relative_filter?: {
                [key: string]: unknown;
            } | null;
            /** @description RELATIVE: days before (-) or after (+) the date; 0, when absent. */
            relative_offset_days?: number | null;
            /**
             * @description RELATIVE: whether a date comes round. NONE, when absent.
             * @enum {string|null}
             */
            relative_recurrence?: "NONE" | "MONTHLY" | "YEARLY" | null;
            /**
             * @description The same as resume and pause.
             * @enum {string}
             */
            status?: "ACTIVE" | "PAUSED";
            /** @description Can not change; accepted only as it is. */
            schedule_type?: string;
            /** @description Can not change; accepted only as it is. */
            action_type?: string;
        };
        Run: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            schedule_id: string;
            /** @enum {string} */
            trigger: "SCHEDULE" | "MANUAL" | "BACKFILL";
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            scheduled_for: string;
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            fire_at: string;
            /** @enum {string} */
            status: "PENDING" | "RUNNING" | "SUCCEEDED" | "FAILED" | "SKIPPED" | "MISSED" | "CANCELLED";
            reason: string | null;
            attempt: number;
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            started_at: string | null;
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            finished_at: string | null;
            duration_ms: number | null;
            /** @description From fire_at to the first attempt. */
            lateness_ms: number | null;
            /**
             * Format: date-time
             * @description Of a run that waits for its retry: when that starts.
             * @example 2027-01-01T07:00:00.000Z
             */
            next_attempt_at: string | null;
            /** @description How many occurrences this one row stands for. */
            missed_count: number | null;
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            missed_until: string | null;
            /** Format: uuid */
            record_id: string | null;
            /**
             * Format: uuid
             * @description The FAILED run that this one tries again.
             */
            retry_of: string | null;
            /**
             * Format: uuid
             * @description The run that was in its way: it was SKIPPED (OVERLAP, BUFFER_FULL) for it, or had to wait for it.
             */
            blocked_by: string | null;
            /**
             * Format: uuid
             * @description The backfill that it belongs to.
             */
            backfill_id: string | null;
            /**
             * Format: date-time
             * @description ASYNC: by when the receiver has to report.
             * @example 2027-01-01T07:00:00.000Z
             */
            completion_due_at: string | null;
            /** @description It was asked to stop, and has not ended yet. */
            cancel_requested: boolean;
            request: {
                [key: string]: unknown;
            } | null;
            response: {
                [key: string]: unknown;
            } | null;
            error: {
                code: string;
                message: string;
            } | null;
            attempts: {
                attempt: number;
                /**
                 * Format: date-time
                 * @example 2027-01-01T07:00:00.000Z
                 */
                started_at: string;
                /**
                 * Format: date-time
                 * @example 2027-01-01T07:00:00.000Z
                 */
                finished_at: string;
                node: string;
                /**
                 * @description ACCEPTED: the receiver has it, and its completion is awaited.
                 * @enum {string}
                 */
                outcome: "SUCCEEDED" | "FAILED" | "INTERRUPTED" | "ACCEPTED" | "CANCELLED";
                error: {
                    code: string;
                    message: string;
                } | null;
                request: {
                    [key: string]: unknown;
                } | null;
                response: {
                    [key: string]: unknown;
                } | null;
                /** @description What the receiver of an ASYNC action reported. */
                completion: {
                    /** @enum {string} */
                    status: "SUCCEEDED" | "FAILED";
                    result?: unknown;
                    error: string | null;
                    /**
                     * Format: date-time
                     * @example 2027-01-01T07:00:00.000Z
                     */
                    at: string;
                } | null;
            }[];
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            created_at: string;
        };
        TriggerBody: {
            /**
             * @description Overlays the action config, for this run only.
             * @example {}
             */
            action_config?: {
                [key: string]: unknown;
            };
            /**
             * Format: uuid
             * @description RELATIVE: the record that the run is about.
             */
            record_id?: string | null;
        };
        RunList: {
            runs: components["schemas"]["Run"][];
            /** @description How many match; counted up to 10,000. */
            total: number;
            limit: number;
            offset: number;
        };
        Completion: {
            /**
             * @description How the work ended. FAILED is not retried.
             * @enum {string}
             */
            status: "SUCCEEDED" | "FAILED";
            /**
             * @description Any JSON; kept on the attempt.
             * @example {
             *       "invoices": 17
             *     }
             */
            result?: unknown;
            /** @description What went wrong, for people. */
            error?: string | null;
        };
        Heartbeat: {
            /** Format: uuid */
            run_id: string;
            /**
             * Format: date-time
             * @description Null while the delivery itself is under way.
             * @example 2027-01-01T07:00:00.000Z
             */
            completion_due_at: string | null;
            /** @description The run is asked to stop: report how it ended. */
            cancel_requested: boolean;
        };
        BulkCreateResult: {
            results: {
                index: number;
                /** @description What creating it alone would have answered: 201, 200, 409 or 422. */
                status: number;
                schedule: components["schemas"]["Schedule"] | null;
                error: components["schemas"]["ValidationProblem"] | components["schemas"]["Problem"] | null;
            }[];
            created: number;
            /** @description Those that a deduplication_key found: status 200. */
            existing: number;
            failed: number;
        };
        BulkCreate: {
            schedules: components["schemas"]["ScheduleCreate"][];
        };
        BulkActionResult: {
            matched: number;
            /** @description 0 in a dry run. */
            changed: number;
            /** @description In a dry run: how many would be. */
            skipped: number;
            /**
             * @description How many were skipped for what: `unchanged` (it is so already), `schedule_completed`.
             * @example {
             *       "schedule_completed": 2
             *     }
             */
            skip_reasons: {
                [key: string]: number;
            };
            dry_run: boolean;
        };
        /**
         * @example {
         *       "filter": {
         *         "all": true
         *       },
         *       "action": "PAUSE",
         *       "dry_run": true
         *     }
         */
        BulkAction: {
            /**
             * @description Which schedules. All given conditions hold.
             * @example {
             *       "ids": []
             *     }
             */
            filter: {
                /** Format: uuid */
                customer_id?: string;
                external_id?: string;
                /** @enum {string} */
                status?: "ACTIVE" | "PAUSED" | "COMPLETED";
                /** @enum {string} */
                schedule_type?: "CRON" | "RATE" | "ONE_TIME" | "RRULE" | "RELATIVE";
                /** @description Part of the name, in any case. */
                name_contains?: string;
                ids?: string[];
                /**
                 * @description Every schedule; then nothing else is given.
                 * @enum {boolean}
                 */
                all?: true;
            };
            /**
             * @description TRIGGER needs the scope schedules:trigger too.
             * @enum {string}
             */
            action: "PAUSE" | "RESUME" | "DELETE" | "TRIGGER";
            /**
             * @description Counts, and changes nothing.
             * @default false
             */
            dry_run?: boolean;
        };
        Backfill: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            schedule_id: string;
            /** @enum {string} */
            status: "RUNNING" | "PAUSED" | "COMPLETED" | "CANCELLED";
            /**
             * @description Why it is PAUSED or CANCELLED.
             * @enum {string|null}
             */
            status_reason: "BY_USER" | "FAILURES" | "PARKED" | "SCHEDULE_DELETED" | null;
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            start_at: string;
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            end_at: string;
            /** @enum {string} */
            overlap_policy: "ALLOW_ALL" | "SKIP" | "BUFFER_ONE" | "BUFFER_ALL";
            /** @description Occurrences within its bounds. */
            total: number;
            /** @description Of those, how many have become runs. */
            planned: number;
            /** @description And how many were SKIPPED. */
            skipped: number;
            /**
             * Format: date-time
             * @description The next to plan; null once all are.
             * @example 2027-01-01T07:00:00.000Z
             */
            next_scheduled_for: string | null;
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            updated_at: string;
            /**
             * Format: date-time
             * @description When its last run was final, or it was cancelled.
             * @example 2027-01-01T07:00:00.000Z
             */
            finished_at: string | null;
        };
        BackfillCreate: {
            /**
             * @description The first instant. RFC 3339, or a local time in the schedule’s zone. Inclusive.
             * @example 2026-11-01T00:00:00Z
             */
            start_at: string;
            /**
             * @description The last instant, not later than now. Inclusive. At most 10000 occurrences.
             * @example 2026-11-08T00:00:00Z
             */
            end_at: string;
            /**
             * @description What an occurrence does while a run of the schedule is open.
             * @default ALLOW_ALL
             * @enum {string}
             */
            overlap_policy?: "ALLOW_ALL" | "SKIP" | "BUFFER_ONE" | "BUFFER_ALL";
        };
        BackfillList: {
            backfills: components["schemas"]["Backfill"][];
            total: number;
            limit: number;
            offset: number;
        };
        EntityDefinitionList: {
            entity_definitions: components["schemas"]["EntityDefinition"][];
            total: number;
            limit: number;
            offset: number;
        };
        EntityDefinition: {
            /** Format: uuid */
            id: string;
            slug: string;
            name: string;
            fields: {
                name: string;
                /** @enum {string} */
                type: "STRING" | "NUMBER" | "BOOLEAN" | "DATE" | "DATETIME" | "JSON";
                required: boolean;
            }[];
            version: number;
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            updated_at: string;
        };
        EntityDefinitionCreate: {
            /**
             * @description Unique among your definitions; it never changes.
             * @example invoices
             */
            slug: string;
            /**
             * @description For people. 1 to 200 characters.
             * @example Invoices
             */
            name: string;
            /** @description What records have, in the order of their answers. */
            fields: components["schemas"]["EntityField"][];
        };
        EntityField: {
            /** @example due_on */
            name: string;
            /**
             * @example DATE
             * @enum {string}
             */
            type: "STRING" | "NUMBER" | "BOOLEAN" | "DATE" | "DATETIME" | "JSON";
            /**
             * @description Every record must have a value.
             * @default false
             */
            required?: boolean;
        };
        /**
         * @example {
         *       "name": "Invoices"
         *     }
         */
        EntityDefinitionUpdate: {
            /** @description Can not change; accepted only as it is. */
            slug?: string;
            /**
             * @description For people. 1 to 200 characters.
             * @example Invoices
             */
            name?: string;
            /** @description What records have, in the order of their answers. */
            fields?: components["schemas"]["EntityField"][];
        };
        EntityRecordList: {
            records: components["schemas"]["EntityRecord"][];
            total: number;
            limit: number;
            offset: number;
        };
        EntityRecord: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            definition_id: string;
            external_id: string | null;
            /** Format: uuid */
            customer_id: string | null;
            /** @description A field without a value is absent. */
            data: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            updated_at: string;
        };
        Upcoming: {
            upcoming: {
                /** Format: uuid */
                schedule_id: string;
                schedule_name: string;
                /** @enum {string} */
                status: "ACTIVE" | "PAUSED" | "COMPLETED";
                /**
                 * Format: date-time
                 * @description Its next occurrence; null: there is none.
                 * @example 2027-01-01T07:00:00.000Z
                 */
                scheduled_for: string | null;
                local_time: string | null;
                /**
                 * Format: date-time
                 * @example 2027-01-01T07:00:00.000Z
                 */
                fire_at: string | null;
                notes: string[];
                /** @enum {string|null} */
                reason: "CUSTOMER" | "FILTER" | "NO_DATE" | "PAST" | "PAUSED" | "COMPLETED" | null;
                /** @description Why there is none, in a sentence. */
                detail: string | null;
            }[];
            total: number;
            limit: number;
            offset: number;
        };
        EntityRecordCreate: {
            /**
             * @description Your own id, unique among the records of the definition.
             * @default null
             * @example inv-17
             */
            external_id?: string | null;
            /**
             * Format: uuid
             * @description Whose record it is, among your customers.
             * @default null
             */
            customer_id?: string | null;
            /**
             * @description Field → value; null: no value.
             * @example {
             *       "status": "open",
             *       "due_on": "2027-04-30"
             *     }
             */
            data: {
                [key: string]: unknown;
            };
        };
        EntityRecordBulkResult: {
            results: {
                /** @description Its place in the request, from 0; empty lines do not count. */
                index: number;
                /** @description What writing it alone would have answered: 201, 200, 409 or 422. */
                status: number;
                /** Format: uuid */
                id: string | null;
                external_id: string | null;
                error: components["schemas"]["ValidationProblem"] | components["schemas"]["Problem"] | null;
            }[];
            created: number;
            /** @description Those that were there: status 200. */
            updated: number;
            failed: number;
        };
        EntityRecordBulk: {
            records: components["schemas"]["EntityRecordCreate"][];
        };
        /**
         * @example {
         *       "data": {
         *         "status": "paid"
         *       }
         *     }
         */
        EntityRecordUpdate: {
            /**
             * @description Your own id, unique among the records of the definition.
             * @example inv-17
             */
            external_id?: string | null;
            /**
             * Format: uuid
             * @description Whose record it is, among your customers.
             */
            customer_id?: string | null;
            /**
             * @description Field → value; null: no value.
             * @example {
             *       "status": "open",
             *       "due_on": "2027-04-30"
             *     }
             */
            data?: {
                [key: string]: unknown;
            };
        };
        ActionTypes: {
            action_types: {
                type: string;
                aliases: string[];
                description: string;
                config_schema: {
                    [key: string]: unknown;
                };
                /** @description Why this server does not take a schedule of this type; null: it does. */
                unavailable: string | null;
            }[];
        };
        EgressPolicy: {
            allow: string[];
            deny: string[];
            /**
             * Format: date-time
             * @description Null: it was never set.
             * @example 2027-01-01T07:00:00.000Z
             */
            updated_at: string | null;
        };
        EgressPolicyInput: {
            /**
             * @description Not empty: nothing else may be reached.
             * @example [
             *       "api.example.com",
             *       "*.hooks.example.com:8443"
             *     ]
             */
            allow: string[];
            /**
             * @description Goes before `allow`.
             * @example [
             *       "203.0.113.0/24"
             *     ]
             */
            deny: string[];
        };
        ApiKeyList: {
            api_keys: components["schemas"]["ApiKey"][];
            total: number;
            limit: number;
            offset: number;
        };
        ApiKey: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            tenant_id: string;
            name: string;
            scopes: string[];
            /** Format: uuid */
            customer_id: string | null;
            /** @enum {string} */
            status: "ACTIVE" | "EXPIRED" | "REVOKED";
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            expires_at: string | null;
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            revoked_at: string | null;
            /**
             * Format: date-time
             * @description To the hour.
             * @example 2027-01-01T07:00:00.000Z
             */
            last_used_at: string | null;
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            created_at: string;
        };
        ApiKeyCreated: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            tenant_id: string;
            name: string;
            scopes: string[];
            /** Format: uuid */
            customer_id: string | null;
            /** @enum {string} */
            status: "ACTIVE" | "EXPIRED" | "REVOKED";
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            expires_at: string | null;
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            revoked_at: string | null;
            /**
             * Format: date-time
             * @description To the hour.
             * @example 2027-01-01T07:00:00.000Z
             */
            last_used_at: string | null;
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            created_at: string;
            /** @description The key itself. Told once: null where an Idempotency-Key asks again. */
            key: string | null;
        };
        ApiKeyCreate: {
            /**
             * @description For people. 1 to 100 characters.
             * @example billing
             */
            name: string;
            /**
             * @description None that you do not have yourself. `*` is every scope but `tenants:manage`, later ones too.
             * @example [
             *       "schedules:read",
             *       "runs:read"
             *     ]
             */
            scopes: ("*" | "schedules:read" | "schedules:write" | "schedules:trigger" | "runs:read" | "runs:write" | "entities:read" | "entities:write" | "egress:read" | "egress:write" | "secrets:read" | "secrets:write" | "keys:manage" | "audit:read" | "tenants:manage")[];
            /**
             * Format: date-time
             * @description RFC 3339, in the future. Never, when absent.
             * @example 2028-01-01T00:00:00Z
             */
            expires_at?: string | null;
            /**
             * Format: uuid
             * @description Binds the key to this customer: it sees and touches no other rows.
             */
            customer_id?: string | null;
            /**
             * Format: uuid
             * @description For which tenant; needs `tenants:manage`. Yours, when absent.
             */
            tenant_id?: string;
        };
        ApiKeyRotate: {
            /**
             * @description How long the old key works beside the new one.
             * @default 60
             */
            overlap_minutes?: number;
        };
        TenantList: {
            tenants: components["schemas"]["Tenant"][];
            total: number;
            limit: number;
            offset: number;
        };
        Tenant: {
            /** Format: uuid */
            id: string;
            name: string;
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            created_at: string;
        };
        TenantCreated: {
            /** Format: uuid */
            id: string;
            name: string;
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            created_at: string;
            /** @description What signs its webhooks. Told once: null where an Idempotency-Key asks again. */
            webhook_secret: string | null;
        };
        TenantInput: {
            /**
             * @description Unique. 1 to 100 characters.
             * @example acme
             */
            name: string;
        };
        SecretList: {
            secrets: components["schemas"]["Secret"][];
            total: number;
        };
        Secret: {
            name: string;
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            updated_at: string;
        };
        SecretInput: {
            /**
             * @description 1 to 8192 bytes as UTF-8. Never answered.
             * @example s3cr3t
             */
            value: string;
        };
        WebhookSecretList: {
            /** @description Those that sign now, newest first. */
            webhook_secrets: components["schemas"]["WebhookSecret"][];
            /** @description Whether they are set by HYDRACORE_WEBHOOK_SECRETS, and so not rotated here. */
            from_environment: boolean;
        };
        WebhookSecret: {
            /** Format: uuid */
            id: string;
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description Until when it signs beside a newer one. Null: it is the newest.
             * @example 2027-01-01T07:00:00.000Z
             */
            expires_at: string | null;
        };
        WebhookSecretRotated: {
            /** @description The new secret. Told once: null where an Idempotency-Key asks again. */
            webhook_secret: string | null;
            /** @description Those that sign now, newest first. */
            webhook_secrets: components["schemas"]["WebhookSecret"][];
        };
        WebhookSecretRotate: {
            /**
             * @description How long the old ones sign beside the new one. 0: they end at once.
             * @default 1440
             */
            overlap_minutes?: number;
        };
        Quotas: {
            /** Format: uuid */
            tenant_id: string;
            schedules: components["schemas"]["QuotaStanding"];
            records: components["schemas"]["QuotaStanding"];
            runs_per_minute: components["schemas"]["QuotaStanding"];
            api_keys: components["schemas"]["QuotaStanding"];
            entity_definitions: components["schemas"]["QuotaStanding"];
        };
        QuotaStanding: {
            /** @description null: no limit. */
            limit: number | null;
            used: number;
            /**
             * @description Whose limit it is: everyone's, or the tenant's own.
             * @enum {string}
             */
            source: "SERVER" | "TENANT";
        };
        /**
         * @example {
         *       "schedules": 5000,
         *       "runs_per_minute": null
         *     }
         */
        QuotasInput: {
            /** @description The most schedules that exist. null: the server's default. */
            schedules?: number | null;
            /** @description The most records, of all definitions together. null: the server's default. */
            records?: number | null;
            /** @description The most runs that start in a minute; others wait. null: the server's default. */
            runs_per_minute?: number | null;
        };
        Overview: {
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            at: string;
            /** @description How many runs ended in each of the last 24 hours, and in the one that has begun; a MISSED row counts for each occurrence that it stands for. Null for a credential that is bound to a customer. */
            hours: {
                /**
                 * Format: date-time
                 * @description When it began.
                 * @example 2027-01-01T07:00:00.000Z
                 */
                hour: string;
                succeeded: number;
                failed: number;
                skipped: number;
                missed: number;
                cancelled: number;
            }[] | null;
            /** @description From fire_at to the first attempt, known to a tenth of the value. Null for a credential that is bound to a customer. */
            lateness: {
                /** @description Runs of these hours of which an attempt was made. */
                attempted: number;
                p50_ms: number | null;
                p99_ms: number | null;
            } | null;
            /** @description The next 20 schedules to fire. Null without the scope `schedules:read`. */
            upcoming: components["schemas"]["ScheduleInBrief"][] | null;
            attention: {
                /** @description ACTIVE, and the last runs FAILED; found among the newest 5,000 FAILED runs. The most failures in a row first. */
                failing: {
                    /** @description Counted up to 10,000. */
                    total: number;
                    /** @description Up to ten. */
                    first: components["schemas"]["ScheduleInBrief"][];
                } | null;
                /** @description PAUSED: too many failures in a row. */
                paused_by_failures: {
                    /** @description Counted up to 10,000. */
                    total: number;
                    /** @description Up to ten. */
                    first: components["schemas"]["ScheduleInBrief"][];
                } | null;
                /** @description PAUSED: the receiver wants no more. */
                parked: {
                    /** @description Counted up to 10,000. */
                    total: number;
                    /** @description Up to ten. */
                    first: components["schemas"]["ScheduleInBrief"][];
                } | null;
                /** @description PENDING for more than a minute past the instant at which it could start. */
                overdue: {
                    /** @description Counted up to 10,000. */
                    total: number;
                    first: {
                        /** Format: uuid */
                        run_id: string;
                        /** Format: uuid */
                        schedule_id: string;
                        /**
                         * Format: date-time
                         * @example 2027-01-01T07:00:00.000Z
                         */
                        scheduled_for: string;
                        /**
                         * Format: date-time
                         * @example 2027-01-01T07:00:00.000Z
                         */
                        due_at: string;
                        attempt: number;
                    }[];
                };
            };
        };
        ScheduleInBrief: {
            /** Format: uuid */
            schedule_id: string;
            name: string;
            consecutive_failures: number;
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            last_run_at: string | null;
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            next_run_at: string | null;
        };
        UpcomingList: {
            upcoming: {
                /**
                 * Format: date-time
                 * @description Its next occurrence.
                 * @example 2027-01-01T07:00:00.000Z
                 */
                scheduled_for: string;
                /**
                 * Format: date-time
                 * @description When that fires: later than `scheduled_for` by its place in the flexible window. Each record of a RELATIVE schedule has a place of its own: here it is its first date.
                 * @example 2027-01-01T07:00:00.000Z
                 */
                fire_at: string;
                schedule: components["schemas"]["Schedule"];
            }[];
            /** @description How many match; counted up to 10,000. */
            total: number;
            limit: number;
            offset: number;
        };
        /** @description The `data` of events named `run`, `schedule` and `reset`. */
        EventData: components["schemas"]["RunEvent"] | components["schemas"]["ScheduleEvent"] | components["schemas"]["ResetEvent"];
        RunEvent: {
            /** Format: uuid */
            run_id: string;
            /** Format: uuid */
            schedule_id: string;
            /** @enum {string} */
            trigger: "SCHEDULE" | "MANUAL" | "BACKFILL";
            /** @enum {string} */
            status: "PENDING" | "RUNNING" | "SUCCEEDED" | "FAILED" | "SKIPPED" | "MISSED" | "CANCELLED";
            reason: string | null;
            attempt: number;
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            scheduled_for: string;
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            fire_at: string;
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            started_at: string | null;
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            finished_at: string | null;
            /** @description From fire_at to the first attempt. */
            lateness_ms: number | null;
            /** Format: uuid */
            record_id: string | null;
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            at: string;
        };
        ScheduleEvent: {
            /** Format: uuid */
            schedule_id: string;
            /** @enum {string} */
            change: "CREATED" | "CHANGED" | "DELETED";
            name: string;
            /** @enum {string} */
            status: "ACTIVE" | "PAUSED" | "COMPLETED";
            status_reason: string | null;
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            next_run_at: string | null;
            version: number;
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            at: string;
        };
        ResetEvent: {
            /** @enum {string} */
            reason: "TOO_OLD" | "UNKNOWN_ID";
            detail: string;
        };
        WhoAmI: {
            tenant: {
                /** Format: uuid */
                id: string;
                name: string;
            };
            credential: {
                /** @enum {string} */
                kind: "API_KEY" | "JWT" | "SESSION";
                /**
                 * Format: uuid
                 * @description Of the API key; of a session, the one that opened it.
                 */
                key_id: string | null;
                /** @description What the key is called. */
                name: string | null;
                /** @description Who a JWT was issued to. */
                subject: string | null;
                /**
                 * Format: date-time
                 * @description Of the key; null: never, or it is a JWT.
                 * @example 2027-01-01T07:00:00.000Z
                 */
                expires_at: string | null;
            };
            scopes: string[];
            /**
             * Format: uuid
             * @description The customer that it is bound to; null: it sees the tenant.
             */
            customer_id: string | null;
            server: {
                version: string;
                postgresql: string;
                node: string;
                /** @description Which time-zone rules schedules are planned by. */
                tzdata: string;
            };
        };
        AuditEventList: {
            audit_events: components["schemas"]["AuditEvent"][];
            total: number;
            limit: number;
            offset: number;
        };
        AuditEvent: {
            /** Format: uuid */
            id: string;
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            at: string;
            /**
             * @description DENIED: refused for want of a right, nothing was changed; told once an hour for an actor and operation.
             * @enum {string}
             */
            outcome: "DONE" | "DENIED";
            actor: {
                /** @enum {string} */
                kind: "API_KEY" | "JWT" | "OPERATOR";
                /** @description A key's id, a JWT's subject, or `operator`. */
                id: string;
                /** @description The key's name at that time. */
                name: string | null;
                /**
                 * Format: uuid
                 * @description The session of the console that it came through.
                 */
                session_id: string | null;
            };
            /** @example updateSchedule */
            operation: string;
            target: {
                /** @example schedule */
                type: string | null;
                /** @description null: several rows; `after` says which. */
                id: string | null;
            };
            /** @description The row as answers showed it; of an update the fields that have changed. */
            before: {
                [key: string]: unknown;
            } | null;
            /** @description The same, afterwards. More than 16 KiB: `{"truncated":true,"bytes":n}`. */
            after: {
                [key: string]: unknown;
            } | null;
            /** @description DENIED: what the caller was told. */
            detail: string | null;
            request_id: string;
            remote_address: string | null;
        };
        Session: {
            /** Format: uuid */
            id: string;
            tenant: {
                /** Format: uuid */
                id: string;
                name: string;
            };
            key: {
                /** Format: uuid */
                id: string;
                name: string;
                /**
                 * Format: date-time
                 * @example 2027-01-01T07:00:00.000Z
                 */
                expires_at: string | null;
            };
            scopes: string[];
            /** Format: uuid */
            customer_id: string | null;
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description At the latest; without requests, or with its key, it ends before.
             * @example 2027-01-01T07:00:00.000Z
             */
            expires_at: string;
        };
        SessionCreate: {
            /** @description The key whose rights the session has, and with which it ends. */
            api_key: string;
        };
        Invariants: {
            /**
             * Format: date-time
             * @example 2027-01-01T07:00:00.000Z
             */
            checked_at: string;
            /** @description Whether every invariant was checked and holds. */
            ok: boolean;
            invariants: components["schemas"]["Invariant"][];
            /** @description The last regular check of the server that answers. */
            last: {
                /**
                 * Format: date-time
                 * @example 2027-01-01T07:00:00.000Z
                 */
                checked_at: string;
                /** @description Whether every invariant was checked and holds. */
                ok: boolean;
                invariants: components["schemas"]["Invariant"][];
            } | null;
        };
        Invariant: {
            name: string;
            description: string;
            /** @description How many rows break it, counted up to 100; null: the check did not end in time. */
            violations: number | null;
            /** @description The ids of up to five of them, of any tenant. */
            examples: string[];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type Preview = components['schemas']['Preview'];
export type Problem = components['schemas']['Problem'];
export type ValidationProblem = components['schemas']['ValidationProblem'];
export type FieldProblem = components['schemas']['FieldProblem'];
export type ScheduleCreate = components['schemas']['ScheduleCreate'];
export type ScheduleList = components['schemas']['ScheduleList'];
export type Schedule = components['schemas']['Schedule'];
export type ScheduleUpdate = components['schemas']['ScheduleUpdate'];
export type Run = components['schemas']['Run'];
export type TriggerBody = components['schemas']['TriggerBody'];
export type RunList = components['schemas']['RunList'];
export type Completion = components['schemas']['Completion'];
export type Heartbeat = components['schemas']['Heartbeat'];
export type BulkCreateResult = components['schemas']['BulkCreateResult'];
export type BulkCreate = components['schemas']['BulkCreate'];
export type BulkActionResult = components['schemas']['BulkActionResult'];
export type BulkAction = components['schemas']['BulkAction'];
export type Backfill = components['schemas']['Backfill'];
export type BackfillCreate = components['schemas']['BackfillCreate'];
export type BackfillList = components['schemas']['BackfillList'];
export type EntityDefinitionList = components['schemas']['EntityDefinitionList'];
export type EntityDefinition = components['schemas']['EntityDefinition'];
export type EntityDefinitionCreate = components['schemas']['EntityDefinitionCreate'];
export type EntityField = components['schemas']['EntityField'];
export type EntityDefinitionUpdate = components['schemas']['EntityDefinitionUpdate'];
export type EntityRecordList = components['schemas']['EntityRecordList'];
export type EntityRecord = components['schemas']['EntityRecord'];
export type Upcoming = components['schemas']['Upcoming'];
export type EntityRecordCreate = components['schemas']['EntityRecordCreate'];
export type EntityRecordBulkResult = components['schemas']['EntityRecordBulkResult'];
export type EntityRecordBulk = components['schemas']['EntityRecordBulk'];
export type EntityRecordUpdate = components['schemas']['EntityRecordUpdate'];
export type ActionTypes = components['schemas']['ActionTypes'];
export type EgressPolicy = components['schemas']['EgressPolicy'];
export type EgressPolicyInput = components['schemas']['EgressPolicyInput'];
export type ApiKeyList = components['schemas']['ApiKeyList'];
export type ApiKey = components['schemas']['ApiKey'];
export type ApiKeyCreated = components['schemas']['ApiKeyCreated'];
export type ApiKeyCreate = components['schemas']['ApiKeyCreate'];
export type ApiKeyRotate = components['schemas']['ApiKeyRotate'];
export type TenantList = components['schemas']['TenantList'];
export type Tenant = components['schemas']['Tenant'];
export type TenantCreated = components['schemas']['TenantCreated'];
export type TenantInput = components['schemas']['TenantInput'];
export type SecretList = components['schemas']['SecretList'];
export type Secret = components['schemas']['Secret'];
export type SecretInput = components['schemas']['SecretInput'];
export type WebhookSecretList = components['schemas']['WebhookSecretList'];
export type WebhookSecret = components['schemas']['WebhookSecret'];
export type WebhookSecretRotated = components['schemas']['WebhookSecretRotated'];
export type WebhookSecretRotate = components['schemas']['WebhookSecretRotate'];
export type Quotas = components['schemas']['Quotas'];
export type QuotaStanding = components['schemas']['QuotaStanding'];
export type QuotasInput = components['schemas']['QuotasInput'];
export type Overview = components['schemas']['Overview'];
export type ScheduleInBrief = components['schemas']['ScheduleInBrief'];
export type UpcomingList = components['schemas']['UpcomingList'];
export type EventData = components['schemas']['EventData'];
export type RunEvent = components['schemas']['RunEvent'];
export type ScheduleEvent = components['schemas']['ScheduleEvent'];
export type ResetEvent = components['schemas']['ResetEvent'];
export type WhoAmI = components['schemas']['WhoAmI'];
export type AuditEventList = components['schemas']['AuditEventList'];
export type AuditEvent = components['schemas']['AuditEvent'];
export type Session = components['schemas']['Session'];
export type SessionCreate = components['schemas']['SessionCreate'];
export type Invariants = components['schemas']['Invariants'];
export type Invariant = components['schemas']['Invariant'];
export type $defs = Record<string, never>;
export interface operations {
    previewNewSchedule: {
        parameters: {
            query?: {
                count?: number;
                /** @description Strictly after this instant, from 1970 to 2199; now, when absent. */
                after?: string;
                /** @description RELATIVE: of this record alone, and why it has none. */
                record_id?: string;
            };
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
                /** @description The same key within 24 h answers the same and does nothing again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScheduleCreate"];
            };
        };
        responses: {
            /** @description The next occurrences. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preview"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description It conflicts with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    previewSchedule: {
        parameters: {
            query?: {
                count?: number;
                /** @description Strictly after this instant, from 1970 to 2199; now, when absent. */
                after?: string;
                /** @description RELATIVE: of this record alone, and why it has none. */
                record_id?: string;
            };
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
            };
            path: {
                schedule_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The next occurrences. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preview"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such row, or it is not yours. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSchedules: {
        parameters: {
            query?: {
                customer_id?: string;
                external_id?: string;
                status?: "ACTIVE" | "PAUSED" | "COMPLETED";
                schedule_type?: "CRON" | "RATE" | "ONE_TIME" | "RRULE" | "RELATIVE";
                /** @description Part of the name, in any case. */
                name_contains?: string;
                limit?: number;
                offset?: number;
            };
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduleList"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createSchedule: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
                /** @description The same key within 24 h answers the same and does nothing again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScheduleCreate"];
            };
        };
        responses: {
            /** @description A schedule with this deduplication key and content was there. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Schedule"];
                };
            };
            /** @description The schedule. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Schedule"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description It conflicts with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSchedule: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
            };
            path: {
                schedule_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The schedule. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Schedule"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such row, or it is not yours. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateSchedule: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
                /** @description The ETag that the change is meant for. */
                "If-Match"?: string;
            };
            path: {
                schedule_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScheduleUpdate"];
            };
        };
        responses: {
            /** @description The schedule. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Schedule"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such row, or it is not yours. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description It conflicts with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description `If-Match` names another version. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteSchedule: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
                /** @description The ETag that the change is meant for. */
                "If-Match"?: string;
            };
            path: {
                schedule_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such row, or it is not yours. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description `If-Match` names another version. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pauseSchedule: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
                /** @description The same key within 24 h answers the same and does nothing again. */
                "Idempotency-Key"?: string;
                /** @description The ETag that the change is meant for. */
                "If-Match"?: string;
            };
            path: {
                schedule_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The schedule. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Schedule"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such row, or it is not yours. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description It conflicts with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description `If-Match` names another version. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resumeSchedule: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
                /** @description The same key within 24 h answers the same and does nothing again. */
                "Idempotency-Key"?: string;
                /** @description The ETag that the change is meant for. */
                "If-Match"?: string;
            };
            path: {
                schedule_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The schedule. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Schedule"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such row, or it is not yours. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description It conflicts with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description `If-Match` names another version. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    triggerSchedule: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
                /** @description The same key within 24 h answers the same and does nothing again. */
                "Idempotency-Key"?: string;
                /** @description The ETag that the change is meant for. */
                "If-Match"?: string;
            };
            path: {
                schedule_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["TriggerBody"];
            };
        };
        responses: {
            /** @description The run, about to start. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such row, or it is not yours. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description It conflicts with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description `If-Match` names another version. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listScheduleRuns: {
        parameters: {
            query?: {
                limit?: number;
                offset?: number;
            };
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
            };
            path: {
                schedule_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunList"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such row, or it is not yours. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    completeRun: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key within 24 h answers the same and does nothing again. */
                "Idempotency-Key"?: string;
            };
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Completion"];
            };
        };
        responses: {
            /** @description The run. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such row, or it is not yours. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description It conflicts with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    heartbeatRun: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key within 24 h answers the same and does nothing again. */
                "Idempotency-Key"?: string;
            };
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description By when it has to be completed now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Heartbeat"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such row, or it is not yours. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description It conflicts with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelRun: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
                /** @description The same key within 24 h answers the same and does nothing again. */
                "Idempotency-Key"?: string;
            };
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The run. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            /** @description The attempt under way is told to stop. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such row, or it is not yours. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description It conflicts with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRuns: {
        parameters: {
            query?: {
                status?: "PENDING" | "RUNNING" | "SUCCEEDED" | "FAILED" | "SKIPPED" | "MISSED" | "CANCELLED";
                trigger?: "SCHEDULE" | "MANUAL" | "BACKFILL";
                schedule_id?: string;
                /** @description Of the schedule, as it is now. */
                customer_id?: string;
                backfill_id?: string;
                /** @description RELATIVE: runs that are about this record. */
                record_id?: string;
                /** @description scheduled_for at or after this instant. */
                from?: string;
                /** @description scheduled_for before this instant: it is exclusive. */
                to?: string;
                limit?: number;
                offset?: number;
            };
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunList"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRun: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
            };
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The run. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such row, or it is not yours. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retryRun: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
                /** @description The same key within 24 h answers the same and does nothing again. */
                "Idempotency-Key"?: string;
            };
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The new run, about to start; retry_of names the old one. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such row, or it is not yours. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description It conflicts with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createSchedules: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
                /** @description The same key within 24 h answers the same and does nothing again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BulkCreate"];
            };
        };
        responses: {
            /** @description What became of each. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkCreateResult"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description It conflicts with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    actOnSchedules: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
                /** @description The same key within 24 h answers the same and does nothing again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BulkAction"];
            };
        };
        responses: {
            /** @description How many. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkActionResult"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description It conflicts with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createBackfill: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
                /** @description The same key within 24 h answers the same and does nothing again. */
                "Idempotency-Key"?: string;
                /** @description The ETag that the change is meant for. */
                "If-Match"?: string;
            };
            path: {
                schedule_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BackfillCreate"];
            };
        };
        responses: {
            /** @description The backfill, about to begin. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Backfill"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such row, or it is not yours. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description It conflicts with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description `If-Match` names another version. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listBackfills: {
        parameters: {
            query?: {
                limit?: number;
                offset?: number;
            };
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
            };
            path: {
                schedule_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BackfillList"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such row, or it is not yours. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getBackfill: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
            };
            path: {
                backfill_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The backfill. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Backfill"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such row, or it is not yours. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pauseBackfill: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
                /** @description The same key within 24 h answers the same and does nothing again. */
                "Idempotency-Key"?: string;
            };
            path: {
                backfill_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The backfill. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Backfill"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such row, or it is not yours. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description It conflicts with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resumeBackfill: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
                /** @description The same key within 24 h answers the same and does nothing again. */
                "Idempotency-Key"?: string;
            };
            path: {
                backfill_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The backfill. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Backfill"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such row, or it is not yours. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description It conflicts with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelBackfill: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
                /** @description The same key within 24 h answers the same and does nothing again. */
                "Idempotency-Key"?: string;
            };
            path: {
                backfill_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The backfill. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Backfill"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such row, or it is not yours. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description It conflicts with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEntityDefinitions: {
        parameters: {
            query?: {
                slug?: string;
                limit?: number;
                offset?: number;
            };
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntityDefinitionList"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createEntityDefinition: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
                /** @description The same key within 24 h answers the same and does nothing again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EntityDefinitionCreate"];
            };
        };
        responses: {
            /** @description The definition. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntityDefinition"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description It conflicts with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEntityDefinition: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
            };
            path: {
                definition_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The definition. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntityDefinition"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such row, or it is not yours. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateEntityDefinition: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
                /** @description The ETag that the change is meant for. */
                "If-Match"?: string;
            };
            path: {
                definition_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EntityDefinitionUpdate"];
            };
        };
        responses: {
            /** @description The definition. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntityDefinition"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such row, or it is not yours. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description It conflicts with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description `If-Match` names another version. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteEntityDefinition: {
        parameters: {
            query?: {
                /** @description Deletes its records, too. */
                cascade?: "true" | "false";
            };
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
                /** @description The ETag that the change is meant for. */
                "If-Match"?: string;
            };
            path: {
                definition_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such row, or it is not yours. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description It conflicts with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description `If-Match` names another version. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEntityRecords: {
        parameters: {
            query?: {
                /** @description Conditions on the data, as JSON; see docs/entities.md. */
                filter?: string;
                customer_id?: string;
                external_id?: string;
                limit?: number;
                offset?: number;
            };
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
            };
            path: {
                definition_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntityRecordList"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such row, or it is not yours. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putEntityRecord: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
                /** @description The same key within 24 h answers the same and does nothing again. */
                "Idempotency-Key"?: string;
            };
            path: {
                definition_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EntityRecordCreate"];
            };
        };
        responses: {
            /** @description There was one with this external_id; it is this now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntityRecord"];
                };
            };
            /** @description The record. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntityRecord"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such row, or it is not yours. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description It conflicts with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listUpcomingOfRecord: {
        parameters: {
            query?: {
                limit?: number;
                offset?: number;
            };
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
            };
            path: {
                definition_id: string;
                record_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Those that fire first, in their order; then the others. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Upcoming"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such row, or it is not yours. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putEntityRecords: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
                /** @description The same key within 24 h answers the same and does nothing again. */
                "Idempotency-Key"?: string;
            };
            path: {
                definition_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EntityRecordBulk"];
                "application/x-ndjson": string;
            };
        };
        responses: {
            /** @description What became of each. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntityRecordBulkResult"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such row, or it is not yours. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description It conflicts with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEntityRecord: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
            };
            path: {
                definition_id: string;
                record_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The record. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntityRecord"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such row, or it is not yours. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateEntityRecord: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
            };
            path: {
                definition_id: string;
                record_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EntityRecordUpdate"];
            };
        };
        responses: {
            /** @description The record. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntityRecord"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such row, or it is not yours. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description It conflicts with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteEntityRecord: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
            };
            path: {
                definition_id: string;
                record_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such row, or it is not yours. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listActionTypes: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The types. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ActionTypes"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEgressPolicy: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The policy. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EgressPolicy"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setEgressPolicy: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
                /** @description The ETag that the change is meant for. */
                "If-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EgressPolicyInput"];
            };
        };
        responses: {
            /** @description The policy. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EgressPolicy"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description `If-Match` names another version. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listApiKeys: {
        parameters: {
            query?: {
                limit?: number;
                offset?: number;
            };
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeyList"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createApiKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
                /** @description The same key within 24 h answers the same and does nothing again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApiKeyCreate"];
            };
        };
        responses: {
            /** @description The new key; `key` is shown here and never again. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeyCreated"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description It conflicts with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getApiKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
            };
            path: {
                key_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such row, or it is not yours. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeApiKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
            };
            path: {
                key_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is revoked. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such row, or it is not yours. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description It conflicts with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateApiKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
                /** @description The same key within 24 h answers the same and does nothing again. */
                "Idempotency-Key"?: string;
            };
            path: {
                key_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ApiKeyRotate"];
            };
        };
        responses: {
            /** @description The new key; `key` is shown here and never again. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeyCreated"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such row, or it is not yours. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description It conflicts with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTenants: {
        parameters: {
            query?: {
                limit?: number;
                offset?: number;
            };
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TenantList"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createTenant: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
                /** @description The same key within 24 h answers the same and does nothing again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TenantInput"];
            };
        };
        responses: {
            /** @description The tenant; `webhook_secret` is shown here and never again. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TenantCreated"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description It conflicts with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTenant: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
            };
            path: {
                tenant_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tenant. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tenant"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such row, or it is not yours. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    renameTenant: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
            };
            path: {
                tenant_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TenantInput"];
            };
        };
        responses: {
            /** @description The tenant. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tenant"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such row, or it is not yours. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description It conflicts with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSecrets: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecretList"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setSecret: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
            };
            path: {
                /** @description Templates name it as `{{ secrets.PAYMENTS_TOKEN }}`. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SecretInput"];
            };
        };
        responses: {
            /** @description It was changed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Secret"];
                };
            };
            /** @description It was made. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Secret"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such row, or it is not yours. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description It conflicts with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteSecret: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
            };
            path: {
                /** @description Templates name it as `{{ secrets.PAYMENTS_TOKEN }}`. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such row, or it is not yours. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWebhookSecrets: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All that sign now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookSecretList"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateWebhookSecret: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
                /** @description The same key within 24 h answers the same and does nothing again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["WebhookSecretRotate"];
            };
        };
        responses: {
            /** @description The new secret; `webhook_secret` is shown here and never again. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookSecretRotated"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description It conflicts with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getQuotas: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Each quota with its use. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Quotas"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTenantQuotas: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
            };
            path: {
                tenant_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Each quota with its use. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Quotas"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such row, or it is not yours. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setTenantQuotas: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
            };
            path: {
                tenant_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["QuotasInput"];
            };
        };
        responses: {
            /** @description Each quota with its use. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Quotas"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such row, or it is not yours. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOverview: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As it is at this moment. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Overview"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listUpcoming: {
        parameters: {
            query?: {
                customer_id?: string;
                /** @description Part of the name, in any case. */
                name_contains?: string;
                /** @description Only what fires before this instant. */
                before?: string;
                limit?: number;
                offset?: number;
            };
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UpcomingList"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    streamEvents: {
        parameters: {
            query?: {
                /** @description Which events, with commas between; all that the credential may see, when absent. */
                types?: string;
                /** @description Of this schedule alone. */
                schedule_id?: string;
                /** @description Of the schedules that are this customer’s, as they are now. */
                customer_id?: string;
            };
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stream. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["EventData"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    whoAmI: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is good. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WhoAmI"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAuditEvents: {
        parameters: {
            query?: {
                /** @description A key's id, a JWT's subject, or `operator`. */
                actor?: string;
                /** @description Its `operationId` here. */
                operation?: string;
                target_id?: string;
                outcome?: "DONE" | "DENIED";
                /** @description At or after this instant. */
                from?: string;
                /** @description Before this instant: it is exclusive. */
                to?: string;
                limit?: number;
                offset?: number;
            };
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditEventList"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    openSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SessionCreate"];
            };
        };
        responses: {
            /** @description The session. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It has ended. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    checkInvariants: {
        parameters: {
            query?: never;
            header?: {
                /** @description The API key, unless it, or a JWT, is sent as a bearer token. */
                "X-Api-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was found. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invariants"];
                };
            };
            /** @description No valid credential. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The credential lacks the scope. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Something in the request is not valid: every problem, with its place. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationProblem"];
                };
            };
            /** @description Too many requests: `Retry-After` says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The database does not answer at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
