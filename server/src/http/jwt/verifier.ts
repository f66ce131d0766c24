import { errors, jwtVerify, type CryptoKey, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import type { JwtConfig } from '../../config-jwt.ts';
import { AppError } from '../../domain/errors.ts';
import { show } from '../../domain/show.ts';
import type { Principal } from '../../store/tenants.ts';
import { claimProblem, principalOf } from './claims.ts';
import { KeysUnavailable, keysAt, type KeysDeps, type KeySource } from './keys.ts';

/** The longest token that is looked at. */
const LONGEST = 8_192;

/** By how much the issuer's clock may be off. */
const TOLERANCE_S = 30;

/** What a token may say that it is. The same issuer may sign what is no way in, a logout token say. */
const TYPES = /^(?:application\/)?(?:at\+)?jwt$/i;

/** Between two lines in the log about a key that can't be used. */
const QUIET_MS = 30_000;

/** Whether a credential has the shape of a JWT: three parts, the signature perhaps empty, and not our own prefix. */
export function looksLikeJwt(credential: string): boolean {
  return /^(?!hc_)[\w-]+\.[\w-]+\.[\w-]*$/.test(credential);
}

/** Checks JWTs of one issuer. */
export class JwtVerifier {
  readonly #config: JwtConfig;
  readonly #deps: KeysDeps;
  readonly #keys: KeySource;
  #toldAt: number | null = null;

  constructor(config: JwtConfig, deps: KeysDeps) {
    this.#config = config;
    this.#deps = deps;
    this.#keys = keysAt(config.jwks, deps);
  }

  /** A first look at the keys. @throws Error when the configured file can't be read */
  async prepare(): Promise<void> {
    await this.#keys.prepare();
  }

  /**
   * Who a JWT speaks for. Whether there is such a tenant, the caller sees.
   * @throws AppError `token_invalid`, `token_expired`, `token_claims`, `jwks_unavailable`
   */
  async verify(token: string): Promise<Principal> {
    return principalOf(await this.#payload(token), this.#config);
  }

  /** The error for a JWT of a tenant that there is none of. */
  tenantUnknown(id: string): AppError {
    return claimProblem(this.#config.claims.tenant, id, 'there is no such tenant');
  }

  async #payload(token: string): Promise<JWTPayload> {
    if (token.length > LONGEST) throw invalid(`has ${token.length} characters; the most are ${LONGEST}`);
    const { issuer, audience, algorithms } = this.#config;
    const currentDate = new Date(this.#deps.now());
    try {
      const { payload, protectedHeader } = await jwtVerify(token, this.#key, {
        issuer,
        audience,
        algorithms: [...algorithms],
        requiredClaims: ['exp'],
        clockTolerance: TOLERANCE_S,
        currentDate,
      });
      const { typ } = protectedHeader;
      if (typ !== undefined && !TYPES.test(typ)) throw invalid(`is of the type ${show(typ)}, not JWT or at+jwt`);
      return payload;
    } catch (error) {
      throw this.#refusal(error);
    }
  }

  readonly #key = async (...[header, token]: Parameters<JWTVerifyGetKey>): Promise<CryptoKey> => {
    try {
      return await this.#keys.find(header, token);
    } catch (error) {
      const named = header.kid === undefined ? 'it names none (kid)' : `its kid is ${show(header.kid)}`;
      if (error instanceof errors.JWKSNoMatchingKey) {
        throw invalid(`is signed with a key that the issuer's JWKS does not have for ${header.alg}; ${named}`);
      }
      if (error instanceof errors.JWKSMultipleMatchingKeys) {
        throw invalid(`may be signed with any of several keys of the issuer's JWKS; ${named}`);
      }
      throw error;
    }
  };

  #refusal(error: unknown): AppError {
    if (error instanceof AppError) return error;
    if (error instanceof KeysUnavailable) {
      return new AppError(
        'jwks_unavailable',
        "The issuer's keys are not to be had at the moment, so this JWT can't be checked; the server's log says why.",
      );
    }
    if (error instanceof errors.JWTExpired) return this.#expired(error);
    if (error instanceof errors.JWTClaimValidationFailed) return this.#claim(error);
    if (error instanceof errors.JOSEAlgNotAllowed) {
      return invalid(`is not signed by an algorithm that counts here: ${this.#config.algorithms.join(', ')}`);
    }
    if (error instanceof errors.JWSSignatureVerificationFailed) return invalid('has a signature that is not right');
    if (error instanceof errors.JOSEError && !(error instanceof errors.JWKSInvalid)) {
      return invalid(`can't be read: ${error.message}`);
    }
    // A key of the JWKS that is no public one, too short or damaged.
    this.#tell(error);
    return new AppError(
      'jwks_unavailable',
      "The key of the issuer's JWKS that is to check this JWT can't be used; the server's log says why.",
    );
  }

  #expired({ payload }: errors.JWTExpired): AppError {
    return new AppError('token_expired', `This JWT expired at ${at(payload.exp)}.`);
  }

  #claim({ claim, reason, payload }: errors.JWTClaimValidationFailed): AppError {
    const { issuer, audience } = this.#config;
    const rules: Readonly<Record<string, string>> = {
      iss: `it must be ${show(issuer)}`,
      aud: `it must be or list ${show(audience)}`,
      exp: 'it must be the second at which the JWT expires',
      nbf: reason === 'invalid' ? 'it must be a second' : `it is not valid before ${at(payload.nbf)}`,
    };
    return claimProblem(claim, payload[claim], rules[claim] ?? 'it is not valid');
  }

  #tell(error: unknown): void {
    const { now, log } = this.#deps;
    if (this.#toldAt !== null && Math.abs(now() - this.#toldAt) < QUIET_MS) return;
    this.#toldAt = now();
    log('error', "a key of the JWKS can't be used: JWTs signed with it are refused", { error });
  }
}

function invalid(what: string): AppError {
  return new AppError('token_invalid', `This JWT ${what}.`);
}

/** A number of seconds as an instant; one out of reach as itself. */
function at(seconds: number | undefined): string {
  const date = new Date((seconds ?? Number.NaN) * 1_000);
  return Number.isNaN(date.getTime()) ? `the second ${seconds}` : date.toISOString();
}
