-- A key may be bound to one of the tenant's customers, may expire, and tells (to the hour) when it was used last.
ALTER TABLE api_keys ADD COLUMN customer_id uuid;
ALTER TABLE api_keys ADD COLUMN expires_at timestamptz;
ALTER TABLE api_keys ADD COLUMN last_used_at timestamptz;

-- How key_hash was made of the key: by SHA-256, or with the pepper that this tells from others. A server of before, which may
-- still run beside this one, knows SHA-256 alone.
ALTER TABLE api_keys ADD COLUMN hashed_with text NOT NULL DEFAULT 'SHA256' CHECK (hashed_with ~ '^(SHA256|[0-9a-f]{32})$');

-- What concerns a whole tenant, or all of them, is not for a key of one customer.
ALTER TABLE api_keys ADD CONSTRAINT api_keys_bound
  CHECK (customer_id IS NULL OR NOT scopes && ARRAY['keys:manage', 'tenants:manage']);
