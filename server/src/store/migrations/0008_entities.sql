-- Customers' records: what they look like (definitions), what they say (records), and when (dates).

CREATE TABLE entity_definitions (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id uuid NOT NULL,
  slug text NOT NULL CHECK (slug ~ '^[a-z][a-z0-9_-]{0,62}$'),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  -- [{"name", "type", "required"}], in the order that they were given.
  fields jsonb NOT NULL CHECK (jsonb_typeof(fields) = 'array'),
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, slug)
);

CREATE TABLE entity_records (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  definition_id uuid NOT NULL,
  external_id text CHECK (length(external_id) BETWEEN 1 AND 255),
  customer_id uuid,
  -- Valid by the definition. A field without a value is absent: there is no null at this level.
  data jsonb NOT NULL CHECK (jsonb_typeof(data) = 'object'),
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, definition_id) REFERENCES entity_definitions (tenant_id, id)
);
CREATE UNIQUE INDEX entity_records_external ON entity_records (tenant_id, definition_id, external_id)
  WHERE external_id IS NOT NULL;
-- No GIN index on data: with it bulk writes fell by two fifths (docs/entities.md has the figures).
-- UUIDv7: read backwards it is "newest first".
CREATE INDEX entity_records_newest ON entity_records (tenant_id, definition_id, id);
CREATE INDEX entity_records_customer ON entity_records (tenant_id, definition_id, customer_id, id)
  WHERE customer_id IS NOT NULL;

-- Each DATE and DATETIME that a record has: what is due is found here, by range, whatever else is stored.
CREATE TABLE entity_dates (
  tenant_id uuid NOT NULL,
  definition_id uuid NOT NULL,
  field text NOT NULL,
  -- DATETIME: its instant. DATE: its midnight in UTC; which instant it means, the schedule's zone says.
  at timestamptz NOT NULL,
  record_id uuid NOT NULL,
  PRIMARY KEY (tenant_id, record_id, field),
  FOREIGN KEY (tenant_id, record_id) REFERENCES entity_records (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX entity_dates_at ON entity_dates (tenant_id, definition_id, field, at, record_id);
