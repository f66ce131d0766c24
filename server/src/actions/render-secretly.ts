import type { ActionTarget } from './action.ts';
import { MASK } from './ledger.ts';
import { renderAll, scopeOf, TemplateError, type TemplateScope } from './template.ts';

/**
 * The parts of a config as they are sent, and as they may be shown: rendered a second time with a mask for each secret,
 * so that what a template makes of one is not shown either.
 * @param open parts that are rendered without secrets, as they end up in the logs of others
 * @param secret parts that may name secrets
 * @param hide a secret part of which nothing is to be shown
 * @throws TemplateError whose message holds no secret
 */
export function renderSecretly<Open extends object, Secret extends object>(
  { open, secret, hide }: { open: Open; secret: Secret; hide: (parts: Secret) => Secret },
  target: ActionTarget<unknown>,
): { readonly parts: Open & Secret; readonly shown: Open & Secret } {
  const scope = scopeOf(target);
  if (target.secrets.size === 0) {
    const parts = renderAll({ ...open, ...secret }, scope);
    return { parts, shown: parts };
  }
  const secrets = Object.fromEntries(target.secrets);
  const masks = Object.fromEntries([...target.secrets.keys()].map((name) => [name, MASK]));
  const masked = { ...scope, secrets: masks };
  const rendered = renderAll(open, scope);
  const parts = { ...rendered, ...renderOr(secret, { ...scope, secrets }, masked) };
  return { parts, shown: { ...rendered, ...shownOf(secret, masked, hide) } };
}

function renderOr<Secret>(parts: Secret, scope: TemplateScope, masked: TemplateScope): Secret {
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
function shownOf<Secret>(parts: Secret, masked: TemplateScope, hide: (parts: Secret) => Secret): Secret {
  try {
    return renderAll(parts, masked);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return hide(parts);
  }
}
