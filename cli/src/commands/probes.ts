/** As much of the API's page as says how to ask for each scope. */
export interface ProbedPage {
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, ProbedOperation>>>>;
}

interface ProbedOperation {
  readonly 'x-scope'?: string;
  readonly requestBody?: unknown;
}

/** A request that tells whether a credential has a scope: refused with 403 if not, and changing nothing if so. */
export interface Probe {
  readonly scope: string;
  readonly method: string;
  readonly path: string;
  /** Sent as it is, where the operation takes a body: no JSON, so that nothing can come of it. */
  readonly body: '{' | null;
}

/** Nothing has this id, so nothing can happen to it. */
const NOBODY = '00000000-0000-0000-0000-000000000000';
/** Which method is asked by, the best first. */
const METHODS = ['get', 'post', 'put', 'delete'];

/**
 * A probe for each scope of the page that has one: an operation on what does not exist, with a body that can't be read, or a
 * list. The server looks at the scope first, so that the answer is 403 without it, and 404 or 422 with it.
 */
export function probesOf({ paths }: ProbedPage): Probe[] {
  const best = new Map<string, { readonly rank: number; readonly probe: Probe }>();
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, { 'x-scope': scope, requestBody }] of Object.entries(methods)) {
      if (scope === undefined || !scope.includes(':') || !METHODS.includes(method)) continue;
      const named = path.includes('{');
      const body = requestBody === undefined ? null : '{';
      // Without an id in its path or a body, only reading is harmless.
      if (!named && body === null && method !== 'get') continue;
      const rank = METHODS.indexOf(method) + (named ? 0 : METHODS.length);
      if ((best.get(scope)?.rank ?? Number.POSITIVE_INFINITY) <= rank) continue;
      best.set(scope, { rank, probe: { scope, method, path: path.replaceAll(/\{\w+\}/g, NOBODY), body } });
    }
  }
  return [...best.values()].map(({ probe }) => probe);
}
