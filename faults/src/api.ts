/** An answer of the API. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** Longer than a server waits for its database, so that most calls end in an answer of the server itself. */
const TIMEOUT_MS = 20_000;

/** One call. Null when no answer came: the server died, hung or was cut off, and what became of the call is not known. */
export async function callApi(
  base: string,
  key: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<ApiAnswer | null> {
  const timeout = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  // A race of its own, beside the signal: whatever becomes of the connection, a call of the rig has an end.
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => {
      resolve(null);
      timeout.abort();
    }, TIMEOUT_MS);
  });
  const init = {
    method,
    headers: { 'x-api-key': key, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: timeout.signal,
  };
  const answer = fetch(`${base}${path}`, init).then(async (response): Promise<ApiAnswer> => {
    const text = await response.text();
    return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
  });
  try {
    return await Promise.race([answer.catch(() => null), late]);
  } finally {
    clearTimeout(timer);
  }
}
