-- The weeks of the ledger, filled to the brim: as a run ends its row grows to several times its width, so nine tenths left it no room
-- beside its first version, and a tenth of each page lay empty for as long as it was kept.
-- Dead rows are cleared by a number that hardly grows: a twentieth of a week of a hundred million runs was five million of them. Each
-- time takes a look through the week's indexes, so it grows a little. What is small is cleared as it fills (insert_scale_factor).
CREATE OR REPLACE FUNCTION make_runs_week(week bigint) RETURNS text
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '100ms' AS $$
DECLARE
  name text := 'runs_' || to_char(to_timestamp(week * 604800) AT TIME ZONE 'UTC', 'YYYYMMDD');
  low uuid := rpad(lpad(to_hex(week * 604800000), 12, '0'), 32, '0')::uuid;
  high uuid := rpad(lpad(to_hex((week + 1) * 604800000), 12, '0'), 32, '0')::uuid;
BEGIN
  IF to_regclass('public.' || name) IS NOT NULL THEN RETURN NULL; END IF;
  EXECUTE format('CREATE TABLE public.%I (LIKE public.runs INCLUDING DEFAULTS INCLUDING CONSTRAINTS) WITH (
    autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 100000, autovacuum_vacuum_cost_delay = 0,
    autovacuum_vacuum_insert_scale_factor = 0.1, autovacuum_analyze_scale_factor = 0.05)', name);
  -- A new table is made aside and then attached: nothing that plans or delivers waits.
  EXECUTE format('ALTER TABLE public.runs ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)', name, low, high);
  RETURN name;
END $$;

DO $$
DECLARE
  week regclass;
BEGIN
  FOR week IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'runs'::regclass LOOP
    EXECUTE format('ALTER TABLE %s SET (
      autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 100000, autovacuum_vacuum_cost_delay = 0,
      autovacuum_vacuum_insert_scale_factor = 0.1, autovacuum_analyze_scale_factor = 0.05)', week);
    EXECUTE format('ALTER TABLE %s RESET (fillfactor)', week);
  END LOOP;
END $$;
