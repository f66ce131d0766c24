import { valueAt, withValueAt } from '../domain/json-path.ts';
import { isSealed } from '../domain/sealed.ts';
import type { Action } from './action.ts';
import { MASK } from './ledger.ts';

type Json = Readonly<Record<string, unknown>>;

/** A copy of a config with its secrets, sealed ones too, replaced by `********`, for answers. */
export function maskSecrets(action: Action, config: Json): Json {
  return action.secretPaths.reduce((masked, path) => {
    const value = valueAt(masked, path);
    return typeof value === 'string' || isSealed(value) ? withValueAt(masked, path, MASK) : masked;
  }, config);
}

/** A copy of a new config in which a secret equal to the mask is the stored one: what was read may be written back. */
export function keepSecrets(action: Action, newConfig: Json, oldConfig: Json): Json {
  return action.secretPaths.reduce((kept, path) => {
    const stored = valueAt(oldConfig, path);
    const keeps = valueAt(kept, path) === MASK && (typeof stored === 'string' || isSealed(stored));
    return keeps ? withValueAt(kept, path, stored) : kept;
  }, newConfig);
}

/** Where a config has the mask for a secret: no answer may be made one by sending it where nothing is stored. */
export function maskedPaths(action: Action, config: Json): readonly (readonly string[])[] {
  return action.secretPaths.filter((path) => valueAt(config, path) === MASK);
}

/** What was given at a place of a config, as a problem may quote it: whatever stands where a secret should, or is called so, is masked. */
export function quotable(action: Action, path: readonly PropertyKey[], given: unknown): unknown {
  // An empty text is no secret, and is told as what it is.
  if (action.secretPaths.some((secret) => secret.every((part, i) => part === path[i]))) return given === '' ? '' : MASK;
  // What is given in the place of the object that holds a secret may be the secret itself.
  const holds = action.secretPaths.some(
    (secret) => path.length > 0 && path.length < secret.length && path.every((part, i) => part === secret[i]),
  );
  if (holds && given !== null && (typeof given !== 'object' || Array.isArray(given))) return MASK;
  // Of a union the whole is given, where its part that tells the kind is wrong.
  const names = new Set(action.secretPaths.map((secret) => secret.at(-1)));
  const hide = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(hide);
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, names.has(key) ? MASK : hide(part)]));
  };
  return hide(given);
}
