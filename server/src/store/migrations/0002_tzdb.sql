-- What the servers on this database have agreed on; today the version of the time-zone database.
CREATE TABLE facts (
  name text PRIMARY KEY,
  value text NOT NULL,
  updated_at timestamptz NOT NULL
);
