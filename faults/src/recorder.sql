-- What the rig adds to the database: a trigger that notes each state of a schedule in the transaction that makes it. So
-- the checker knows what was committed, in which order, also where no answer came back.
CREATE SCHEMA faults;

CREATE TABLE faults.history (
  n bigserial PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  state jsonb NOT NULL
);

-- The servers' roles know nothing of the rig.
CREATE FUNCTION faults.note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  INSERT INTO faults.history (state) VALUES (to_jsonb(NEW) - 'action_config');
  RETURN NULL;
END $$;

CREATE TRIGGER faults_created AFTER INSERT ON schedules FOR EACH ROW EXECUTE FUNCTION faults.note();

-- Counters change with every run, and decide nothing that the history is for.
CREATE TRIGGER faults_changed AFTER UPDATE ON schedules FOR EACH ROW
  WHEN ((OLD.version, OLD.next_run_at, OLD.paused_from, OLD.deleted_at, OLD.updated_at)
    IS DISTINCT FROM (NEW.version, NEW.next_run_at, NEW.paused_from, NEW.deleted_at, NEW.updated_at))
  EXECUTE FUNCTION faults.note();
