-- Requests (and starts) counted by the minute, for all servers together. Not logged: what a crash forgets is a minute old.
CREATE UNLOGGED TABLE rate_points (
  tenant_id uuid NOT NULL REFERENCES tenants (id),
  bucket text NOT NULL CHECK (length(bucket) BETWEEN 1 AND 200),
  points bigint NOT NULL CHECK (points >= 0),
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, bucket)
) WITH (fillfactor = 50);
CREATE INDEX rate_points_age ON rate_points (expires_at);
ALTER TABLE rate_points ENABLE ROW LEVEL SECURITY;
CREATE POLICY api ON rate_points TO hydracore_api USING (tenant_id = hydracore_tenant());
CREATE POLICY engine ON rate_points TO hydracore_engine USING (true);
GRANT SELECT, INSERT, UPDATE ON rate_points TO hydracore_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON rate_points TO hydracore_engine;

-- What the operator grants a tenant instead of the server's defaults; NULL: the default.
CREATE TABLE tenant_quotas (
  tenant_id uuid PRIMARY KEY REFERENCES tenants (id),
  schedules bigint CHECK (schedules >= 1),
  records bigint CHECK (records >= 1),
  runs_per_minute bigint CHECK (runs_per_minute >= 1),
  updated_at timestamptz NOT NULL
);
ALTER TABLE tenant_quotas ENABLE ROW LEVEL SECURITY;
CREATE POLICY api ON tenant_quotas TO hydracore_api USING (tenant_id = hydracore_tenant());
CREATE POLICY engine ON tenant_quotas FOR SELECT TO hydracore_engine USING (true);
GRANT SELECT ON tenant_quotas TO hydracore_api;
GRANT INSERT, UPDATE ON tenant_quotas TO hydracore_operator;
GRANT SELECT ON tenant_quotas TO hydracore_engine;

-- How much a tenant has, as a sum. What adds or takes away leaves a row, so that nobody waits for anybody;
-- the reaper folds them together.
CREATE TABLE tenant_usage (
  -- Without a foreign key: what is counted has one, and each create would look the tenant up once more.
  tenant_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('schedules', 'records')),
  id bigint GENERATED ALWAYS AS IDENTITY,
  delta bigint NOT NULL,
  PRIMARY KEY (tenant_id, kind, id)
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);
ALTER TABLE tenant_usage ENABLE ROW LEVEL SECURITY;
CREATE POLICY api ON tenant_usage TO hydracore_api USING (tenant_id = hydracore_tenant());
CREATE POLICY engine ON tenant_usage TO hydracore_engine USING (true);
-- By the triggers below, which work as whoever adds or takes away.
GRANT SELECT, INSERT ON tenant_usage TO hydracore_api;
-- To lock a row it needs an UPDATE of something.
GRANT SELECT, INSERT, UPDATE (delta), DELETE ON tenant_usage TO hydracore_engine;

INSERT INTO tenant_usage (tenant_id, kind, delta)
  SELECT tenant_id, 'schedules', count(*) FROM schedules WHERE deleted_at IS NULL GROUP BY tenant_id
  UNION ALL SELECT tenant_id, 'records', count(*) FROM entity_records GROUP BY tenant_id;

-- By triggers: whichever way a row comes or goes, it is counted, in the same transaction.
CREATE FUNCTION count_schedule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    INSERT INTO tenant_usage (tenant_id, kind, delta) VALUES (OLD.tenant_id, 'schedules', -1);
  ELSE
    INSERT INTO tenant_usage (tenant_id, kind, delta)
      VALUES (NEW.tenant_id, 'schedules', CASE WHEN NEW.deleted_at IS NULL THEN 1 ELSE -1 END);
  END IF;
  RETURN NULL;
END $$;
-- Row by row: schedules are made so, and a trigger for each statement would copy the rows of every update, of which planning
-- makes many.
CREATE TRIGGER schedules_added AFTER INSERT ON schedules
  FOR EACH ROW WHEN (NEW.deleted_at IS NULL) EXECUTE FUNCTION count_schedule();
CREATE TRIGGER schedules_hidden AFTER UPDATE OF deleted_at ON schedules
  FOR EACH ROW WHEN ((OLD.deleted_at IS NULL) <> (NEW.deleted_at IS NULL)) EXECUTE FUNCTION count_schedule();
CREATE TRIGGER schedules_gone AFTER DELETE ON schedules
  FOR EACH ROW WHEN (OLD.deleted_at IS NULL) EXECUTE FUNCTION count_schedule();

CREATE FUNCTION count_records() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO tenant_usage (tenant_id, kind, delta)
    SELECT tenant_id, 'records', CASE TG_OP WHEN 'INSERT' THEN count(*) ELSE -count(*) END
    FROM changed GROUP BY tenant_id;
  RETURN NULL;
END $$;
CREATE TRIGGER entity_records_added AFTER INSERT ON entity_records
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_records();
CREATE TRIGGER entity_records_gone AFTER DELETE ON entity_records
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_records();
