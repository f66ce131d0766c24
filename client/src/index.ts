export { createClient, type Client, type ClientOptions } from './client.ts';
export type { EventOptions, EventQuery, ServerEvent } from './events.ts';
export type { CallOptions, Conditional, Keyed } from './call.ts';
export { ConnectionError, HydraCoreError, ValidationError } from './errors.ts';
export { inBatches, problemsOfOne } from './import/batches.ts';
export { importLines, type Importing, type ImportLineError, type ImportTally } from './import/importer.ts';
export {
  csvColumns,
  csvRecord,
  csvValue,
  ImportFileError,
  ndjsonLines,
  type CsvColumn,
  type ImportLine,
} from './import/lines.ts';
export type { Fetch, Retries } from './retry.ts';
export { RUN_STATUSES } from './run-statuses.ts';
export {
  verifyWebhook,
  WebhookVerificationError,
  type VerifiedWebhook,
  type VerifyOptions,
  type WebhookHeaders,
  type WebhookRefusal,
} from './webhook.ts';
export type * from './generated/api.ts';
