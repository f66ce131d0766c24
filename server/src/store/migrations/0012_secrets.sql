-- Secrets are stored encrypted by a data key of their tenant, which is wrapped by the master key of the servers.
CREATE TABLE data_keys (
  tenant_id uuid NOT NULL REFERENCES tenants (id),
  version integer NOT NULL CHECK (version >= 1),
  master_key_id text NOT NULL CHECK (master_key_id ~ '^[0-9a-f]{16}$'),
  -- Nonce (12 bytes), tag (16) and the encrypted key (32).
  wrapped bytea NOT NULL CHECK (octet_length(wrapped) = 60),
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, version)
);
ALTER TABLE data_keys ENABLE ROW LEVEL SECURITY;
CREATE POLICY api ON data_keys FOR SELECT TO hydracore_api USING (tenant_id = hydracore_tenant());
CREATE POLICY operator ON data_keys FOR INSERT TO hydracore_operator WITH CHECK (true);
CREATE POLICY engine ON data_keys FOR SELECT TO hydracore_engine USING (true);
GRANT SELECT ON data_keys TO hydracore_api, hydracore_engine;
GRANT INSERT ON data_keys TO hydracore_operator;

-- One row: which master key wraps new data keys, and when what earlier versions had stored plain was encrypted.
CREATE TABLE vault (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  master_key_id text NOT NULL CHECK (master_key_id ~ '^[0-9a-f]{16}$'),
  sealed_at timestamptz
);
GRANT SELECT (master_key_id) ON vault TO hydracore_operator;

CREATE TABLE secrets (
  tenant_id uuid NOT NULL REFERENCES tenants (id),
  name text NOT NULL CHECK (name ~ '^[A-Za-z_][A-Za-z0-9_]{0,63}$'),
  value jsonb NOT NULL CHECK (value ? '$sealed'),
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, name)
);
ALTER TABLE secrets ENABLE ROW LEVEL SECURITY;
CREATE POLICY api ON secrets TO hydracore_api USING (tenant_id = hydracore_tenant());
CREATE POLICY engine ON secrets FOR SELECT TO hydracore_engine USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON secrets TO hydracore_api;
GRANT SELECT ON secrets TO hydracore_engine;

-- Goes up with each change of the tenant's secrets: what is kept in memory is known by it.
ALTER TABLE tenants ADD COLUMN secrets_version integer NOT NULL DEFAULT 0;

-- Each signing secret with an id, and until when it signs. The first start of this version encrypts them.
ALTER TABLE tenants RENAME COLUMN webhook_secrets TO plain_secrets;
ALTER TABLE tenants ADD COLUMN webhook_secrets jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(webhook_secrets) = 'array');
UPDATE tenants t SET webhook_secrets = (
  SELECT coalesce(jsonb_agg(jsonb_build_object('id', gen_random_uuid(), 'secret', s.secret, 'created_at',
    to_char(t.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'expires_at', NULL) ORDER BY s.place), '[]')
  FROM unnest(t.plain_secrets) WITH ORDINALITY AS s (secret, place));
ALTER TABLE tenants DROP COLUMN plain_secrets;
ALTER TABLE tenants ALTER COLUMN webhook_secrets DROP DEFAULT;
GRANT UPDATE (webhook_secrets, secrets_version) ON tenants TO hydracore_api;

-- What concerns a whole tenant is not for a key of one customer.
ALTER TABLE api_keys DROP CONSTRAINT api_keys_bound;
ALTER TABLE api_keys ADD CONSTRAINT api_keys_bound
  CHECK (customer_id IS NULL OR NOT scopes && ARRAY['keys:manage', 'tenants:manage', 'secrets:read', 'secrets:write']);
