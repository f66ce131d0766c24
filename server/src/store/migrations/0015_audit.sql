-- Who changed what, when, through the API: written in the transaction of the change, never changed, deleted only by retention.
CREATE TABLE audit_events (
  tenant_id uuid NOT NULL REFERENCES tenants (id),
  -- A UUIDv7 of `at`: in the order of its events, and found by a stretch of time.
  id uuid NOT NULL,
  at timestamptz NOT NULL,
  -- DENIED: the caller lacked the right, and nothing was changed.
  outcome text NOT NULL CHECK (outcome IN ('DONE', 'DENIED')),
  -- A key by its id, a JWT by its subject; OPERATOR: of another tenant.
  actor_kind text NOT NULL CHECK (actor_kind IN ('API_KEY', 'JWT', 'OPERATOR')),
  actor_id text NOT NULL,
  actor_name text,
  session_id uuid,
  operation text NOT NULL,
  target_type text,
  -- An id, or what else names the row. NULL: several rows, or none.
  target_id text,
  -- As answers showed it; json, not jsonb, to keep the order of the fields. Nothing looks inside.
  before json,
  after json,
  detail text,
  request_id text NOT NULL,
  remote_address text,
  PRIMARY KEY (tenant_id, id),
  CHECK (outcome = 'DONE' OR (before IS NULL AND after IS NULL))
);
CREATE INDEX audit_events_target ON audit_events (tenant_id, target_id, id) WHERE target_id IS NOT NULL;
CREATE INDEX audit_events_actor ON audit_events (tenant_id, actor_id, id);
CREATE INDEX audit_events_denied ON audit_events (tenant_id, actor_id, operation, at) WHERE outcome = 'DENIED';
CREATE INDEX audit_events_at ON audit_events (at);

-- A person at the console, with the rights of the API key that was shown at the beginning, for as long as that key works.
CREATE TABLE sessions (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  -- SHA-256 of the cookie's value, which is 256 random bits.
  token_hash bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
  key_id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL CHECK (expires_at > created_at),
  -- To the minute.
  last_seen_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, key_id) REFERENCES api_keys (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX sessions_expires_at ON sessions (expires_at);
CREATE INDEX sessions_key ON sessions (tenant_id, key_id);

-- Whose session it is by the hash of its token: asked before the tenant is known.
CREATE FUNCTION find_session(hash bytea)
  RETURNS TABLE (tenant_id uuid, id uuid, key_id uuid, created_at timestamptz, expires_at timestamptz, last_seen_at timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
  AS 'SELECT s.tenant_id, s.id, s.key_id, s.created_at, s.expires_at, s.last_seen_at FROM public.sessions s WHERE s.token_hash = hash';
REVOKE EXECUTE ON FUNCTION find_session FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_session TO hydracore_api;

ALTER TABLE audit_events ENABLE ROW LEVEL SECURITY;
CREATE POLICY api ON audit_events TO hydracore_api USING (tenant_id = hydracore_tenant());
CREATE POLICY engine ON audit_events TO hydracore_engine USING (true);
-- Nobody changes an event; who forgets old ones sees no more of them than their age.
GRANT SELECT, INSERT ON audit_events TO hydracore_api;
GRANT SELECT (tenant_id, id, at), DELETE ON audit_events TO hydracore_engine;

ALTER TABLE sessions ENABLE ROW LEVEL SECURITY;
CREATE POLICY api ON sessions TO hydracore_api USING (tenant_id = hydracore_tenant());
CREATE POLICY engine ON sessions TO hydracore_engine USING (true);
GRANT SELECT (tenant_id, id, key_id, created_at, expires_at, last_seen_at), INSERT, UPDATE (last_seen_at), DELETE ON sessions TO hydracore_api;
GRANT SELECT (tenant_id, id, expires_at), DELETE ON sessions TO hydracore_engine;

ALTER TABLE api_keys ADD CONSTRAINT api_keys_bound_audit CHECK (customer_id IS NULL OR NOT scopes && ARRAY['audit:read']);
