-- What runs with the owner's rights looks into the caller's temporary schema last. Left out of a search_path it is looked into first, for
-- tables and types: whoever may make temporary tables could put one before ours. All names in these functions are qualified by now; this
-- holds for the next change of one, too.
ALTER FUNCTION find_api_key(bytea, bytea) SET search_path = pg_catalog, public, pg_temp;
ALTER FUNCTION count_keys_hashed_otherwise(text[], timestamptz) SET search_path = pg_catalog, public, pg_temp;
ALTER FUNCTION make_runs_week(bigint) SET search_path = pg_catalog, public, pg_temp;
ALTER FUNCTION drop_runs_week(text) SET search_path = pg_catalog, public, pg_temp;
ALTER FUNCTION find_session(bytea) SET search_path = pg_catalog, public, pg_temp;
ALTER FUNCTION run_sums_until() SET search_path = pg_catalog, public, pg_temp;
