type Json = Readonly<Record<string, unknown>>;

/** What stands at a path inside JSON; undefined where nothing does. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce((inner, key) => (isObject(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined), value);
}

/** A copy with another value at a path that is there. */
export function withValueAt(object: Json, [key, ...rest]: readonly string[], value: unknown): Json {
  if (key === undefined) return object;
  const inner = object[key];
  return { ...object, [key]: rest.length === 0 || !isObject(inner) ? value : withValueAt(inner, rest, value) };
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
