import { createClient } from '@hydracore/client';

/** Every call of the console. The credential is the session's cookie, which the browser adds: no script can read it. */
export const api = createClient({ baseUrl: location.origin, retries: 2, timeoutMs: 30_000 });
