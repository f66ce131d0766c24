-- The hash bucket of a tenant, in every key beside its tenant_id: planners take disjoint parts of what is due by it, and it is what a
-- PostgreSQL of many servers shards by, since it locks rows within one shard only (docs/scaling.md). A tenant's id ends in random bits,
-- so its last byte is a hash already. Stored, and written by every INSERT: no sharded PostgreSQL distributes by a generated column.
-- What has none is read for all tenants by what has no tenant yet, or by every shard, and is small: tenants, their keys, sessions,
-- secrets, data keys, quotas and egress policies, which every server would have a copy of.
CREATE FUNCTION bucket_of(tenant_id uuid) RETURNS smallint LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN get_byte(uuid_send(tenant_id), 15)::smallint;

ALTER TABLE rate_points RENAME COLUMN bucket TO name;
ALTER TABLE rate_points RENAME CONSTRAINT rate_points_bucket_check TO rate_points_name_check;

-- Each table is rewritten once, its old rows with their bucket: some 25 seconds for each million runs.
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['schedules', 'runs', 'backfills', 'relative_latecomers', 'entity_definitions', 'entity_records', 'entity_dates',
    'run_sums', 'tenant_usage', 'audit_events', 'idempotency_keys', 'rate_points']
  LOOP
    EXECUTE format('ALTER TABLE %I ADD COLUMN bucket smallint NOT NULL GENERATED ALWAYS AS (bucket_of(tenant_id)) STORED', name);
    EXECUTE format('ALTER TABLE %I ALTER COLUMN bucket DROP EXPRESSION', name);
    EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I CHECK (bucket = bucket_of(tenant_id))', name, name || '_bucket');
  END LOOP;
END $$;

ALTER TABLE runs DROP CONSTRAINT runs_tenant_id_schedule_id_fkey, DROP CONSTRAINT runs_tenant_id_backfill_id_fkey;
ALTER TABLE backfills DROP CONSTRAINT backfills_tenant_id_schedule_id_fkey;
ALTER TABLE relative_latecomers DROP CONSTRAINT relative_latecomers_tenant_id_schedule_id_fkey;
ALTER TABLE schedules DROP CONSTRAINT schedules_tenant_id_relative_entity_definition_id_fkey;
ALTER TABLE entity_dates DROP CONSTRAINT entity_dates_tenant_id_record_id_fkey;
ALTER TABLE entity_records DROP CONSTRAINT entity_records_tenant_id_definition_id_fkey;

ALTER TABLE schedules DROP CONSTRAINT schedules_pkey, ADD PRIMARY KEY (tenant_id, id, bucket);
ALTER TABLE runs DROP CONSTRAINT runs_pkey, ADD PRIMARY KEY (tenant_id, id, bucket);
ALTER TABLE backfills DROP CONSTRAINT backfills_pkey, ADD PRIMARY KEY (tenant_id, id, bucket);
ALTER TABLE relative_latecomers DROP CONSTRAINT relative_latecomers_pkey,
  ADD PRIMARY KEY (tenant_id, schedule_id, record_id, scheduled_for, bucket);
ALTER TABLE entity_definitions DROP CONSTRAINT entity_definitions_pkey, ADD PRIMARY KEY (tenant_id, id, bucket),
  DROP CONSTRAINT entity_definitions_tenant_id_slug_key,
  ADD CONSTRAINT entity_definitions_tenant_id_slug_key UNIQUE (tenant_id, slug, bucket);
ALTER TABLE entity_records DROP CONSTRAINT entity_records_pkey, ADD PRIMARY KEY (tenant_id, id, bucket);
ALTER TABLE entity_dates DROP CONSTRAINT entity_dates_pkey, ADD PRIMARY KEY (tenant_id, record_id, field, bucket);
ALTER TABLE run_sums DROP CONSTRAINT run_sums_pkey, ADD PRIMARY KEY (tenant_id, hour, status, lateness, bucket);
ALTER TABLE tenant_usage DROP CONSTRAINT tenant_usage_pkey, ADD PRIMARY KEY (tenant_id, kind, id, bucket);
ALTER TABLE audit_events DROP CONSTRAINT audit_events_pkey, ADD PRIMARY KEY (tenant_id, id, bucket);
ALTER TABLE idempotency_keys DROP CONSTRAINT idempotency_keys_pkey, ADD PRIMARY KEY (tenant_id, key, bucket);
ALTER TABLE rate_points DROP CONSTRAINT rate_points_pkey, ADD PRIMARY KEY (tenant_id, name, bucket);

DROP INDEX schedules_deduplication;
CREATE UNIQUE INDEX schedules_deduplication ON schedules (tenant_id, deduplication_key, bucket)
  WHERE deleted_at IS NULL AND deduplication_key IS NOT NULL;
DROP INDEX entity_records_external;
CREATE UNIQUE INDEX entity_records_external ON entity_records (tenant_id, definition_id, external_id, bucket)
  WHERE external_id IS NOT NULL;

ALTER TABLE runs ADD FOREIGN KEY (tenant_id, schedule_id, bucket) REFERENCES schedules (tenant_id, id, bucket),
  ADD FOREIGN KEY (tenant_id, backfill_id, bucket) REFERENCES backfills (tenant_id, id, bucket);
ALTER TABLE backfills ADD FOREIGN KEY (tenant_id, schedule_id, bucket) REFERENCES schedules (tenant_id, id, bucket) ON DELETE CASCADE;
ALTER TABLE relative_latecomers ADD FOREIGN KEY (tenant_id, schedule_id, bucket)
  REFERENCES schedules (tenant_id, id, bucket) ON DELETE CASCADE;
ALTER TABLE schedules ADD FOREIGN KEY (tenant_id, relative_entity_definition_id, bucket)
  REFERENCES entity_definitions (tenant_id, id, bucket);
ALTER TABLE entity_records ADD FOREIGN KEY (tenant_id, definition_id, bucket) REFERENCES entity_definitions (tenant_id, id, bucket);
ALTER TABLE entity_dates ADD FOREIGN KEY (tenant_id, record_id, bucket)
  REFERENCES entity_records (tenant_id, id, bucket) ON DELETE CASCADE;

-- What is due, of some buckets; and by tenant, so that a planner's tour passes over the tenants of others without reading their rows.
DROP INDEX schedules_due;
CREATE INDEX schedules_due ON schedules (due_at, bucket) WHERE due_at IS NOT NULL;
DROP INDEX schedules_due_of_tenant;
CREATE INDEX schedules_due_of_tenant ON schedules (bucket, tenant_id, due_at) WHERE due_at IS NOT NULL;

CREATE OR REPLACE FUNCTION count_schedule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    INSERT INTO tenant_usage (tenant_id, bucket, kind, delta) VALUES (OLD.tenant_id, OLD.bucket, 'schedules', -1);
  ELSE
    INSERT INTO tenant_usage (tenant_id, bucket, kind, delta)
      VALUES (NEW.tenant_id, NEW.bucket, 'schedules', CASE WHEN NEW.deleted_at IS NULL THEN 1 ELSE -1 END);
  END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION count_records() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO tenant_usage (tenant_id, bucket, kind, delta)
    SELECT tenant_id, bucket, 'records', CASE TG_OP WHEN 'INSERT' THEN count(*) ELSE -count(*) END
    FROM changed GROUP BY tenant_id, bucket;
  RETURN NULL;
END $$;

-- Which nodes there are, as long as they say so: each plans the buckets of its place among them (engine/slices).
CREATE UNLOGGED TABLE nodes (
  id text PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 255),
  seen_at timestamptz NOT NULL
);
ALTER TABLE nodes ENABLE ROW LEVEL SECURITY;
CREATE POLICY engine ON nodes TO hydracore_engine USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON nodes TO hydracore_engine;
