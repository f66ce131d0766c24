-- Where the actions of a tenant may go, within what the server lets any go. No row: wherever that is. Names that allow and deny are
-- as actions/egress-rules writes them; the version goes with each run that starts, so that lists are read only when they are new.
CREATE TABLE egress_policies (
  tenant_id uuid PRIMARY KEY REFERENCES tenants,
  allow text[] NOT NULL CHECK (cardinality(allow) <= 200),
  deny text[] NOT NULL CHECK (cardinality(deny) <= 200),
  version integer NOT NULL,
  updated_at timestamptz NOT NULL
);
ALTER TABLE egress_policies ENABLE ROW LEVEL SECURITY;
CREATE POLICY api ON egress_policies TO hydracore_api USING (tenant_id = hydracore_tenant());
CREATE POLICY engine ON egress_policies TO hydracore_engine USING (true);
GRANT SELECT, INSERT, UPDATE ON egress_policies TO hydracore_api;
GRANT SELECT ON egress_policies TO hydracore_engine;

-- It is about a whole tenant: not for a key of one customer.
ALTER TABLE api_keys ADD CONSTRAINT api_keys_bound_egress
  CHECK (customer_id IS NULL OR NOT scopes && ARRAY['egress:read', 'egress:write']);
