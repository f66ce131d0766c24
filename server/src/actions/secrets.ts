import type { Action } from './action.ts';
import { MASK } from './ledger.ts';

type Json = Readonly<Record<string, unknown>>;

/** A copy of a config with its secrets replaced by `********`, for answers. */
export function maskSecrets(action: Action, config: Json): Json {
  return action.secretPaths.reduce(
    (masked, path) => (typeof at(masked, path) === 'string' ? withValue(masked, path, MASK) : masked),
    config,
  );
}

/** A copy of a new config in which a secret equal to the mask is the stored one: what was read may be written back. */
export function keepSecrets(action: Action, newConfig: Json, oldConfig: Json): Json {
  return action.secretPaths.reduce((kept, path) => {
    const stored = at(oldConfig, path);
    return at(kept, path) === MASK && typeof stored === 'string' ? withValue(kept, path, stored) : kept;
  }, newConfig);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce((inner, key) => (isObject(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined), value);
}

function withValue(object: Json, [key, ...rest]: readonly string[], value: string): Json {
  if (key === undefined) return object;
  const inner = object[key];
  return { ...object, [key]: rest.length === 0 || !isObject(inner) ? value : withValue(inner, rest, value) };
}
