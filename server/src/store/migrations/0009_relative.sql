-- RELATIVE schedules: what is due follows from the dates of records.

ALTER TABLE entity_dates
  -- The record's, here too: a schedule of one customer finds its dates without those of the others.
  ADD COLUMN customer_id uuid,
  -- The day of the year (day * 16 + month) and the millisecond of the day, in UTC: dates that come round are found by them.
  ADD COLUMN day_key smallint NOT NULL GENERATED ALWAYS AS
    ((extract(day FROM at AT TIME ZONE 'UTC') * 16 + extract(month FROM at AT TIME ZONE 'UTC'))::smallint) STORED,
  ADD COLUMN day_ms integer NOT NULL GENERATED ALWAYS AS
    ((extract(epoch FROM (at AT TIME ZONE 'UTC')::time) * 1000)::integer) STORED;
UPDATE entity_dates d SET customer_id = r.customer_id FROM entity_records r
  WHERE r.tenant_id = d.tenant_id AND r.id = d.record_id AND r.customer_id IS NOT NULL;
CREATE INDEX entity_dates_round ON entity_dates (tenant_id, definition_id, field, day_key, day_ms);
CREATE INDEX entity_dates_customer ON entity_dates (tenant_id, definition_id, customer_id, field, at, record_id)
  WHERE customer_id IS NOT NULL;

ALTER TABLE schedules
  ADD COLUMN relative_entity_definition_id uuid,
  ADD COLUMN relative_field_name text,
  ADD COLUMN relative_filter jsonb CHECK (jsonb_typeof(relative_filter) = 'object'),
  ADD COLUMN relative_offset_days integer CHECK (relative_offset_days BETWEEN -3650 AND 3650),
  ADD COLUMN relative_recurrence text CHECK (relative_recurrence IN ('NONE', 'MONTHLY', 'YEARLY')),
  -- {"planned_until", "window"}: see domain/relative.ts.
  ADD COLUMN relative_cursor jsonb,
  -- When the planner is to look: at next_run_at, or at once where that is in doubt. `due_at` is for the other types.
  ADD COLUMN relative_look_at timestamptz,
  ADD FOREIGN KEY (tenant_id, relative_entity_definition_id) REFERENCES entity_definitions (tenant_id, id),
  DROP CONSTRAINT schedules_schedule_type_check,
  ADD CONSTRAINT schedules_schedule_type_check
    CHECK (schedule_type IN ('CRON', 'RATE', 'ONE_TIME', 'RRULE', 'RELATIVE')),
  DROP CONSTRAINT schedules_cursor,
  ADD CONSTRAINT schedules_cursor CHECK
    ((status = 'ACTIVE' AND deleted_at IS NULL AND schedule_type <> 'RELATIVE') = (due_at IS NOT NULL)),
  DROP CONSTRAINT schedules_due,
  -- A RELATIVE schedule has no next occurrence while no record has one.
  ADD CONSTRAINT schedules_due CHECK (schedule_type = 'RELATIVE' OR
    ((due_at IS NULL) = (next_run_at IS NULL) AND due_at >= next_run_at)),
  ADD CONSTRAINT schedules_relative CHECK ((schedule_type = 'RELATIVE') = (relative_cursor IS NOT NULL)),
  ADD CONSTRAINT schedules_relative_rule CHECK (CASE WHEN schedule_type = 'RELATIVE' THEN
      relative_field_name IS NOT NULL AND relative_offset_days IS NOT NULL AND relative_recurrence IS NOT NULL
      AND (relative_entity_definition_id IS NOT NULL OR deleted_at IS NOT NULL)
    ELSE relative_entity_definition_id IS NULL AND relative_field_name IS NULL AND relative_filter IS NULL
      AND relative_offset_days IS NULL AND relative_recurrence IS NULL END),
  ADD CONSTRAINT schedules_relative_look CHECK
    (relative_look_at IS NULL OR (schedule_type = 'RELATIVE' AND status = 'ACTIVE' AND deleted_at IS NULL));
CREATE INDEX schedules_relative_look ON schedules (relative_look_at) WHERE relative_look_at IS NOT NULL;
CREATE INDEX schedules_relative ON schedules (tenant_id, relative_entity_definition_id)
  WHERE relative_entity_definition_id IS NOT NULL;

-- Occurrences that appeared behind the planner: a date was written that is due already, and not too late to run.
CREATE TABLE relative_latecomers (
  tenant_id uuid NOT NULL,
  schedule_id uuid NOT NULL,
  record_id uuid NOT NULL,
  scheduled_for timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, schedule_id, record_id, scheduled_for),
  FOREIGN KEY (tenant_id, schedule_id) REFERENCES schedules (tenant_id, id) ON DELETE CASCADE
);

ALTER TABLE runs
  ADD COLUMN record_id uuid,
  -- The record as it was when the run started, or was planned.
  ADD COLUMN record jsonb,
  ADD CONSTRAINT runs_record CHECK (record IS NULL OR record_id IS NOT NULL);
-- Overlap is looked at for each record.
DROP INDEX runs_open_of_schedule;
CREATE INDEX runs_open_of_schedule ON runs (tenant_id, schedule_id, record_id) WHERE wake_at IS NOT NULL;
-- With the schedule: chosen for a look at open runs, it must not read all those of a record.
CREATE INDEX runs_of_record ON runs (tenant_id, record_id, schedule_id, id DESC) WHERE record_id IS NOT NULL;
