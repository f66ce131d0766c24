export { createClient, type Client, type ClientOptions } from './client.ts';
export type { EventOptions, EventQuery, ServerEvent } from './events.ts';
export type { CallOptions, Conditional, Keyed } from './call.ts';
export { ConnectionError, HydraCoreError, ValidationError } from './errors.ts';
export type { Fetch, Retries } from './retry.ts';
export {
  verifyWebhook,
  WebhookVerificationError,
  type VerifiedWebhook,
  type VerifyOptions,
  type WebhookHeaders,
  type WebhookRefusal,
} from './webhook.ts';
export type * from './generated/api.ts';
