import type { ActionTarget } from './action.ts';
import { MASK } from './ledger.ts';
import { renderSecretly } from './render-secretly.ts';
import type { WebhookConfig } from './webhook-config.ts';

/** The parts of a webhook's config whose strings are templates. */
export type WebhookParts = Pick<WebhookConfig, 'url' | 'headers' | 'body' | 'auth'>;

/** The parts as they are sent, and as they may be shown. The URL is rendered without secrets: there they stand in logs. */
export function renderParts(
  { url, ...secret }: WebhookParts,
  target: ActionTarget<WebhookConfig>,
): { readonly parts: WebhookParts; readonly shown: WebhookParts } {
  return renderSecretly({ open: { url }, secret, hide }, target);
}

function hide({ headers, body, auth }: Omit<WebhookParts, 'url'>): Omit<WebhookParts, 'url'> {
  return {
    headers: Object.fromEntries(Object.keys(headers).map((name) => [name, MASK])),
    body: body === undefined || body === null ? body : MASK,
    auth,
  };
}
