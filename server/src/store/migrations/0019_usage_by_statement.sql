-- Schedules that are made together leave one row of usage: requests that come at the same time are stored by one statement. A trigger
-- for each statement copies the rows of INSERTs alone; updates, of which planning makes many, keep theirs row by row.
DROP TRIGGER schedules_added ON schedules;

CREATE FUNCTION count_schedules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO tenant_usage (tenant_id, bucket, kind, delta)
    SELECT tenant_id, bucket, 'schedules', count(*) FROM added WHERE deleted_at IS NULL GROUP BY tenant_id, bucket;
  RETURN NULL;
END $$;
CREATE TRIGGER schedules_added AFTER INSERT ON schedules
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_schedules();
