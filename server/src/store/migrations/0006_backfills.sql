-- Backfills: runs for past occurrences, asked for by hand. And what finding runs across schedules needs.

CREATE TABLE backfills (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  schedule_id uuid NOT NULL,
  status text NOT NULL CHECK (status IN ('RUNNING', 'PAUSED', 'COMPLETED', 'CANCELLED')),
  status_reason text CHECK (status_reason IN ('BY_USER', 'FAILURES', 'PARKED', 'SCHEDULE_DELETED')),
  start_at timestamptz NOT NULL,
  end_at timestamptz NOT NULL CHECK (end_at >= start_at),
  -- What makes one run wait for another has its place here; what stops a run has none.
  overlap_policy text NOT NULL CHECK (overlap_policy IN ('SKIP', 'BUFFER_ONE', 'BUFFER_ALL', 'ALLOW_ALL')),
  -- The schedule's rule as it was when the backfill was asked for: a change of it moves nothing here.
  rule jsonb NOT NULL CHECK (jsonb_typeof(rule) = 'object'),
  total integer NOT NULL CHECK (total BETWEEN 0 AND 10000),
  planned integer NOT NULL DEFAULT 0 CHECK (planned >= 0),
  skipped integer NOT NULL DEFAULT 0 CHECK (skipped >= 0),
  -- The cursor: the next occurrence to plan. NULL once all are planned.
  next_scheduled_for timestamptz,
  -- When it is looked at next.
  due_at timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  finished_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, schedule_id) REFERENCES schedules (tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT backfills_due CHECK ((status = 'RUNNING') = (due_at IS NOT NULL)),
  CONSTRAINT backfills_reason CHECK ((status IN ('PAUSED', 'CANCELLED')) = (status_reason IS NOT NULL)),
  CONSTRAINT backfills_final CHECK ((status IN ('COMPLETED', 'CANCELLED')) = (finished_at IS NOT NULL)),
  CONSTRAINT backfills_cursor CHECK (next_scheduled_for IS NULL OR status IN ('RUNNING', 'PAUSED'))
) WITH (fillfactor = 70);

CREATE INDEX backfills_due ON backfills (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX backfills_of_schedule ON backfills (tenant_id, schedule_id, id DESC);
-- What retention removes once the runs are gone.
CREATE INDEX backfills_finished ON backfills (finished_at) WHERE finished_at IS NOT NULL;

ALTER TABLE runs
  ADD COLUMN backfill_id uuid,
  ADD CONSTRAINT runs_of_backfill CHECK ((trigger = 'BACKFILL') = (backfill_id IS NOT NULL)),
  ADD FOREIGN KEY (tenant_id, backfill_id) REFERENCES backfills (tenant_id, id);
CREATE INDEX runs_of_backfill ON runs (tenant_id, backfill_id, id DESC) WHERE backfill_id IS NOT NULL;
-- Whether a backfill has ended, and what its cancellation takes back.
CREATE INDEX runs_open_of_backfill ON runs (tenant_id, backfill_id) WHERE backfill_id IS NOT NULL AND wake_at IS NOT NULL;

-- What did not go well is looked for by status and is rare: the index holds nothing of what did.
CREATE INDEX runs_unhappy ON runs (tenant_id, status, id DESC) WHERE status IN ('FAILED', 'SKIPPED', 'MISSED', 'CANCELLED');
CREATE INDEX runs_by_hand ON runs (tenant_id, trigger, id DESC) WHERE trigger IN ('MANUAL', 'BACKFILL');
-- The id of a run begins with the instant of its occurrence, so that a time is found by the primary key: but for these.
CREATE INDEX runs_displaced ON runs (tenant_id, scheduled_for)
  WHERE trigger = 'BACKFILL' OR retry_of IS NOT NULL OR missed_count IS NOT NULL;

-- The runs of a customer include those of schedules that are deleted.
DROP INDEX schedules_customer;
CREATE INDEX schedules_customer ON schedules (tenant_id, customer_id, id) WHERE customer_id IS NOT NULL;
