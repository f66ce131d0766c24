/** What can go wrong with the embedded PostgreSQL in a way that a person can mend. Stable: tests and docs name them. */
export type EmbeddedPostgresCode =
  | 'platform_unsupported'
  | 'binaries_missing'
  | 'binaries_broken'
  | 'account_missing'
  | 'account_denied'
  | 'data_dir_invalid'
  | 'data_dir_denied'
  | 'data_dir_in_use'
  | 'cluster_missing'
  | 'cluster_damaged'
  | 'cluster_unreachable'
  | 'cluster_foreign'
  | 'system_dir_unsafe'
  | 'socket_dir_unsafe'
  | 'version_mismatch'
  | 'initdb_failed'
  | 'start_failed'
  | 'stop_failed';

/** A failure of the embedded PostgreSQL: a stable code and a sentence that ends with what to do about it. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
  readonly code: EmbeddedPostgresCode;

  constructor(code: EmbeddedPostgresCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
  }
}

/** The `code` of a Node system error (`ENOENT`), or of any other error that has one; undefined for the rest. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
