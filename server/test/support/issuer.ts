import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import type { JwtConfig } from '../../src/config-jwt.ts';

export const ISSUER = 'https://login.example.com/';
export const AUDIENCE = 'hydracore';

/** One of the issuer's keys. */
export interface IssuerKey {
  readonly kid: string;
  readonly alg: string;
  readonly secret: CryptoKey;
  readonly jwk: JWK;
  readonly pem: string;
}

/** How its JWKS answers: as it should, not at all, or with something else. */
export type Mood = 'serves' | 'fails' | 'hangs' | 'drips' | 'talks nonsense' | 'moves';

/** An identity provider with its JWKS on a loopback port. */
export class Issuer {
  mood: Mood = 'serves';
  /** How often its JWKS was asked for. */
  asked = 0;
  keys: IssuerKey[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((_request, response) => {
      this.asked += 1;
      this.#answer(response);
    });
  }

  /** One with a key of RS256 whose kid is `one`. */
  static async open(): Promise<Issuer> {
    const issuer = new Issuer();
    issuer.#server.listen(0, '127.0.0.1');
    await once(issuer.#server, 'listening');
    await issuer.addKey('one', 'RS256');
    return issuer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/jwks`;
  }

  get jwks(): { keys: JWK[] } {
    return { keys: this.keys.map((key) => key.jwk) };
  }

  /** What a server is configured with to take its tokens. */
  config(changes: Partial<JwtConfig> = {}): JwtConfig {
    return {
      issuer: ISSUER,
      audience: AUDIENCE,
      jwks: { url: this.url },
      algorithms: ['RS256', 'ES256', 'EdDSA', 'Ed25519'],
      claims: { tenant: 'tenant_id', scopes: 'scope', customer: 'customer_id' },
      operators: false,
      ...changes,
    };
  }

  async addKey(kid: string, alg: string): Promise<IssuerKey> {
    const key = await makeKey(kid, alg);
    this.keys.push(key);
    return key;
  }

  /** A token of its own that is good from the claims given on, unless they say otherwise. */
  async token(
    claims: Record<string, unknown>,
    header: Record<string, unknown> = {},
    key = this.keys[0],
  ): Promise<string> {
    if (!key) throw new Error('the issuer has no key');
    const { kid, alg, secret } = key;
    return await new SignJWT({ iss: ISSUER, aud: AUDIENCE, sub: 'somebody', ...claims })
      .setProtectedHeader({ alg, kid, typ: 'JWT', ...header })
      .sign(secret);
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  #answer(response: ServerResponse): void {
    const body = JSON.stringify(this.jwks);
    if (this.mood === 'serves') response.setHeader('Content-Type', 'application/json').end(body);
    if (this.mood === 'fails') response.writeHead(503).end('later');
    if (this.mood === 'talks nonsense') response.end('<html>');
    if (this.mood === 'moves') response.writeHead(302, { Location: `${this.url}/elsewhere` }).end();
    // Headers and a beginning, then nothing more.
    if (this.mood === 'drips') response.writeHead(200).write(body.slice(0, 10));
  }
}

/** A key pair as an issuer has it. */
export async function makeKey(kid: string, alg: string): Promise<IssuerKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' };
  return { kid, alg, secret: privateKey, jwk, pem: await exportSPKI(publicKey) };
}
