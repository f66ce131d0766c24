/** As much of the API's page as says how to ask for each scope. */
export interface ProbedPage {
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly 'x-scope'?: string }>>>>;
}

/** A request that tells whether a credential has a scope: refused with 403 if not, and changing nothing if so. */
export interface Probe {
  readonly scope: string;
  readonly method: string;
  readonly path: string;
}

/** Nothing has this id, so nothing can happen to it. */
const NOBODY = '00000000-0000-0000-0000-000000000000';
/** Which method is asked by, the best first. */
const METHODS = ['get', 'post', 'put', 'delete'];

/**
 * A probe for each scope of the page that has one: an operation on what does not exist, else a list. The server looks at
 * the scope first, so that the answer is 403 without it, and 404 or 422 with it.
 */
export function probesOf({ paths }: ProbedPage): Probe[] {
  const best = new Map<string, Probe & { rank: number }>();
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, { 'x-scope': scope }] of Object.entries(methods)) {
      const named = path.includes('{');
      if (scope === undefined || !scope.includes(':') || !METHODS.includes(method)) continue;
      // Without an id in its path only reading is harmless.
      if (!named && method !== 'get') continue;
      const rank = METHODS.indexOf(method) + (named ? 0 : METHODS.length);
      const before = best.get(scope);
      if (before && before.rank <= rank) continue;
      best.set(scope, { scope, method, path: path.replaceAll(/\{\w+\}/g, NOBODY), rank });
    }
  }
  return [...best.values()].map(({ scope, method, path }) => ({ scope, method, path }));
}
