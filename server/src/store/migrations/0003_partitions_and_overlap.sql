-- The ledger by weeks, runs that wait for another one, completion from outside.

ALTER TABLE schedules
  DROP CONSTRAINT schedules_overlap_policy_check,
  ADD CONSTRAINT schedules_overlap_policy_check CHECK (overlap_policy IN
    ('SKIP', 'BUFFER_ONE', 'BUFFER_ALL', 'CANCEL_OTHER', 'TERMINATE_OTHER', 'ALLOW_ALL')),
  -- When held runs are to be looked at: a turn under the rate limit, or at once. NULL: when an open run ends.
  ADD COLUMN release_at timestamptz,
  -- Where its action goes (host and port; '' where that is nowhere or not known before it is rendered).
  ADD COLUMN destination text NOT NULL DEFAULT '';
-- A queue's table: dead rows go soon, or each look at what is due wades through them.
ALTER TABLE schedules SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000,
  autovacuum_vacuum_cost_delay = 0);
CREATE INDEX schedules_release ON schedules (release_at) WHERE release_at IS NOT NULL;
-- What retention removes once the runs are gone.
CREATE INDEX schedules_deleted ON schedules (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TEMPORARY TABLE runs_before ON COMMIT DROP AS SELECT * FROM runs;
DROP TABLE runs;

CREATE TABLE runs (
  tenant_id uuid NOT NULL,
  -- UUIDv7, which begins with its instant: partitions are ranges of ids. The id of an occurrence is made from schedule,
  -- instant and record, so that the primary key refuses a second run of it: planning is exactly once.
  id uuid NOT NULL,
  schedule_id uuid NOT NULL,
  trigger text NOT NULL CHECK (trigger IN ('SCHEDULE', 'MANUAL', 'BACKFILL')),
  scheduled_for timestamptz NOT NULL,
  fire_at timestamptz NOT NULL,
  status text NOT NULL
    CHECK (status IN ('PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'SKIPPED', 'MISSED', 'CANCELLED')),
  -- Why it ended so; for a PENDING run, what it waits for.
  reason text,
  attempt integer NOT NULL DEFAULT 0 CHECK (attempt >= 0),
  interrupted integer NOT NULL DEFAULT 0 CHECK (interrupted BETWEEN 0 AND attempt),
  -- PENDING: when it may start; infinity: held until an open run ends or its turn comes. RUNNING: when its lease runs
  -- out, or by when it has to be completed. NULL once final.
  wake_at timestamptz,
  -- The fencing token: one for each claim; an outcome is written only by the holder of the current one.
  lease_token uuid,
  lease_node text,
  -- Set while the action has been accepted and completion from outside is awaited: each heartbeat gives so much more.
  completes_within_seconds integer CHECK (completes_within_seconds >= 1),
  -- What the receiver reported while the attempt was still under way; it decides when the attempt ends.
  completion jsonb,
  -- Asked to stop, and what it is CANCELLED for unless it ends otherwise first.
  cancel_reason text,
  started_at timestamptz,
  finished_at timestamptz,
  attempts jsonb NOT NULL DEFAULT '[]',
  -- A manual trigger's overlay of the action config.
  action_overlay jsonb,
  -- The FAILED run that this one tries again.
  retry_of uuid,
  destination text NOT NULL DEFAULT '',
  missed_count bigint CHECK (missed_count >= 1),
  missed_until timestamptz,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, schedule_id) REFERENCES schedules (tenant_id, id),
  CONSTRAINT runs_open CHECK ((status IN ('PENDING', 'RUNNING')) = (wake_at IS NOT NULL)),
  CONSTRAINT runs_held CHECK (wake_at <> 'infinity' OR (status = 'PENDING' AND attempt = 0)),
  CONSTRAINT runs_leased CHECK ((status = 'RUNNING') = (lease_token IS NOT NULL)),
  CONSTRAINT runs_awaited CHECK (completes_within_seconds IS NULL OR status = 'RUNNING'),
  CONSTRAINT runs_final CHECK ((status NOT IN ('PENDING', 'RUNNING')) = (finished_at IS NOT NULL)),
  CONSTRAINT runs_explained CHECK (reason IS NOT NULL OR status IN ('PENDING', 'RUNNING', 'SUCCEEDED')),
  CONSTRAINT runs_merged CHECK ((missed_count IS NULL) = (missed_until IS NULL)
    AND (missed_count IS NULL OR status IN ('MISSED', 'CANCELLED')))
) PARTITION BY RANGE (id);

-- Leases that run out, and the next instant that something may start at.
CREATE INDEX runs_wake ON runs (wake_at) WHERE wake_at IS NOT NULL;
-- What the dispatcher reads: each tenant's and destination's queue, so that a long one does not hide the others.
CREATE INDEX runs_pending ON runs (tenant_id, destination, wake_at) WHERE status = 'PENDING';
-- What overlap, pause and completion ask.
CREATE INDEX runs_open_of_schedule ON runs (tenant_id, schedule_id) WHERE wake_at IS NOT NULL;
CREATE INDEX runs_held ON runs (tenant_id, schedule_id, id) WHERE wake_at = 'infinity';
CREATE INDEX runs_newest ON runs (tenant_id, schedule_id, id DESC);

-- The weeks that existing runs lie in; those to come are made by the server, weeks ahead.
DO $$
DECLARE
  week bigint;
  low uuid;
  high uuid;
BEGIN
  FOR week IN SELECT DISTINCT (('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint / 604800000) FROM runs_before LOOP
    low := rpad(lpad(to_hex(week * 604800000), 12, '0'), 32, '0')::uuid;
    high := rpad(lpad(to_hex((week + 1) * 604800000), 12, '0'), 32, '0')::uuid;
    EXECUTE format('CREATE TABLE %I PARTITION OF runs FOR VALUES FROM (%L) TO (%L)',
      'runs_' || to_char(to_timestamp(week * 604800) AT TIME ZONE 'UTC', 'YYYYMMDD'), low, high);
  END LOOP;
END $$;

INSERT INTO runs (tenant_id, id, schedule_id, trigger, scheduled_for, fire_at, status, reason, attempt, interrupted,
  wake_at, lease_token, lease_node, started_at, finished_at, attempts, action_overlay, missed_count, missed_until, created_at)
SELECT tenant_id, id, schedule_id, trigger, scheduled_for, fire_at, status, reason, attempt, interrupted,
  wake_at, lease_token, lease_node, started_at, finished_at, attempts, action_overlay, missed_count, missed_until, created_at
FROM runs_before;
