CREATE TABLE api_keys (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  key_hash bytea NOT NULL,
  scopes text[] NOT NULL,
  created_at timestamp with time zone NOT NULL,
  revoked_at timestamp with time zone,
  customer_id uuid,
  expires_at timestamp with time zone,
  last_used_at timestamp with time zone,
  hashed_with text NOT NULL DEFAULT 'SHA256'::text,
  CONSTRAINT api_keys_bound CHECK (((customer_id IS NULL) OR (NOT (scopes && ARRAY['keys:manage'::text, 'tenants:manage'::text, 'secrets:read'::text, 'secrets:write'::text])))),
  CONSTRAINT api_keys_bound_audit CHECK (((customer_id IS NULL) OR (NOT (scopes && ARRAY['audit:read'::text])))),
  CONSTRAINT api_keys_bound_egress CHECK (((customer_id IS NULL) OR (NOT (scopes && ARRAY['egress:read'::text, 'egress:write'::text])))),
  CONSTRAINT api_keys_hashed_with_check CHECK ((hashed_with ~ '^(SHA256|[0-9a-f]{32})$'::text)),
  CONSTRAINT api_keys_key_hash_check CHECK ((octet_length(key_hash) = 32)),
  CONSTRAINT api_keys_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
  CONSTRAINT api_keys_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  CONSTRAINT api_keys_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT api_keys_key_hash_key UNIQUE (key_hash)
);
ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY;
CREATE POLICY api ON api_keys FOR ALL TO hydracore_api USING (tenant_id = hydracore_tenant());
GRANT INSERT, SELECT, UPDATE (revoked_at, expires_at, last_used_at) ON api_keys TO hydracore_api;

CREATE TABLE audit_events (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  at timestamp with time zone NOT NULL,
  outcome text NOT NULL,
  actor_kind text NOT NULL,
  actor_id text NOT NULL,
  actor_name text,
  session_id uuid,
  operation text NOT NULL,
  target_type text,
  target_id text,
  before json,
  after json,
  detail text,
  request_id text NOT NULL,
  remote_address text,
  bucket smallint NOT NULL,
  CONSTRAINT audit_events_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['API_KEY'::text, 'JWT'::text, 'OPERATOR'::text]))),
  CONSTRAINT audit_events_bucket CHECK ((bucket = bucket_of(tenant_id))),
  CONSTRAINT audit_events_check CHECK (((outcome = 'DONE'::text) OR ((before IS NULL) AND (after IS NULL)))),
  CONSTRAINT audit_events_outcome_check CHECK ((outcome = ANY (ARRAY['DONE'::text, 'DENIED'::text]))),
  CONSTRAINT audit_events_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  CONSTRAINT audit_events_pkey PRIMARY KEY (tenant_id, id, bucket)
);
CREATE INDEX audit_events_actor ON public.audit_events USING btree (tenant_id, actor_id, id);
CREATE INDEX audit_events_at ON public.audit_events USING btree (at);
CREATE INDEX audit_events_denied ON public.audit_events USING btree (tenant_id, actor_id, operation, at) WHERE (outcome = 'DENIED'::text);
CREATE INDEX audit_events_target ON public.audit_events USING btree (tenant_id, target_id, id) WHERE (target_id IS NOT NULL);
ALTER TABLE audit_events ENABLE ROW LEVEL SECURITY;
CREATE POLICY api ON audit_events FOR ALL TO hydracore_api USING (tenant_id = hydracore_tenant());
CREATE POLICY engine ON audit_events FOR ALL TO hydracore_engine USING true;
GRANT INSERT, SELECT ON audit_events TO hydracore_api;
GRANT DELETE, SELECT (tenant_id, id, at) ON audit_events TO hydracore_engine;

CREATE TABLE backfills (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  schedule_id uuid NOT NULL,
  status text NOT NULL,
  status_reason text,
  start_at timestamp with time zone NOT NULL,
  end_at timestamp with time zone NOT NULL,
  overlap_policy text NOT NULL,
  rule jsonb NOT NULL,
  total integer NOT NULL,
  planned integer NOT NULL DEFAULT 0,
  skipped integer NOT NULL DEFAULT 0,
  next_scheduled_for timestamp with time zone,
  due_at timestamp with time zone,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  finished_at timestamp with time zone,
  bucket smallint NOT NULL,
  CONSTRAINT backfills_bucket CHECK ((bucket = bucket_of(tenant_id))),
  CONSTRAINT backfills_check CHECK ((end_at >= start_at)),
  CONSTRAINT backfills_cursor CHECK (((next_scheduled_for IS NULL) OR (status = ANY (ARRAY['RUNNING'::text, 'PAUSED'::text])))),
  CONSTRAINT backfills_due CHECK (((status = 'RUNNING'::text) = (due_at IS NOT NULL))),
  CONSTRAINT backfills_final CHECK (((status = ANY (ARRAY['COMPLETED'::text, 'CANCELLED'::text])) = (finished_at IS NOT NULL))),
  CONSTRAINT backfills_overlap_policy_check CHECK ((overlap_policy = ANY (ARRAY['SKIP'::text, 'BUFFER_ONE'::text, 'BUFFER_ALL'::text, 'ALLOW_ALL'::text]))),
  CONSTRAINT backfills_planned_check CHECK ((planned >= 0)),
  CONSTRAINT backfills_reason CHECK (((status = ANY (ARRAY['PAUSED'::text, 'CANCELLED'::text])) = (status_reason IS NOT NULL))),
  CONSTRAINT backfills_rule_check CHECK ((jsonb_typeof(rule) = 'object'::text)),
  CONSTRAINT backfills_skipped_check CHECK ((skipped >= 0)),
  CONSTRAINT backfills_status_check CHECK ((status = ANY (ARRAY['RUNNING'::text, 'PAUSED'::text, 'COMPLETED'::text, 'CANCELLED'::text]))),
  CONSTRAINT backfills_status_reason_check CHECK ((status_reason = ANY (ARRAY['BY_USER'::text, 'FAILURES'::text, 'PARKED'::text, 'SCHEDULE_DELETED'::text]))),
  CONSTRAINT backfills_total_check CHECK (((total >= 0) AND (total <= 10000))),
  CONSTRAINT backfills_tenant_id_schedule_id_bucket_fkey FOREIGN KEY (tenant_id, schedule_id, bucket) REFERENCES schedules(tenant_id, id, bucket) ON DELETE CASCADE,
  CONSTRAINT backfills_pkey PRIMARY KEY (tenant_id, id, bucket)
) WITH (fillfactor=70);
CREATE INDEX backfills_due ON public.backfills USING btree (due_at) WHERE (due_at IS NOT NULL);
CREATE INDEX backfills_finished ON public.backfills USING btree (finished_at) WHERE (finished_at IS NOT NULL);
CREATE INDEX backfills_of_schedule ON public.backfills USING btree (tenant_id, schedule_id, id DESC);
ALTER TABLE backfills ENABLE ROW LEVEL SECURITY;
CREATE POLICY api ON backfills FOR ALL TO hydracore_api USING (tenant_id = hydracore_tenant());
CREATE POLICY engine ON backfills FOR ALL TO hydracore_engine USING true;
GRANT INSERT, SELECT, UPDATE ON backfills TO hydracore_api;
GRANT DELETE, SELECT, UPDATE ON backfills TO hydracore_engine;

CREATE TABLE data_keys (
  tenant_id uuid NOT NULL,
  version integer NOT NULL,
  master_key_id text NOT NULL,
  wrapped bytea NOT NULL,
  created_at timestamp with time zone NOT NULL,
  CONSTRAINT data_keys_master_key_id_check CHECK ((master_key_id ~ '^[0-9a-f]{16}$'::text)),
  CONSTRAINT data_keys_version_check CHECK ((version >= 1)),
  CONSTRAINT data_keys_wrapped_check CHECK ((octet_length(wrapped) = 60)),
  CONSTRAINT data_keys_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  CONSTRAINT data_keys_pkey PRIMARY KEY (tenant_id, version)
);
ALTER TABLE data_keys ENABLE ROW LEVEL SECURITY;
CREATE POLICY api ON data_keys FOR SELECT TO hydracore_api USING (tenant_id = hydracore_tenant());
CREATE POLICY engine ON data_keys FOR SELECT TO hydracore_engine USING true;
CREATE POLICY operator ON data_keys FOR INSERT TO hydracore_operator USING ;
GRANT SELECT ON data_keys TO hydracore_api;
GRANT SELECT ON data_keys TO hydracore_engine;
GRANT INSERT ON data_keys TO hydracore_operator;

CREATE TABLE egress_policies (
  tenant_id uuid NOT NULL,
  allow text[] NOT NULL,
  deny text[] NOT NULL,
  version integer NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  CONSTRAINT egress_policies_allow_check CHECK ((cardinality(allow) <= 200)),
  CONSTRAINT egress_policies_deny_check CHECK ((cardinality(deny) <= 200)),
  CONSTRAINT egress_policies_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  CONSTRAINT egress_policies_pkey PRIMARY KEY (tenant_id)
);
ALTER TABLE egress_policies ENABLE ROW LEVEL SECURITY;
CREATE POLICY api ON egress_policies FOR ALL TO hydracore_api USING (tenant_id = hydracore_tenant());
CREATE POLICY engine ON egress_policies FOR ALL TO hydracore_engine USING true;
GRANT INSERT, SELECT, UPDATE ON egress_policies TO hydracore_api;
GRANT SELECT ON egress_policies TO hydracore_engine;

CREATE TABLE entity_dates (
  tenant_id uuid NOT NULL,
  definition_id uuid NOT NULL,
  field text NOT NULL,
  at timestamp with time zone NOT NULL,
  record_id uuid NOT NULL,
  customer_id uuid,
  day_key smallint NOT NULL GENERATED ALWAYS AS (((EXTRACT(day FROM (at AT TIME ZONE 'UTC'::text)) * (16)::numeric) + EXTRACT(month FROM (at AT TIME ZONE 'UTC'::text))))::smallint,
  day_ms integer NOT NULL GENERATED ALWAYS AS ((EXTRACT(epoch FROM ((at AT TIME ZONE 'UTC'::text))::time without time zone) * (1000)::numeric))::integer,
  bucket smallint NOT NULL,
  CONSTRAINT entity_dates_bucket CHECK ((bucket = bucket_of(tenant_id))),
  CONSTRAINT entity_dates_tenant_id_record_id_bucket_fkey FOREIGN KEY (tenant_id, record_id, bucket) REFERENCES entity_records(tenant_id, id, bucket) ON DELETE CASCADE,
  CONSTRAINT entity_dates_pkey PRIMARY KEY (tenant_id, record_id, field, bucket)
);
CREATE INDEX entity_dates_at ON public.entity_dates USING btree (tenant_id, definition_id, field, at, record_id);
CREATE INDEX entity_dates_customer ON public.entity_dates USING btree (tenant_id, definition_id, customer_id, field, at, record_id) WHERE (customer_id IS NOT NULL);
CREATE INDEX entity_dates_round ON public.entity_dates USING btree (tenant_id, definition_id, field, day_key, day_ms);
ALTER TABLE entity_dates ENABLE ROW LEVEL SECURITY;
CREATE POLICY api ON entity_dates FOR ALL TO hydracore_api USING (tenant_id = hydracore_tenant());
CREATE POLICY engine ON entity_dates FOR ALL TO hydracore_engine USING true;
GRANT DELETE, INSERT, SELECT, UPDATE ON entity_dates TO hydracore_api;
GRANT DELETE, INSERT, SELECT, UPDATE ON entity_dates TO hydracore_engine;

CREATE TABLE entity_definitions (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  slug text NOT NULL,
  name text NOT NULL,
  fields jsonb NOT NULL,
  version integer NOT NULL DEFAULT 1,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  bucket smallint NOT NULL,
  CONSTRAINT entity_definitions_bucket CHECK ((bucket = bucket_of(tenant_id))),
  CONSTRAINT entity_definitions_fields_check CHECK ((jsonb_typeof(fields) = 'array'::text)),
  CONSTRAINT entity_definitions_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
  CONSTRAINT entity_definitions_slug_check CHECK ((slug ~ '^[a-z][a-z0-9_-]{0,62}$'::text)),
  CONSTRAINT entity_definitions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  CONSTRAINT entity_definitions_pkey PRIMARY KEY (tenant_id, id, bucket),
  CONSTRAINT entity_definitions_tenant_id_slug_key UNIQUE (tenant_id, slug, bucket)
);
ALTER TABLE entity_definitions ENABLE ROW LEVEL SECURITY;
CREATE POLICY api ON entity_definitions FOR ALL TO hydracore_api USING (tenant_id = hydracore_tenant());
CREATE POLICY engine ON entity_definitions FOR ALL TO hydracore_engine USING true;
GRANT DELETE, INSERT, SELECT, UPDATE ON entity_definitions TO hydracore_api;
GRANT SELECT, UPDATE (updated_at) ON entity_definitions TO hydracore_engine;

CREATE TABLE entity_records (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  definition_id uuid NOT NULL,
  external_id text,
  customer_id uuid,
  data jsonb NOT NULL,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  bucket smallint NOT NULL,
  CONSTRAINT entity_records_bucket CHECK ((bucket = bucket_of(tenant_id))),
  CONSTRAINT entity_records_data_check CHECK ((jsonb_typeof(data) = 'object'::text)),
  CONSTRAINT entity_records_external_id_check CHECK (((length(external_id) >= 1) AND (length(external_id) <= 255))),
  CONSTRAINT entity_records_tenant_id_definition_id_bucket_fkey FOREIGN KEY (tenant_id, definition_id, bucket) REFERENCES entity_definitions(tenant_id, id, bucket),
  CONSTRAINT entity_records_pkey PRIMARY KEY (tenant_id, id, bucket)
);
CREATE INDEX entity_records_customer ON public.entity_records USING btree (tenant_id, definition_id, customer_id, id) WHERE (customer_id IS NOT NULL);
CREATE INDEX entity_records_newest ON public.entity_records USING btree (tenant_id, definition_id, id);
CREATE UNIQUE INDEX entity_records_external ON public.entity_records USING btree (tenant_id, definition_id, external_id, bucket) WHERE (external_id IS NOT NULL);
ALTER TABLE entity_records ENABLE ROW LEVEL SECURITY;
CREATE POLICY api ON entity_records FOR ALL TO hydracore_api USING (tenant_id = hydracore_tenant());
CREATE POLICY engine ON entity_records FOR ALL TO hydracore_engine USING true;
GRANT DELETE, INSERT, SELECT, UPDATE ON entity_records TO hydracore_api;
GRANT SELECT, UPDATE ON entity_records TO hydracore_engine;
CREATE TRIGGER entity_records_added AFTER INSERT ON public.entity_records REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_records();
CREATE TRIGGER entity_records_gone AFTER DELETE ON public.entity_records REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_records();

CREATE TABLE facts (
  name text NOT NULL,
  value text NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  CONSTRAINT facts_pkey PRIMARY KEY (name)
);
GRANT INSERT, SELECT, UPDATE ON facts TO hydracore_engine;

CREATE TABLE idempotency_keys (
  tenant_id uuid NOT NULL,
  key text NOT NULL,
  request_hash bytea NOT NULL,
  status integer NOT NULL,
  headers jsonb NOT NULL,
  body text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  bucket smallint NOT NULL,
  CONSTRAINT idempotency_keys_bucket CHECK ((bucket = bucket_of(tenant_id))),
  CONSTRAINT idempotency_keys_key_check CHECK (((length(key) >= 1) AND (length(key) <= 255))),
  CONSTRAINT idempotency_keys_request_hash_check CHECK ((octet_length(request_hash) = 32)),
  CONSTRAINT idempotency_keys_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  CONSTRAINT idempotency_keys_pkey PRIMARY KEY (tenant_id, key, bucket)
);
CREATE INDEX idempotency_keys_age ON public.idempotency_keys USING btree (created_at);
ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY;
CREATE POLICY api ON idempotency_keys FOR ALL TO hydracore_api USING (tenant_id = hydracore_tenant());
CREATE POLICY engine ON idempotency_keys FOR ALL TO hydracore_engine USING true;
GRANT INSERT, SELECT, UPDATE ON idempotency_keys TO hydracore_api;
GRANT DELETE, SELECT (tenant_id, key, created_at), UPDATE (created_at) ON idempotency_keys TO hydracore_engine;

CREATE TABLE migrations (
  id text NOT NULL,
  checksum text NOT NULL,
  applied_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT migrations_pkey PRIMARY KEY (id)
);

CREATE TABLE nodes (
  id text NOT NULL,
  seen_at timestamp with time zone NOT NULL,
  CONSTRAINT nodes_id_check CHECK (((length(id) >= 1) AND (length(id) <= 255))),
  CONSTRAINT nodes_pkey PRIMARY KEY (id)
);
ALTER TABLE nodes ENABLE ROW LEVEL SECURITY;
CREATE POLICY engine ON nodes FOR ALL TO hydracore_engine USING true;
GRANT DELETE, INSERT, SELECT, UPDATE ON nodes TO hydracore_engine;

CREATE TABLE rate_points (
  tenant_id uuid NOT NULL,
  name text NOT NULL,
  points bigint NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  bucket smallint NOT NULL,
  CONSTRAINT rate_points_bucket CHECK ((bucket = bucket_of(tenant_id))),
  CONSTRAINT rate_points_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
  CONSTRAINT rate_points_points_check CHECK ((points >= 0)),
  CONSTRAINT rate_points_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  CONSTRAINT rate_points_pkey PRIMARY KEY (tenant_id, name, bucket)
) WITH (fillfactor=50);
CREATE INDEX rate_points_age ON public.rate_points USING btree (expires_at);
ALTER TABLE rate_points ENABLE ROW LEVEL SECURITY;
CREATE POLICY api ON rate_points FOR ALL TO hydracore_api USING (tenant_id = hydracore_tenant());
CREATE POLICY engine ON rate_points FOR ALL TO hydracore_engine USING true;
GRANT INSERT, SELECT, UPDATE ON rate_points TO hydracore_api;
GRANT DELETE, INSERT, SELECT, UPDATE ON rate_points TO hydracore_engine;

CREATE TABLE relative_latecomers (
  tenant_id uuid NOT NULL,
  schedule_id uuid NOT NULL,
  record_id uuid NOT NULL,
  scheduled_for timestamp with time zone NOT NULL,
  bucket smallint NOT NULL,
  CONSTRAINT relative_latecomers_bucket CHECK ((bucket = bucket_of(tenant_id))),
  CONSTRAINT relative_latecomers_tenant_id_schedule_id_bucket_fkey FOREIGN KEY (tenant_id, schedule_id, bucket) REFERENCES schedules(tenant_id, id, bucket) ON DELETE CASCADE,
  CONSTRAINT relative_latecomers_pkey PRIMARY KEY (tenant_id, schedule_id, record_id, scheduled_for, bucket)
);
ALTER TABLE relative_latecomers ENABLE ROW LEVEL SECURITY;
CREATE POLICY api ON relative_latecomers FOR ALL TO hydracore_api USING (tenant_id = hydracore_tenant());
CREATE POLICY engine ON relative_latecomers FOR ALL TO hydracore_engine USING true;
GRANT DELETE, INSERT, SELECT, UPDATE ON relative_latecomers TO hydracore_api;
GRANT DELETE, INSERT, SELECT, UPDATE ON relative_latecomers TO hydracore_engine;

CREATE TABLE run_sums (
  tenant_id uuid NOT NULL,
  hour timestamp with time zone NOT NULL,
  status text NOT NULL,
  lateness smallint NOT NULL,
  runs bigint NOT NULL,
  bucket smallint NOT NULL,
  CONSTRAINT run_sums_bucket CHECK ((bucket = bucket_of(tenant_id))),
  CONSTRAINT run_sums_lateness_check CHECK ((lateness >= '-1'::integer)),
  CONSTRAINT run_sums_runs_check CHECK ((runs > 0)),
  CONSTRAINT run_sums_status_check CHECK ((status = ANY (ARRAY['SUCCEEDED'::text, 'FAILED'::text, 'SKIPPED'::text, 'MISSED'::text, 'CANCELLED'::text]))),
  CONSTRAINT run_sums_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  CONSTRAINT run_sums_pkey PRIMARY KEY (tenant_id, hour, status, lateness, bucket)
);
CREATE INDEX run_sums_age ON public.run_sums USING btree (hour);
ALTER TABLE run_sums ENABLE ROW LEVEL SECURITY;
CREATE POLICY api ON run_sums FOR ALL TO hydracore_api USING (tenant_id = hydracore_tenant());
CREATE POLICY engine ON run_sums FOR ALL TO hydracore_engine USING true;
GRANT SELECT ON run_sums TO hydracore_api;
GRANT DELETE, INSERT, SELECT, UPDATE (runs) ON run_sums TO hydracore_engine;

CREATE TABLE runs (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  schedule_id uuid NOT NULL,
  trigger text NOT NULL,
  scheduled_for timestamp with time zone NOT NULL,
  fire_at timestamp with time zone NOT NULL,
  status text NOT NULL,
  reason text,
  attempt integer NOT NULL DEFAULT 0,
  interrupted integer NOT NULL DEFAULT 0,
  wake_at timestamp with time zone,
  lease_token uuid,
  lease_node text,
  completes_within_seconds integer,
  completion jsonb,
  cancel_reason text,
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  attempts text[] NOT NULL DEFAULT '{}'::text[],
  action_overlay jsonb,
  retry_of uuid,
  destination text NOT NULL DEFAULT ''::text,
  missed_count bigint,
  missed_until timestamp with time zone,
  created_at timestamp with time zone NOT NULL,
  traceparent text,
  backfill_id uuid,
  record_id uuid,
  record jsonb,
  bucket smallint NOT NULL,
  blocked_by uuid,
  CONSTRAINT runs_attempt_check CHECK ((attempt >= 0)),
  CONSTRAINT runs_awaited CHECK (((completes_within_seconds IS NULL) OR (status = 'RUNNING'::text))),
  CONSTRAINT runs_bucket CHECK ((bucket = bucket_of(tenant_id))),
  CONSTRAINT runs_check CHECK (((interrupted >= 0) AND (interrupted <= attempt))),
  CONSTRAINT runs_completes_within_seconds_check CHECK ((completes_within_seconds >= 1)),
  CONSTRAINT runs_explained CHECK (((reason IS NOT NULL) OR (status = ANY (ARRAY['PENDING'::text, 'RUNNING'::text, 'SUCCEEDED'::text])))),
  CONSTRAINT runs_final CHECK (((status <> ALL (ARRAY['PENDING'::text, 'RUNNING'::text])) = (finished_at IS NOT NULL))),
  CONSTRAINT runs_held CHECK (((wake_at <> 'infinity'::timestamp with time zone) OR ((status = 'PENDING'::text) AND (attempt = 0)))),
  CONSTRAINT runs_leased CHECK (((status = 'RUNNING'::text) = (lease_token IS NOT NULL))),
  CONSTRAINT runs_merged CHECK ((((missed_count IS NULL) = (missed_until IS NULL)) AND ((missed_count IS NULL) OR (status = ANY (ARRAY['MISSED'::text, 'CANCELLED'::text]))))),
  CONSTRAINT runs_missed_count_check CHECK ((missed_count >= 1)),
  CONSTRAINT runs_of_backfill CHECK (((trigger = 'BACKFILL'::text) = (backfill_id IS NOT NULL))),
  CONSTRAINT runs_open CHECK (((status = ANY (ARRAY['PENDING'::text, 'RUNNING'::text])) = (wake_at IS NOT NULL))),
  CONSTRAINT runs_record CHECK (((record IS NULL) OR (record_id IS NOT NULL))),
  CONSTRAINT runs_status_check CHECK ((status = ANY (ARRAY['PENDING'::text, 'RUNNING'::text, 'SUCCEEDED'::text, 'FAILED'::text, 'SKIPPED'::text, 'MISSED'::text, 'CANCELLED'::text]))),
  CONSTRAINT runs_traceparent CHECK ((traceparent ~ '^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$'::text)),
  CONSTRAINT runs_trigger_check CHECK ((trigger = ANY (ARRAY['SCHEDULE'::text, 'MANUAL'::text, 'BACKFILL'::text]))),
  CONSTRAINT runs_tenant_id_backfill_id_bucket_fkey FOREIGN KEY (tenant_id, backfill_id, bucket) REFERENCES backfills(tenant_id, id, bucket),
  CONSTRAINT runs_tenant_id_schedule_id_bucket_fkey FOREIGN KEY (tenant_id, schedule_id, bucket) REFERENCES schedules(tenant_id, id, bucket),
  CONSTRAINT runs_pkey PRIMARY KEY (tenant_id, id, bucket)
);
CREATE INDEX runs_by_hand ON ONLY public.runs USING btree (tenant_id, trigger, id DESC) WHERE (trigger = ANY (ARRAY['MANUAL'::text, 'BACKFILL'::text]));
CREATE INDEX runs_changed ON ONLY public.runs USING brin (GREATEST(created_at, started_at, finished_at)) WITH (pages_per_range='64', autosummarize='on');
CREATE INDEX runs_displaced ON ONLY public.runs USING btree (tenant_id, scheduled_for) WHERE ((trigger = 'BACKFILL'::text) OR (retry_of IS NOT NULL) OR (missed_count IS NOT NULL));
CREATE INDEX runs_held ON ONLY public.runs USING btree (tenant_id, schedule_id, id) WHERE (wake_at = 'infinity'::timestamp with time zone);
CREATE INDEX runs_newest ON ONLY public.runs USING btree (tenant_id, schedule_id, id DESC);
CREATE INDEX runs_of_backfill ON ONLY public.runs USING btree (tenant_id, backfill_id, id DESC) WHERE (backfill_id IS NOT NULL);
CREATE INDEX runs_of_record ON ONLY public.runs USING btree (tenant_id, record_id, schedule_id, id DESC) WHERE (record_id IS NOT NULL);
CREATE INDEX runs_open_of_backfill ON ONLY public.runs USING btree (tenant_id, backfill_id) WHERE ((backfill_id IS NOT NULL) AND (wake_at IS NOT NULL));
CREATE INDEX runs_open_of_schedule ON ONLY public.runs USING btree (tenant_id, schedule_id, record_id) WHERE (wake_at IS NOT NULL);
CREATE INDEX runs_pending ON ONLY public.runs USING btree (tenant_id, destination, wake_at) WHERE (status = 'PENDING'::text);
CREATE INDEX runs_unhappy ON ONLY public.runs USING btree (tenant_id, status, id DESC) WHERE (status = ANY (ARRAY['FAILED'::text, 'SKIPPED'::text, 'MISSED'::text, 'CANCELLED'::text]));
CREATE INDEX runs_wake ON ONLY public.runs USING btree (wake_at) WHERE (wake_at IS NOT NULL);
ALTER TABLE runs ENABLE ROW LEVEL SECURITY;
CREATE POLICY api ON runs FOR ALL TO hydracore_api USING (tenant_id = hydracore_tenant());
CREATE POLICY engine ON runs FOR ALL TO hydracore_engine USING true;
GRANT INSERT, SELECT, UPDATE ON runs TO hydracore_api;
GRANT INSERT, SELECT, UPDATE ON runs TO hydracore_engine;

CREATE TABLE schedules (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  description text,
  external_id text,
  customer_id uuid,
  deduplication_key text,
  schedule_type text NOT NULL,
  schedule_expression text NOT NULL,
  timezone text NOT NULL,
  start_at timestamp with time zone,
  end_at timestamp with time zone,
  action_type text NOT NULL,
  action_config jsonb NOT NULL,
  action_after_completion text NOT NULL,
  overlap_policy text NOT NULL,
  catchup_window_minutes integer NOT NULL,
  flexible_window_minutes integer NOT NULL,
  max_retries integer NOT NULL,
  retry_backoff_seconds integer NOT NULL,
  pause_on_failure_count integer NOT NULL,
  rate_limit_per_minute integer,
  status text NOT NULL,
  status_reason text,
  status_detail text,
  next_run_at timestamp with time zone,
  due_at timestamp with time zone,
  paused_from timestamp with time zone,
  rate_free_at timestamp with time zone,
  last_run_at timestamp with time zone,
  last_run_status text,
  run_count bigint NOT NULL DEFAULT 0,
  consecutive_failures integer NOT NULL DEFAULT 0,
  version integer NOT NULL DEFAULT 1,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  deleted_at timestamp with time zone,
  release_at timestamp with time zone,
  destination text NOT NULL DEFAULT ''::text,
  relative_entity_definition_id uuid,
  relative_field_name text,
  relative_filter jsonb,
  relative_offset_days integer,
  relative_recurrence text,
  relative_cursor jsonb,
  relative_look_at timestamp with time zone,
  bucket smallint NOT NULL,
  CONSTRAINT schedules_action_after_completion_check CHECK ((action_after_completion = ANY (ARRAY['NONE'::text, 'DELETE'::text]))),
  CONSTRAINT schedules_action_config_check CHECK ((jsonb_typeof(action_config) = 'object'::text)),
  CONSTRAINT schedules_bucket CHECK ((bucket = bucket_of(tenant_id))),
  CONSTRAINT schedules_catchup_window_minutes_check CHECK (((catchup_window_minutes >= 0) AND (catchup_window_minutes <= 1440))),
  CONSTRAINT schedules_check CHECK ((end_at >= start_at)),
  CONSTRAINT schedules_cursor CHECK ((((status = 'ACTIVE'::text) AND (deleted_at IS NULL) AND (schedule_type <> 'RELATIVE'::text)) = (due_at IS NOT NULL))),
  CONSTRAINT schedules_due CHECK (((schedule_type = 'RELATIVE'::text) OR (((due_at IS NULL) = (next_run_at IS NULL)) AND (due_at >= next_run_at)))),
  CONSTRAINT schedules_flexible_window_minutes_check CHECK (((flexible_window_minutes >= 0) AND (flexible_window_minutes <= 60))),
  CONSTRAINT schedules_max_retries_check CHECK (((max_retries >= 0) AND (max_retries <= 10))),
  CONSTRAINT schedules_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
  CONSTRAINT schedules_overlap_policy_check CHECK ((overlap_policy = ANY (ARRAY['SKIP'::text, 'BUFFER_ONE'::text, 'BUFFER_ALL'::text, 'CANCEL_OTHER'::text, 'TERMINATE_OTHER'::text, 'ALLOW_ALL'::text]))),
  CONSTRAINT schedules_pause_on_failure_count_check CHECK (((pause_on_failure_count >= 1) AND (pause_on_failure_count <= 100))),
  CONSTRAINT schedules_paused CHECK (((paused_from IS NULL) OR (status = 'PAUSED'::text))),
  CONSTRAINT schedules_rate_limit_per_minute_check CHECK ((rate_limit_per_minute >= 1)),
  CONSTRAINT schedules_reason CHECK (((status = 'ACTIVE'::text) = (status_reason IS NULL))),
  CONSTRAINT schedules_relative CHECK (((schedule_type = 'RELATIVE'::text) = (relative_cursor IS NOT NULL))),
  CONSTRAINT schedules_relative_filter_check CHECK ((jsonb_typeof(relative_filter) = 'object'::text)),
  CONSTRAINT schedules_relative_look CHECK (((relative_look_at IS NULL) OR ((schedule_type = 'RELATIVE'::text) AND (status = 'ACTIVE'::text) AND (deleted_at IS NULL)))),
  CONSTRAINT schedules_relative_offset_days_check CHECK (((relative_offset_days >= '-3650'::integer) AND (relative_offset_days <= 3650))),
  CONSTRAINT schedules_relative_recurrence_check CHECK ((relative_recurrence = ANY (ARRAY['NONE'::text, 'MONTHLY'::text, 'YEARLY'::text]))),
  CONSTRAINT schedules_relative_rule CHECK (
CASE
    WHEN (schedule_type = 'RELATIVE'::text) THEN ((relative_field_name IS NOT NULL) AND (relative_offset_days IS NOT NULL) AND (relative_recurrence IS NOT NULL) AND ((relative_entity_definition_id IS NOT NULL) OR (deleted_at IS NOT NULL)))
    ELSE ((relative_entity_definition_id IS NULL) AND (relative_field_name IS NULL) AND (relative_filter IS NULL) AND (relative_offset_days IS NULL) AND (relative_recurrence IS NULL))
END),
  CONSTRAINT schedules_retry_backoff_seconds_check CHECK ((retry_backoff_seconds >= 0)),
  CONSTRAINT schedules_schedule_type_check CHECK ((schedule_type = ANY (ARRAY['CRON'::text, 'RATE'::text, 'ONE_TIME'::text, 'RRULE'::text, 'RELATIVE'::text]))),
  CONSTRAINT schedules_status_check CHECK ((status = ANY (ARRAY['ACTIVE'::text, 'PAUSED'::text, 'COMPLETED'::text]))),
  CONSTRAINT schedules_status_reason_check CHECK ((status_reason = ANY (ARRAY['BY_USER'::text, 'FAILURES'::text, 'END_REACHED'::text, 'FIRED'::text, 'PARKED'::text]))),
  CONSTRAINT schedules_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  CONSTRAINT schedules_tenant_id_relative_entity_definition_id_bucket_fkey FOREIGN KEY (tenant_id, relative_entity_definition_id, bucket) REFERENCES entity_definitions(tenant_id, id, bucket),
  CONSTRAINT schedules_pkey PRIMARY KEY (tenant_id, id, bucket)
) WITH (fillfactor=80, autovacuum_vacuum_scale_factor=0.02, autovacuum_vacuum_threshold=1000, autovacuum_vacuum_cost_delay=0);
CREATE INDEX schedules_changed ON public.schedules USING brin (updated_at) WITH (pages_per_range='16', autosummarize='on');
CREATE INDEX schedules_customer ON public.schedules USING btree (tenant_id, customer_id, id) WHERE (customer_id IS NOT NULL);
CREATE INDEX schedules_deleted ON public.schedules USING btree (deleted_at) WHERE (deleted_at IS NOT NULL);
CREATE INDEX schedules_due ON public.schedules USING btree (due_at, bucket) WHERE (due_at IS NOT NULL);
CREATE INDEX schedules_due_of_tenant ON public.schedules USING btree (bucket, tenant_id, due_at) WHERE (due_at IS NOT NULL);
CREATE INDEX schedules_external ON public.schedules USING btree (tenant_id, external_id, id) WHERE ((external_id IS NOT NULL) AND (deleted_at IS NULL));
CREATE INDEX schedules_relative ON public.schedules USING btree (tenant_id, relative_entity_definition_id) WHERE (relative_entity_definition_id IS NOT NULL);
CREATE INDEX schedules_relative_look ON public.schedules USING btree (relative_look_at) WHERE (relative_look_at IS NOT NULL);
CREATE INDEX schedules_release ON public.schedules USING btree (release_at) WHERE (release_at IS NOT NULL);
CREATE INDEX schedules_stopped ON public.schedules USING btree (tenant_id, status_reason, id) WHERE ((status_reason = ANY (ARRAY['FAILURES'::text, 'PARKED'::text])) AND (deleted_at IS NULL));
CREATE INDEX schedules_to_delete ON public.schedules USING btree (tenant_id, id) WHERE ((status = 'COMPLETED'::text) AND (action_after_completion = 'DELETE'::text) AND (deleted_at IS NULL));
CREATE UNIQUE INDEX schedules_deduplication ON public.schedules USING btree (tenant_id, deduplication_key, bucket) WHERE ((deleted_at IS NULL) AND (deduplication_key IS NOT NULL));
ALTER TABLE schedules ENABLE ROW LEVEL SECURITY;
CREATE POLICY api ON schedules FOR ALL TO hydracore_api USING (tenant_id = hydracore_tenant());
CREATE POLICY engine ON schedules FOR ALL TO hydracore_engine USING true;
GRANT INSERT, SELECT, UPDATE ON schedules TO hydracore_api;
GRANT DELETE, SELECT, UPDATE ON schedules TO hydracore_engine;
CREATE TRIGGER schedules_added AFTER INSERT ON public.schedules REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_schedules();
CREATE TRIGGER schedules_gone AFTER DELETE ON public.schedules FOR EACH ROW WHEN ((old.deleted_at IS NULL)) EXECUTE FUNCTION count_schedule();
CREATE TRIGGER schedules_hidden AFTER UPDATE OF deleted_at ON public.schedules FOR EACH ROW WHEN (((old.deleted_at IS NULL) <> (new.deleted_at IS NULL))) EXECUTE FUNCTION count_schedule();

CREATE TABLE secrets (
  tenant_id uuid NOT NULL,
  name text NOT NULL,
  value jsonb NOT NULL,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  CONSTRAINT secrets_name_check CHECK ((name ~ '^[A-Za-z_][A-Za-z0-9_]{0,63}$'::text)),
  CONSTRAINT secrets_value_check CHECK ((value ? '$sealed'::text)),
  CONSTRAINT secrets_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  CONSTRAINT secrets_pkey PRIMARY KEY (tenant_id, name)
);
ALTER TABLE secrets ENABLE ROW LEVEL SECURITY;
CREATE POLICY api ON secrets FOR ALL TO hydracore_api USING (tenant_id = hydracore_tenant());
CREATE POLICY engine ON secrets FOR SELECT TO hydracore_engine USING true;
GRANT DELETE, INSERT, SELECT, UPDATE ON secrets TO hydracore_api;
GRANT SELECT ON secrets TO hydracore_engine;

CREATE TABLE sessions (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  token_hash bytea NOT NULL,
  key_id uuid NOT NULL,
  created_at timestamp with time zone NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  last_seen_at timestamp with time zone NOT NULL,
  CONSTRAINT sessions_check CHECK ((expires_at > created_at)),
  CONSTRAINT sessions_token_hash_check CHECK ((octet_length(token_hash) = 32)),
  CONSTRAINT sessions_tenant_id_key_id_fkey FOREIGN KEY (tenant_id, key_id) REFERENCES api_keys(tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT sessions_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT sessions_token_hash_key UNIQUE (token_hash)
);
CREATE INDEX sessions_expires_at ON public.sessions USING btree (expires_at);
CREATE INDEX sessions_key ON public.sessions USING btree (tenant_id, key_id);
ALTER TABLE sessions ENABLE ROW LEVEL SECURITY;
CREATE POLICY api ON sessions FOR ALL TO hydracore_api USING (tenant_id = hydracore_tenant());
CREATE POLICY engine ON sessions FOR ALL TO hydracore_engine USING true;
GRANT DELETE, INSERT, SELECT (tenant_id, id, key_id, created_at, expires_at, last_seen_at), UPDATE (last_seen_at) ON sessions TO hydracore_api;
GRANT DELETE, SELECT (tenant_id, id, expires_at) ON sessions TO hydracore_engine;

CREATE TABLE tenant_quotas (
  tenant_id uuid NOT NULL,
  schedules bigint,
  records bigint,
  runs_per_minute bigint,
  updated_at timestamp with time zone NOT NULL,
  CONSTRAINT tenant_quotas_records_check CHECK ((records >= 1)),
  CONSTRAINT tenant_quotas_runs_per_minute_check CHECK ((runs_per_minute >= 1)),
  CONSTRAINT tenant_quotas_schedules_check CHECK ((schedules >= 1)),
  CONSTRAINT tenant_quotas_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  CONSTRAINT tenant_quotas_pkey PRIMARY KEY (tenant_id)
);
ALTER TABLE tenant_quotas ENABLE ROW LEVEL SECURITY;
CREATE POLICY api ON tenant_quotas FOR ALL TO hydracore_api USING (tenant_id = hydracore_tenant());
CREATE POLICY engine ON tenant_quotas FOR SELECT TO hydracore_engine USING true;
GRANT SELECT ON tenant_quotas TO hydracore_api;
GRANT SELECT ON tenant_quotas TO hydracore_engine;
GRANT INSERT, UPDATE ON tenant_quotas TO hydracore_operator;

CREATE TABLE tenant_usage (
  tenant_id uuid NOT NULL,
  kind text NOT NULL,
  id bigint NOT NULL,
  delta bigint NOT NULL,
  bucket smallint NOT NULL,
  CONSTRAINT tenant_usage_bucket CHECK ((bucket = bucket_of(tenant_id))),
  CONSTRAINT tenant_usage_kind_check CHECK ((kind = ANY (ARRAY['schedules'::text, 'records'::text]))),
  CONSTRAINT tenant_usage_pkey PRIMARY KEY (tenant_id, kind, id, bucket)
) WITH (autovacuum_vacuum_scale_factor=0.05, autovacuum_vacuum_cost_delay=0);
ALTER TABLE tenant_usage ENABLE ROW LEVEL SECURITY;
CREATE POLICY api ON tenant_usage FOR ALL TO hydracore_api USING (tenant_id = hydracore_tenant());
CREATE POLICY engine ON tenant_usage FOR ALL TO hydracore_engine USING true;
GRANT INSERT, SELECT ON tenant_usage TO hydracore_api;
GRANT DELETE, INSERT, SELECT, UPDATE (delta) ON tenant_usage TO hydracore_engine;

CREATE TABLE tenants (
  id uuid NOT NULL,
  name text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  secrets_version integer NOT NULL DEFAULT 0,
  webhook_secrets jsonb NOT NULL,
  CONSTRAINT tenants_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
  CONSTRAINT tenants_webhook_secrets_check1 CHECK ((jsonb_typeof(webhook_secrets) = 'array'::text)),
  CONSTRAINT tenants_pkey PRIMARY KEY (id),
  CONSTRAINT tenants_name_key UNIQUE (name)
);
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
CREATE POLICY api ON tenants FOR ALL TO hydracore_api USING (id = hydracore_tenant());
CREATE POLICY engine ON tenants FOR SELECT TO hydracore_engine USING true;
CREATE POLICY operator ON tenants FOR ALL TO hydracore_operator USING true;
GRANT SELECT, UPDATE (secrets_version, webhook_secrets) ON tenants TO hydracore_api;
GRANT SELECT ON tenants TO hydracore_engine;
GRANT INSERT, UPDATE ON tenants TO hydracore_operator;

CREATE TABLE vault (
  one boolean NOT NULL DEFAULT true,
  master_key_id text NOT NULL,
  sealed_at timestamp with time zone,
  CONSTRAINT vault_master_key_id_check CHECK ((master_key_id ~ '^[0-9a-f]{16}$'::text)),
  CONSTRAINT vault_one_check CHECK (one),
  CONSTRAINT vault_pkey PRIMARY KEY (one)
);
GRANT SELECT (master_key_id) ON vault TO hydracore_operator;

CREATE FUNCTION bucket_of(tenant_id uuid) RETURNS smallint; GRANT EXECUTE TO PUBLIC;
CREATE FUNCTION count_keys_hashed_otherwise(ways text[], at timestamp with time zone) RETURNS bigint SECURITY DEFINER SET search_path=pg_catalog, public, pg_temp; GRANT EXECUTE TO hydracore_operator;
CREATE FUNCTION count_records() RETURNS trigger; GRANT EXECUTE TO PUBLIC;
CREATE FUNCTION count_schedule() RETURNS trigger; GRANT EXECUTE TO PUBLIC;
CREATE FUNCTION count_schedules() RETURNS trigger; GRANT EXECUTE TO PUBLIC;
CREATE FUNCTION drop_runs_week(name text) RETURNS boolean SECURITY DEFINER SET search_path=pg_catalog, public, pg_temp SET lock_timeout=100ms; GRANT EXECUTE TO hydracore_engine;
CREATE FUNCTION find_api_key(hash bytea, other_hash bytea) RETURNS SETOF api_keys SECURITY DEFINER SET search_path=pg_catalog, public, pg_temp; GRANT EXECUTE TO hydracore_api;
CREATE FUNCTION find_session(hash bytea) RETURNS TABLE(tenant_id uuid, id uuid, key_id uuid, created_at timestamp with time zone, expires_at timestamp with time zone, last_seen_at timestamp with time zone) SECURITY DEFINER SET search_path=pg_catalog, public, pg_temp; GRANT EXECUTE TO hydracore_api;
CREATE FUNCTION hydracore_tenant() RETURNS uuid; GRANT EXECUTE TO PUBLIC;
CREATE FUNCTION make_runs_week(week bigint) RETURNS text SECURITY DEFINER SET search_path=pg_catalog, public, pg_temp SET lock_timeout=100ms; GRANT EXECUTE TO hydracore_engine;
CREATE FUNCTION run_sums_until() RETURNS timestamp with time zone SECURITY DEFINER SET search_path=pg_catalog, public, pg_temp; GRANT EXECUTE TO hydracore_api;
