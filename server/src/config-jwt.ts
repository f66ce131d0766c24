import { resolve } from 'node:path';
import ipaddr from 'ipaddr.js';

/** The variables that let JSON Web Tokens in, and what becomes of them. config.ts reads them with the others. */

/** What a JWT may be signed with: by a private key that this server never has. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;
type Algorithm = (typeof ALGORITHMS)[number];

/** Where the keys are that JWTs are checked with. */
export type JwksPlace = { readonly url: string } | { readonly file: string };

/** Whose JWTs are taken, and what their claims mean. */
export interface JwtConfig {
  readonly issuer: string;
  readonly audience: string;
  readonly jwks: JwksPlace;
  readonly algorithms: readonly string[];
  readonly claims: { readonly tenant: string; readonly scopes: string; readonly customer: string };
  /** Whether `tenants:manage` counts in a JWT. */
  readonly operators: boolean;
}

const identifier = (text: string): string | undefined => (/^[\x21-\x7E]{1,500}$/.test(text) ? text : undefined);
const VALID_IDENTIFIER = '1 to 500 printable ASCII characters without spaces';

const claimName = (text: string): string | undefined =>
  /^[\x21-\x7E]{1,200}$/.test(text) && claimPath(text).every((part) => part !== '') ? text : undefined;
const VALID_CLAIM =
  'a name such as tenant_id, realm.tenant or https://example.com/tenant, at most 200 characters without spaces';

/** Where a claim is: dots lead into objects, unless the name has a `/` or `:`, as those have that are URLs or `custom:x`. */
export function claimPath(name: string): readonly string[] {
  return /[/:]/.test(name) ? [name] : name.split('.');
}

export const JWT_VARIABLES = {
  HYDRACORE_JWT_ISSUER: {
    description:
      'Lets JWTs of this issuer in (claim `iss`, compared character by character). Set with HYDRACORE_JWT_AUDIENCE and HYDRACORE_JWT_JWKS, or not at all.',
    default: 'none: no JWTs',
    valid: VALID_IDENTIFIER,
    parse: identifier,
    absent: null,
  },
  HYDRACORE_JWT_AUDIENCE: {
    description: 'What a JWT must be meant for: its claim `aud` is this or lists it.',
    default: 'none: no JWTs',
    valid: VALID_IDENTIFIER,
    parse: identifier,
    absent: null,
  },
  HYDRACORE_JWT_JWKS: {
    description: "Where the issuer's public keys are, as a JSON Web Key Set. A file is read again when it changes.",
    default: 'none: no JWTs',
    valid:
      'a URL that starts with https:// (http:// only to this machine), without a user, password or #fragment, or the path of a file',
    parse: jwksPlace,
    absent: null,
  },
  HYDRACORE_JWT_ALGORITHMS: {
    description: 'The only algorithms that JWTs may be signed with.',
    default: 'RS256, ES256, EdDSA, Ed25519',
    valid: `some of ${ALGORITHMS.join(', ')}, separated by commas or spaces`,
    parse: (text: string): Algorithm[] | undefined => {
      const named = text.split(/[\s,]+/).filter((part) => part !== '');
      const known = named.flatMap((name) => ALGORITHMS.filter((a) => a.toLowerCase() === name.toLowerCase()));
      return known.length > 0 && known.length === named.length ? [...new Set(known)] : undefined;
    },
    absent: ['RS256', 'ES256', 'EdDSA', 'Ed25519'],
  },
  HYDRACORE_JWT_TENANT_CLAIM: {
    description: "The claim that has the tenant's id.",
    default: 'tenant_id',
    valid: VALID_CLAIM,
    parse: claimName,
    absent: 'tenant_id',
  },
  HYDRACORE_JWT_SCOPES_CLAIM: {
    description:
      'The claim that has the scopes: words separated by spaces, or a list. What is no scope of ours is passed over.',
    default: 'scope',
    valid: VALID_CLAIM,
    parse: claimName,
    absent: 'scope',
  },
  HYDRACORE_JWT_CUSTOMER_CLAIM: {
    description: 'The claim that binds a JWT to one customer, by its id. A JWT without it is for the whole tenant.',
    default: 'customer_id',
    valid: VALID_CLAIM,
    parse: claimName,
    absent: 'customer_id',
  },
  HYDRACORE_JWT_OPERATORS: {
    description: "Whether the operator's scope, `tenants:manage`, counts in a JWT.",
    default: 'false',
    valid: 'true or false',
    parse: (text: string) => ({ true: true, false: false })[text.toLowerCase()],
    absent: false,
  },
} as const;

const TOGETHER = ['HYDRACORE_JWT_ISSUER', 'HYDRACORE_JWT_AUDIENCE', 'HYDRACORE_JWT_JWKS'] as const;

/** What is wrong with the JWT variables together: with any of them set, three must be. Null: nothing. */
export function jwtGap(isSet: (name: string) => boolean): string | null {
  const given = Object.keys(JWT_VARIABLES).filter(isSet);
  const lacking = TOGETHER.filter((name) => !isSet(name));
  if (given.length === 0 || lacking.length === 0) return null;
  const [is, are] = [given, lacking].map((names) => `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'}`);
  return `${is} set and ${are} not; JWTs need ${TOGETHER.join(', ')}: set all three, or no HYDRACORE_JWT_ variable`;
}

type JwtVariables = typeof JWT_VARIABLES;
type Value<N extends keyof JwtVariables> =
  | Exclude<ReturnType<JwtVariables[N]['parse']>, undefined>
  | JwtVariables[N]['absent'];

/** The variables as one; null where JWTs are not let in. */
export function readJwt(read: <N extends keyof JwtVariables>(name: N) => Value<N>): JwtConfig | null {
  const issuer = read('HYDRACORE_JWT_ISSUER');
  const audience = read('HYDRACORE_JWT_AUDIENCE');
  const jwks = read('HYDRACORE_JWT_JWKS');
  const algorithms = read('HYDRACORE_JWT_ALGORITHMS');
  const claims = {
    tenant: read('HYDRACORE_JWT_TENANT_CLAIM'),
    scopes: read('HYDRACORE_JWT_SCOPES_CLAIM'),
    customer: read('HYDRACORE_JWT_CUSTOMER_CLAIM'),
  };
  const operators = read('HYDRACORE_JWT_OPERATORS');
  // All are read before: each tells what is wrong with it.
  if (issuer === null || audience === null || jwks === null) return null;
  return { issuer, audience, jwks, algorithms, claims, operators };
}

function jwksPlace(text: string): JwksPlace | undefined {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return { file: resolve(text) };
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const plain = url.username === '' && url.password === '' && url.hash === '';
  const safe = url.protocol === 'https:' || (url.protocol === 'http:' && isThisMachine(url.hostname));
  return plain && safe ? { url: url.href } : undefined;
}

function isThisMachine(hostname: string): boolean {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return host === 'localhost' || (ipaddr.isValid(host) && ipaddr.process(host).range() === 'loopback');
}
