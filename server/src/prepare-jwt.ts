import { ConfigError, type Config } from './config.ts';
import type { KeysDeps } from './http/jwt/keys.ts';
import { JwtVerifier } from './http/jwt/verifier.ts';

/**
 * What checks JWTs, where they are configured. An issuer that serves its keys may be away for now; a file that is not
 * there is a slip.
 * @throws ConfigError when the file of HYDRACORE_JWT_JWKS can't be read or holds no JSON Web Key Set
 */
export async function jwtVerifier({ jwt }: Config, deps: KeysDeps): Promise<JwtVerifier | null> {
  if (jwt === null) return null;
  const verifier = new JwtVerifier(jwt, deps);
  if ('url' in jwt.jwks) return verifier;
  const { file } = jwt.jwks;
  await verifier.prepare().catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`HYDRACORE_JWT_JWKS: ${file} is no file with a JSON Web Key Set: ${reason}`);
  });
  return verifier;
}
