import type { ColumnType, Generated } from 'kysely';
import type { EntityData, EntityField, RecordSnapshot } from '../domain/entity.ts';
import type { RelativeCursor } from '../domain/relative.ts';
import type { Completion } from '../domain/run.ts';
import type { StoredSigningSecrets } from './signing.ts';

/** Read as epoch milliseconds, written as RFC 3339 text. */
type Instant = ColumnType<number, string, string>;
type OptionalInstant = ColumnType<number | null, string | null, string | null>;
type Json<T> = ColumnType<T, string, string>;

/** The columns, as migrations/*.sql make them; schema.sql is the dump that CI compares. */
export interface Tables {
  tenants: {
    id: string;
    name: string;
    webhook_secrets: ColumnType<StoredSigningSecrets, string, string>;
    secrets_version: Generated<number>;
    created_at: Instant;
  };
  api_keys: {
    tenant_id: string;
    id: string;
    name: string;
    key_hash: Buffer;
    hashed_with: Generated<string>;
    scopes: string[];
    customer_id: string | null;
    expires_at: OptionalInstant;
    last_used_at: OptionalInstant;
    created_at: Instant;
    revoked_at: OptionalInstant;
  };
  schedules: {
    tenant_id: string;
    bucket: number;
    id: string;
    name: string;
    description: string | null;
    external_id: string | null;
    customer_id: string | null;
    deduplication_key: string | null;
    schedule_type: string;
    schedule_expression: string;
    timezone: string;
    start_at: OptionalInstant;
    end_at: OptionalInstant;
    action_type: string;
    action_config: Json<Record<string, unknown>>;
    action_after_completion: string;
    overlap_policy: string;
    catchup_window_minutes: number;
    flexible_window_minutes: number;
    max_retries: number;
    retry_backoff_seconds: number;
    pause_on_failure_count: number;
    rate_limit_per_minute: number | null;
    relative_entity_definition_id: string | null;
    relative_field_name: string | null;
    relative_filter: ColumnType<Record<string, unknown> | null, string | null, string | null>;
    relative_offset_days: number | null;
    relative_recurrence: string | null;
    relative_cursor: ColumnType<RelativeCursor | null, string | null, string | null>;
    relative_look_at: OptionalInstant;
    status: string;
    status_reason: string | null;
    status_detail: string | null;
    next_run_at: OptionalInstant;
    due_at: OptionalInstant;
    paused_from: OptionalInstant;
    rate_free_at: OptionalInstant;
    release_at: OptionalInstant;
    destination: string;
    last_run_at: OptionalInstant;
    last_run_status: string | null;
    run_count: Generated<number>;
    consecutive_failures: Generated<number>;
    version: Generated<number>;
    created_at: Instant;
    updated_at: Instant;
    deleted_at: OptionalInstant;
  };
  runs: {
    tenant_id: string;
    bucket: number;
    id: string;
    schedule_id: string;
    trigger: string;
    scheduled_for: Instant;
    fire_at: Instant;
    status: string;
    reason: string | null;
    attempt: Generated<number>;
    interrupted: Generated<number>;
    wake_at: OptionalInstant;
    lease_token: string | null;
    lease_node: string | null;
    completes_within_seconds: number | null;
    completion: Json<Completion> | null;
    cancel_reason: string | null;
    retry_of: string | null;
    blocked_by: string | null;
    backfill_id: string | null;
    destination: string;
    started_at: OptionalInstant;
    finished_at: OptionalInstant;
    /** JSON texts. */
    attempts: ColumnType<string[], string[] | undefined, string[]>;
    action_overlay: ColumnType<Record<string, unknown> | null, string | null, string | null>;
    traceparent: string | null;
    missed_count: number | null;
    missed_until: OptionalInstant;
    record_id: string | null;
    record: ColumnType<RecordSnapshot | null, string | null, string | null>;
    created_at: Instant;
  };
  idempotency_keys: {
    tenant_id: string;
    bucket: number;
    key: string;
    request_hash: Buffer;
    status: number;
    headers: Json<Record<string, string>>;
    body: string;
    created_at: Instant;
  };
  entity_definitions: {
    tenant_id: string;
    bucket: number;
    id: string;
    slug: string;
    name: string;
    fields: Json<EntityField[]>;
    version: Generated<number>;
    created_at: Instant;
    updated_at: Instant;
  };
  entity_records: {
    tenant_id: string;
    bucket: number;
    id: string;
    definition_id: string;
    external_id: string | null;
    customer_id: string | null;
    data: Json<EntityData>;
    created_at: Instant;
    updated_at: Instant;
  };
}
