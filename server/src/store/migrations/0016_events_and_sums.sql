-- What has changed since: for GET /v1/events, and for the sums of hours. A row tells by its own instants, so nothing is written for
-- it; and rows lie in the order in which they were written, so a summary of every 64 pages (BRIN) finds them. It costs a
-- write next to nothing, and from PostgreSQL 16 on does not keep an update from being HOT.
CREATE INDEX runs_changed ON runs USING brin (greatest(created_at, started_at, finished_at))
  WITH (pages_per_range = 64, autosummarize = on);
CREATE INDEX schedules_changed ON schedules USING brin (updated_at) WITH (pages_per_range = 16, autosummarize = on);

-- What waits for a person: schedules that failures or their receiver have stopped.
CREATE INDEX schedules_stopped ON schedules (tenant_id, status_reason, id)
  WHERE status_reason IN ('FAILURES', 'PARKED') AND deleted_at IS NULL;

-- How the runs of an hour have ended. Final rows are never rewritten, so they are counted once, a minute after
-- (engine/retention); until when that was done is the fact `run_sums`.
CREATE TABLE run_sums (
  tenant_id uuid NOT NULL REFERENCES tenants (id),
  hour timestamptz NOT NULL,
  status text NOT NULL CHECK (status IN ('SUCCEEDED', 'FAILED', 'SKIPPED', 'MISSED', 'CANCELLED')),
  -- From fire_at to the first attempt: the number of the step of a scale on which four steps are a doubling (store/run-sums); -1: no attempt.
  lateness smallint NOT NULL CHECK (lateness >= -1),
  runs bigint NOT NULL CHECK (runs > 0),
  PRIMARY KEY (tenant_id, hour, status, lateness)
);
CREATE INDEX run_sums_age ON run_sums (hour);

CREATE FUNCTION run_sums_until() RETURNS timestamptz
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
  AS $$SELECT value::timestamptz FROM public.facts WHERE name = 'run_sums'$$;
REVOKE EXECUTE ON FUNCTION run_sums_until FROM PUBLIC;
GRANT EXECUTE ON FUNCTION run_sums_until TO hydracore_api;

ALTER TABLE run_sums ENABLE ROW LEVEL SECURITY;
CREATE POLICY api ON run_sums TO hydracore_api USING (tenant_id = hydracore_tenant());
CREATE POLICY engine ON run_sums TO hydracore_engine USING (true);
GRANT SELECT ON run_sums TO hydracore_api;
GRANT SELECT, INSERT, UPDATE (runs), DELETE ON run_sums TO hydracore_engine;
