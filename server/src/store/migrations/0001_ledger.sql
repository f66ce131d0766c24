-- Tenants, keys, schedules and the ledger of runs. Instants are timestamptz; the server writes whole milliseconds.

CREATE TABLE tenants (
  id uuid PRIMARY KEY,
  name text NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 100),
  webhook_secrets text[] NOT NULL CHECK (cardinality(webhook_secrets) BETWEEN 1 AND 2),
  created_at timestamptz NOT NULL
);

CREATE TABLE api_keys (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id uuid NOT NULL,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  -- SHA-256 of a key of 160 random bits: there is nothing to guess, so nothing slower is needed.
  key_hash bytea NOT NULL UNIQUE CHECK (octet_length(key_hash) = 32),
  scopes text[] NOT NULL,
  created_at timestamptz NOT NULL,
  revoked_at timestamptz,
  PRIMARY KEY (tenant_id, id)
);

CREATE TABLE schedules (
  tenant_id uuid NOT NULL REFERENCES tenants,
  -- UUIDv7: the primary key read backwards is "newest first".
  id uuid NOT NULL,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  description text,
  external_id text,
  customer_id uuid,
  deduplication_key text,
  schedule_type text NOT NULL CHECK (schedule_type IN ('CRON', 'RATE', 'ONE_TIME', 'RRULE')),
  schedule_expression text NOT NULL,
  timezone text NOT NULL,
  start_at timestamptz,
  end_at timestamptz CHECK (end_at >= start_at),
  action_type text NOT NULL,
  action_config jsonb NOT NULL CHECK (jsonb_typeof(action_config) = 'object'),
  action_after_completion text NOT NULL CHECK (action_after_completion IN ('NONE', 'DELETE')),
  overlap_policy text NOT NULL CHECK (overlap_policy IN ('SKIP', 'ALLOW_ALL')),
  catchup_window_minutes integer NOT NULL CHECK (catchup_window_minutes BETWEEN 0 AND 1440),
  flexible_window_minutes integer NOT NULL CHECK (flexible_window_minutes BETWEEN 0 AND 60),
  max_retries integer NOT NULL CHECK (max_retries BETWEEN 0 AND 10),
  retry_backoff_seconds integer NOT NULL CHECK (retry_backoff_seconds >= 0),
  pause_on_failure_count integer NOT NULL CHECK (pause_on_failure_count BETWEEN 1 AND 100),
  rate_limit_per_minute integer CHECK (rate_limit_per_minute >= 1),
  status text NOT NULL CHECK (status IN ('ACTIVE', 'PAUSED', 'COMPLETED')),
  status_reason text CHECK (status_reason IN ('BY_USER', 'FAILURES', 'END_REACHED', 'FIRED', 'PARKED')),
  status_detail text,
  -- The cursor: the nominal instant of the next occurrence, and when it is planned (its flexible offset added).
  next_run_at timestamptz,
  due_at timestamptz,
  paused_from timestamptz,
  -- Under a rate limit: the earliest instant of the next start.
  rate_free_at timestamptz,
  last_run_at timestamptz,
  last_run_status text,
  run_count bigint NOT NULL DEFAULT 0,
  consecutive_failures integer NOT NULL DEFAULT 0,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  -- A deleted schedule keeps its row as long as its runs are kept: what has started goes on with its config.
  deleted_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT schedules_reason CHECK ((status = 'ACTIVE') = (status_reason IS NULL)),
  CONSTRAINT schedules_cursor CHECK ((status = 'ACTIVE' AND deleted_at IS NULL) = (due_at IS NOT NULL)),
  CONSTRAINT schedules_due CHECK ((due_at IS NULL) = (next_run_at IS NULL) AND due_at >= next_run_at),
  CONSTRAINT schedules_paused CHECK (paused_from IS NULL OR status = 'PAUSED')
) WITH (fillfactor = 80);

-- What the planner reads: due schedules of every tenant, earliest first.
CREATE INDEX schedules_due ON schedules (due_at) WHERE due_at IS NOT NULL;
CREATE UNIQUE INDEX schedules_deduplication ON schedules (tenant_id, deduplication_key)
  WHERE deleted_at IS NULL AND deduplication_key IS NOT NULL;
CREATE INDEX schedules_customer ON schedules (tenant_id, customer_id, id) WHERE customer_id IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX schedules_external ON schedules (tenant_id, external_id, id) WHERE external_id IS NOT NULL AND deleted_at IS NULL;
-- What completion still has to delete.
CREATE INDEX schedules_to_delete ON schedules (tenant_id, id)
  WHERE status = 'COMPLETED' AND action_after_completion = 'DELETE' AND deleted_at IS NULL;

CREATE TABLE runs (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  schedule_id uuid NOT NULL,
  trigger text NOT NULL CHECK (trigger IN ('SCHEDULE', 'MANUAL', 'BACKFILL')),
  scheduled_for timestamptz NOT NULL,
  fire_at timestamptz NOT NULL,
  status text NOT NULL
    CHECK (status IN ('PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'SKIPPED', 'MISSED', 'CANCELLED')),
  reason text,
  attempt integer NOT NULL DEFAULT 0 CHECK (attempt >= 0),
  interrupted integer NOT NULL DEFAULT 0 CHECK (interrupted BETWEEN 0 AND attempt),
  -- PENDING: when it may start. RUNNING: when its lease runs out. NULL once final.
  wake_at timestamptz,
  -- The fencing token: one for each claim; an outcome is written only by the holder of the current one.
  lease_token uuid,
  lease_node text,
  started_at timestamptz,
  finished_at timestamptz,
  attempts jsonb NOT NULL DEFAULT '[]',
  -- A manual trigger's overlay of the action config.
  action_overlay jsonb,
  missed_count bigint CHECK (missed_count >= 1),
  missed_until timestamptz,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, schedule_id) REFERENCES schedules (tenant_id, id),
  CONSTRAINT runs_open CHECK ((status IN ('PENDING', 'RUNNING')) = (wake_at IS NOT NULL)),
  CONSTRAINT runs_leased CHECK ((status = 'RUNNING') = (lease_token IS NOT NULL)),
  CONSTRAINT runs_final CHECK ((status NOT IN ('PENDING', 'RUNNING')) = (finished_at IS NOT NULL)),
  CONSTRAINT runs_explained CHECK (reason IS NOT NULL OR status IN ('PENDING', 'RUNNING', 'SUCCEEDED')),
  CONSTRAINT runs_merged CHECK ((missed_count IS NULL) = (missed_until IS NULL)
    AND (missed_count IS NULL OR status IN ('MISSED', 'CANCELLED')))
) WITH (fillfactor = 80);

-- Planning is exactly once: the database refuses a second run of an occurrence.
CREATE UNIQUE INDEX runs_occurrence ON runs (tenant_id, schedule_id, scheduled_for) WHERE trigger = 'SCHEDULE';
-- What the dispatcher and the reaper read.
CREATE INDEX runs_wake ON runs (wake_at) WHERE wake_at IS NOT NULL;
-- What overlap, pause and completion ask.
CREATE INDEX runs_open_of_schedule ON runs (tenant_id, schedule_id) WHERE wake_at IS NOT NULL;
CREATE INDEX runs_newest ON runs (tenant_id, schedule_id, id DESC);

CREATE TABLE idempotency_keys (
  tenant_id uuid NOT NULL REFERENCES tenants,
  key text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
  request_hash bytea NOT NULL CHECK (octet_length(request_hash) = 32),
  status integer NOT NULL,
  headers jsonb NOT NULL,
  body text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);
