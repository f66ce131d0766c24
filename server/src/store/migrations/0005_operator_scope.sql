-- `*` is every scope but the operator's. The keys that exist were all made at a first start: they are the operator's.
UPDATE api_keys SET scopes = scopes || ARRAY['tenants:manage'] WHERE '*' = ANY (scopes);
