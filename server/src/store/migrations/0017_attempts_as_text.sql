-- What the ledger keeps of each attempt is written once and read rarely, as a whole: as text it costs a write a copy, as jsonb it cost
-- 25 µs of parsing, half of what a result cost (`npm run bench -- burst`). An entry is one JSON object. The rows that are there are
-- rewritten: some twenty seconds for each million runs.
CREATE FUNCTION attempts_as_text(attempts jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE
  AS $$SELECT ARRAY(SELECT a::text FROM jsonb_array_elements(attempts) WITH ORDINALITY AS e (a, n) ORDER BY n)$$;
ALTER TABLE runs ALTER COLUMN attempts DROP DEFAULT;
ALTER TABLE runs ALTER COLUMN attempts TYPE text[] USING attempts_as_text(attempts);
ALTER TABLE runs ALTER COLUMN attempts SET DEFAULT '{}';
DROP FUNCTION attempts_as_text;
