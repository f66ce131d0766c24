import { parse, serialize } from 'hono/utils/cookie';
import { AppError } from '../domain/errors.ts';
import { getKey } from '../store/api-keys.ts';
import type { Database } from '../store/db.ts';
import { findSession, isSessionToken, noteSeen, type Session } from '../store/sessions.ts';
import type { Principal } from '../store/tenants.ts';
import type { Credentials } from './auth.ts';
import { isSecure } from './security-headers.ts';

const MINUTE = 60_000;

/** A session lasts so long, whatever is done in it. */
const LASTS_MS = 12 * 60 * MINUTE;

/** What sessions are checked with. */
export interface SessionDeps {
  readonly db: Database;
  readonly now: () => number;
  readonly credentials: Credentials;
  /** The server's own origin; null: whatever `Host` says. */
  readonly publicUrl: string | null;
  /** A session without a request for so long has ended. */
  readonly idleMs: number;
}

/** People at the console: a cookie stands for the API key that was shown once, with its rights and no longer than it works. */
export class Sessions {
  readonly #deps: SessionDeps;
  readonly #secure: boolean;
  readonly #cookie: string;

  constructor(deps: SessionDeps) {
    this.#deps = deps;
    this.#secure = isSecure(deps.publicUrl);
    // With this prefix no other host of the domain, and nobody without TLS, can set it.
    this.#cookie = this.#secure ? '__Host-hydracore_session' : 'hydracore_session';
  }

  /** When a session that is opened now ends. */
  endOf(now: number): number {
    return now + LASTS_MS;
  }

  /** The token that a request brings; undefined: none. */
  tokenOf(headers: Headers): string | undefined {
    return parse(headers.get('cookie') ?? '', this.#cookie)[this.#cookie] || undefined;
  }

  /**
   * Whose session it is. The key is looked up each time: what is revoked is so at once.
   * @param seen whether somebody asks for something; a stream that stays open asks for nothing, and keeps no session awake
   * @throws AppError `session_ended`, and `key_revoked` or `key_expired` with its key
   */
  async owner(token: string, seen = true): Promise<Principal> {
    const { db, credentials, idleMs } = this.#deps;
    const now = this.#deps.now();
    const session = isSessionToken(token) ? await findSession(db.as('hydracore_api'), token) : undefined;
    if (!session || session.expires_at <= now || session.last_seen_at <= now - idleMs) throw ended();
    const theirs = db.as('hydracore_api', session.tenant_id);
    const key = await getKey(theirs, session.tenant_id, session.key_id);
    if (!key) throw ended();
    const principal = credentials.principalOf(key);
    if (seen && session.last_seen_at <= now - MINUTE) await noteSeen(theirs, session, now, now - MINUTE);
    return { ...principal, session_id: session.id };
  }

  /** What gives a browser the cookie of a session: a value for Set-Cookie. */
  cookieOf(token: string, session: Session): string {
    return this.#cookieFor(token, (session.expires_at - session.created_at) / 1_000);
  }

  /** What takes it away. */
  noCookie(): string {
    return this.#cookieFor('', 0);
  }

  /**
   * Whether a request was made by the server's own pages. Browsers say so themselves (Sec-Fetch-Site, which no page can set);
   * where they don't, by the page's origin. Undefined: neither is there, so no browser sent it.
   */
  isOwnOrigin(request: Request): boolean | undefined {
    const site = request.headers.get('sec-fetch-site');
    if (site !== null) return site === 'same-origin';
    const origin = request.headers.get('origin');
    if (origin === null) return undefined;
    const { publicUrl } = this.#deps;
    if (publicUrl !== null) return origin === publicUrl;
    // Who ends TLS before us, and so the scheme, is not known.
    return /^https?:\/\//.test(origin) && URL.canParse(origin) && new URL(origin).host === new URL(request.url).host;
  }

  #cookieFor(value: string, maxAge: number): string {
    const attributes = { path: '/', httpOnly: true, sameSite: 'Strict', secure: this.#secure } as const;
    return serialize(this.#cookie, value, { ...attributes, maxAge });
  }
}

/** A cookie goes along whoever made the browser send the request. @throws AppError `origin_refused` */
export function requireOwnOrigin(own: boolean | undefined): void {
  if (own === true) return;
  throw new AppError(
    'origin_refused',
    'With the cookie of a session only the pages of this server may change anything: Sec-Fetch-Site, or Origin, says that this is none. Send an API key instead.',
  );
}

function ended(): AppError {
  return new AppError('session_ended', 'This session has ended, or there never was one: open another one.');
}
