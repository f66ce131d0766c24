import type { ActionTarget } from './action.ts';
import { MASK } from './ledger.ts';
import { renderAll, scopeOf, TemplateError, type TemplateScope } from './template.ts';
import type { WebhookConfig } from './webhook-config.ts';

/** The parts of a webhook's config whose strings are templates. */
export type WebhookParts = Pick<WebhookConfig, 'url' | 'headers' | 'body' | 'auth'>;

/**
 * The parts as they are sent, and as they may be shown: rendered a second time with a mask for each secret, so that
 * what a template makes of one is not shown either. The URL is rendered without secrets: there they stand in logs.
 * @throws TemplateError whose message holds no secret
 */
export function renderParts(
  { url, ...rest }: WebhookParts,
  target: ActionTarget<WebhookConfig>,
): { readonly parts: WebhookParts; readonly shown: WebhookParts } {
  const scope = scopeOf(target);
  if (target.secrets.size === 0) {
    const parts = renderAll({ url, ...rest }, scope);
    return { parts, shown: parts };
  }
  const secrets = Object.fromEntries(target.secrets);
  const masks = Object.fromEntries([...target.secrets.keys()].map((name) => [name, MASK]));
  const rendered = renderAll({ url }, scope);
  const parts = { ...rendered, ...renderSecretly(rest, { ...scope, secrets }, { ...scope, secrets: masks }) };
  return { parts, shown: { ...rendered, ...shownOf(rest, { ...scope, secrets: masks }) } };
}

type Secret = Omit<WebhookParts, 'url'>;

function renderSecretly(parts: Secret, scope: TemplateScope, masked: TemplateScope): Secret {
  try {
    return renderAll(parts, scope);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    // Its reason may quote the secret; that of the same template with a mask may not.
    renderAll(parts, masked);
    throw new TemplateError(error.path, 'can not be rendered with what the secrets hold now');
  }
}

/** A template that fails with a mask where it doesn't with the secret is not shown at all. */
function shownOf(parts: Secret, masked: TemplateScope): Secret {
  try {
    return renderAll(parts, masked);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return {
      headers: Object.fromEntries(Object.keys(parts.headers).map((name) => [name, MASK])),
      body: parts.body === undefined || parts.body === null ? parts.body : MASK,
      auth: parts.auth,
    };
  }
}
