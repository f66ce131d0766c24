-- Everything that serves works as one of three roles (store/roles.ts makes them), none of which owns a table or passes by a policy:
-- hydracore_api for the requests of one tenant, which the transaction has set; hydracore_operator, the same and all tenants' names;
-- hydracore_engine, which plans and delivers for every tenant, and sees no credential.

-- The tenant of this transaction; null where none is set, and then no policy lets anything through.
CREATE FUNCTION hydracore_tenant() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  RETURN nullif(current_setting('hydracore.tenant_id', true), '')::uuid;

ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
CREATE POLICY api ON tenants TO hydracore_api USING (id = hydracore_tenant());
CREATE POLICY operator ON tenants TO hydracore_operator USING (true);
CREATE POLICY engine ON tenants FOR SELECT TO hydracore_engine USING (true);
GRANT SELECT, UPDATE (webhook_secrets) ON tenants TO hydracore_api;
GRANT INSERT, UPDATE ON tenants TO hydracore_operator;
GRANT SELECT ON tenants TO hydracore_engine;

ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY;
CREATE POLICY api ON api_keys TO hydracore_api USING (tenant_id = hydracore_tenant());
GRANT SELECT, INSERT, UPDATE (expires_at, revoked_at, last_used_at) ON api_keys TO hydracore_api;

ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY;
CREATE POLICY api ON idempotency_keys TO hydracore_api USING (tenant_id = hydracore_tenant());
CREATE POLICY engine ON idempotency_keys TO hydracore_engine USING (true);
GRANT SELECT, INSERT, UPDATE ON idempotency_keys TO hydracore_api;
-- It forgets them: their age is all that it sees. To lock a row it needs an UPDATE of something.
GRANT SELECT (tenant_id, key, created_at), UPDATE (created_at), DELETE ON idempotency_keys TO hydracore_engine;

ALTER TABLE schedules ENABLE ROW LEVEL SECURITY;
CREATE POLICY api ON schedules TO hydracore_api USING (tenant_id = hydracore_tenant());
CREATE POLICY engine ON schedules TO hydracore_engine USING (true);
GRANT SELECT, INSERT, UPDATE ON schedules TO hydracore_api;
GRANT SELECT, UPDATE, DELETE ON schedules TO hydracore_engine;

ALTER TABLE runs ENABLE ROW LEVEL SECURITY;
CREATE POLICY api ON runs TO hydracore_api USING (tenant_id = hydracore_tenant());
CREATE POLICY engine ON runs TO hydracore_engine USING (true);
GRANT SELECT, INSERT, UPDATE ON runs TO hydracore_api;
GRANT SELECT, INSERT, UPDATE ON runs TO hydracore_engine;

ALTER TABLE backfills ENABLE ROW LEVEL SECURITY;
CREATE POLICY api ON backfills TO hydracore_api USING (tenant_id = hydracore_tenant());
CREATE POLICY engine ON backfills TO hydracore_engine USING (true);
GRANT SELECT, INSERT, UPDATE ON backfills TO hydracore_api;
GRANT SELECT, UPDATE, DELETE ON backfills TO hydracore_engine;

ALTER TABLE entity_definitions ENABLE ROW LEVEL SECURITY;
CREATE POLICY api ON entity_definitions TO hydracore_api USING (tenant_id = hydracore_tenant());
CREATE POLICY engine ON entity_definitions TO hydracore_engine USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON entity_definitions TO hydracore_api;
GRANT SELECT, UPDATE (updated_at) ON entity_definitions TO hydracore_engine;

ALTER TABLE entity_records ENABLE ROW LEVEL SECURITY;
CREATE POLICY api ON entity_records TO hydracore_api USING (tenant_id = hydracore_tenant());
CREATE POLICY engine ON entity_records TO hydracore_engine USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON entity_records TO hydracore_api;
GRANT SELECT, UPDATE ON entity_records TO hydracore_engine;

ALTER TABLE entity_dates ENABLE ROW LEVEL SECURITY;
CREATE POLICY api ON entity_dates TO hydracore_api USING (tenant_id = hydracore_tenant());
CREATE POLICY engine ON entity_dates TO hydracore_engine USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON entity_dates TO hydracore_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON entity_dates TO hydracore_engine;

ALTER TABLE relative_latecomers ENABLE ROW LEVEL SECURITY;
CREATE POLICY api ON relative_latecomers TO hydracore_api USING (tenant_id = hydracore_tenant());
CREATE POLICY engine ON relative_latecomers TO hydracore_engine USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON relative_latecomers TO hydracore_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON relative_latecomers TO hydracore_engine;

GRANT SELECT, INSERT, UPDATE ON facts TO hydracore_engine;

-- Who shows a key is not known before it is found: this is the one look across tenants, and it finds nothing but the row of a
-- hash that the caller has.
CREATE FUNCTION find_api_key(hash bytea, other_hash bytea) RETURNS SETOF api_keys
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
  AS 'SELECT * FROM public.api_keys WHERE key_hash IN (hash, other_hash)';
REVOKE EXECUTE ON FUNCTION find_api_key FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_api_key TO hydracore_api;

-- How many working keys, whosever, no server with this pepper can check: a start looks.
CREATE FUNCTION count_keys_hashed_otherwise(ways text[], at timestamptz) RETURNS bigint
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
  AS 'SELECT count(*) FROM public.api_keys
      WHERE hashed_with <> ALL (ways) AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > at)';
REVOKE EXECUTE ON FUNCTION count_keys_hashed_otherwise FROM PUBLIC;
GRANT EXECUTE ON FUNCTION count_keys_hashed_otherwise TO hydracore_operator;

-- The weeks of the ledger are made and dropped by who plans; to do so needs the owner.
CREATE FUNCTION make_runs_week(week bigint) RETURNS text
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public SET lock_timeout = '100ms' AS $$
DECLARE
  name text := 'runs_' || to_char(to_timestamp(week * 604800) AT TIME ZONE 'UTC', 'YYYYMMDD');
  low uuid := rpad(lpad(to_hex(week * 604800000), 12, '0'), 32, '0')::uuid;
  high uuid := rpad(lpad(to_hex((week + 1) * 604800000), 12, '0'), 32, '0')::uuid;
BEGIN
  IF to_regclass('public.' || name) IS NOT NULL THEN RETURN NULL; END IF;
  -- Rows change twice or thrice and then never again: dead ones are cleared early, and the rest frozen as it is filled.
  EXECUTE format('CREATE TABLE public.%I (LIKE public.runs INCLUDING DEFAULTS INCLUDING CONSTRAINTS) WITH (fillfactor = 90,
    autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0,
    autovacuum_vacuum_insert_scale_factor = 0.1, autovacuum_analyze_scale_factor = 0.05)', name);
  -- A new table is made aside and then attached: nothing that plans or delivers waits.
  EXECUTE format('ALTER TABLE public.runs ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)', name, low, high);
  RETURN name;
END $$;

CREATE FUNCTION drop_runs_week(name text) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public SET lock_timeout = '100ms' AS $$
DECLARE
  open boolean;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_inherits WHERE inhparent = 'public.runs'::regclass AND inhrelid = to_regclass(format('public.%I', name))) THEN
    RETURN false;
  END IF;
  EXECUTE format('SELECT EXISTS (SELECT FROM public.%I WHERE wake_at IS NOT NULL)', name) INTO open;
  IF open THEN RETURN false; END IF;
  EXECUTE format('DROP TABLE public.%I', name);
  RETURN true;
END $$;
REVOKE EXECUTE ON FUNCTION make_runs_week, drop_runs_week FROM PUBLIC;
GRANT EXECUTE ON FUNCTION make_runs_week, drop_runs_week TO hydracore_engine;
