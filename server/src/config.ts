import type { EgressProxy } from './actions/egress-proxy.ts';
import type { MailServerOptions } from './actions/mail-server.ts';
import { databaseFileProblems } from './config-database.ts';
import { jwtGap, readJwt, type JwtConfig } from './config-jwt.ts';
import { readSmtp, smtpGap } from './config-smtp.ts';
import { TEST_VARIABLES, VARIABLES, type LogLevel, type Variable } from './config-variables.ts';
import { readWeb, type WebConfig } from './config-web.ts';
import type { Grants } from './domain/quota.ts';
import type { CrashPoint } from './fault-points.ts';
import type { MasterKey } from './store/vault/master-key.ts';

/** What the command line reads: a shell that has them may start a server all the same. */
const CLI_VARIABLES: ReadonlySet<string> = new Set(['HYDRACORE_URL', 'HYDRACORE_API_KEY']);

const ALL = { ...VARIABLES, ...TEST_VARIABLES };

/** The server's configuration, validated and frozen. */
export interface Config {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly databaseUrl: string | null;
  readonly databaseAdminUrl: string | null;
  readonly databasePooler: 'transaction' | null;
  readonly databasePool: number;
  readonly bootstrapApiKey: string | null;
  readonly keyPepper: string | null;
  readonly masterKey: MasterKey | null;
  readonly previousMasterKey: MasterKey | null;
  readonly webhookSecrets: readonly string[] | null;
  readonly egressAllow: readonly string[];
  readonly egressProxy: EgressProxy | null;
  /** Null: no EMAIL. */
  readonly smtp: MailServerOptions | null;
  /** The most runs in flight: in all, of one tenant, to one destination. */
  readonly limits: { readonly node: number; readonly tenant: number; readonly host: number };
  readonly workers: number;
  readonly maxConnections: number;
  /** Requests a minute; 0: any number. */
  readonly rateLimits: { readonly key: number; readonly tenant: number };
  readonly trustProxy: readonly string[];
  /** Of each tenant, unless it has its own; null: any number. */
  readonly quotas: Grants;
  readonly metricsToken: string | null;
  readonly otlpEndpoint: string | null;
  readonly retentionDays: number;
  readonly auditRetentionDays: number;
  readonly web: WebConfig;
  readonly logLevel: LogLevel;
  /** Null: no JWTs. */
  readonly jwt: JwtConfig | null;
  readonly crashPoint: CrashPoint | null;
  readonly clockSkewMs: number;
  readonly clientPatienceMs: number | null;
}

/** Values that are not valid or can't be used: one sentence each, naming the variable, the value and what would do. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** What a variable is once read. */
type Value<N extends keyof typeof ALL> =
  | Exclude<ReturnType<(typeof ALL)[N]['parse']>, undefined>
  | (typeof ALL)[N]['absent'];

/** Values that must not appear in a message, whatever is wrong with them. */
const SECRET = /(?<!PER_)KEY|SECRET|TOKEN|URL|ENDPOINT|JWKS|EGRESS_PROXY/;

/**
 * Reads the configuration. An empty variable counts as absent.
 * @throws ConfigError with every value that is not valid, and every unknown variable that starts with HYDRACORE_
 */
export function readConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const problems: string[] = [];
  const read = <N extends keyof typeof ALL>(name: N): Value<N> => {
    const variable: Variable<unknown> = ALL[name];
    const text = env[name]?.trim() ?? '';
    if (text === '') return variable.absent as Value<N>;
    const value = variable.parse(text);
    if (value === undefined) {
      const shown = SECRET.test(name) ? `(${text.length} characters, not shown)` : JSON.stringify(text);
      problems.push(`${name} is ${shown}; it must be ${variable.valid}`);
    }
    return value as Value<N>;
  };
  const proxy = read('HYDRACORE_EGRESS_PROXY');
  const resolves = read('HYDRACORE_EGRESS_RESOLVE');
  if (resolves === 'proxy' && !env['HYDRACORE_EGRESS_PROXY']?.trim()) {
    problems.push(
      'HYDRACORE_EGRESS_RESOLVE is "proxy", and there is none: set HYDRACORE_EGRESS_PROXY, or leave it out',
    );
  }
  const config: Config = {
    host: read('HYDRACORE_HOST'),
    port: read('HYDRACORE_PORT'),
    dataDir: read('HYDRACORE_DATA_DIR'),
    databaseUrl: read('HYDRACORE_DATABASE_URL'),
    databaseAdminUrl: read('HYDRACORE_DATABASE_ADMIN_URL'),
    databasePooler: read('HYDRACORE_DATABASE_POOLER'),
    databasePool: read('HYDRACORE_DATABASE_POOL'),
    bootstrapApiKey: read('HYDRACORE_BOOTSTRAP_API_KEY'),
    keyPepper: read('HYDRACORE_KEY_PEPPER'),
    masterKey: read('HYDRACORE_MASTER_KEY'),
    previousMasterKey: read('HYDRACORE_MASTER_KEY_PREVIOUS'),
    webhookSecrets: read('HYDRACORE_WEBHOOK_SECRETS'),
    egressAllow: read('HYDRACORE_EGRESS_ALLOW'),
    egressProxy: proxy && { ...proxy, resolves },
    smtp: readSmtp(read),
    limits: limitsOf(
      read('HYDRACORE_CONCURRENCY'),
      read('HYDRACORE_TENANT_CONCURRENCY'),
      read('HYDRACORE_HOST_CONCURRENCY'),
    ),
    workers: read('HYDRACORE_WORKERS'),
    maxConnections: read('HYDRACORE_MAX_CONNECTIONS'),
    rateLimits: { key: read('HYDRACORE_RATE_LIMIT_PER_KEY'), tenant: read('HYDRACORE_RATE_LIMIT_PER_TENANT') },
    trustProxy: read('HYDRACORE_TRUST_PROXY'),
    quotas: {
      schedules: read('HYDRACORE_QUOTA_SCHEDULES') || null,
      records: read('HYDRACORE_QUOTA_RECORDS') || null,
      runs_per_minute: read('HYDRACORE_QUOTA_RUNS_PER_MINUTE') || null,
    },
    metricsToken: read('HYDRACORE_METRICS_TOKEN'),
    otlpEndpoint: read('OTEL_EXPORTER_OTLP_ENDPOINT'),
    retentionDays: read('HYDRACORE_RUN_RETENTION_DAYS'),
    auditRetentionDays: read('HYDRACORE_AUDIT_RETENTION_DAYS'),
    web: readWeb(read),
    logLevel: read('HYDRACORE_LOG_LEVEL'),
    jwt: readJwt(read),
    crashPoint: read('HYDRACORE_TEST_CRASH_POINT'),
    clockSkewMs: read('HYDRACORE_TEST_CLOCK_SKEW_MS'),
    clientPatienceMs: read('HYDRACORE_TEST_CLIENT_PATIENCE_MS'),
  };
  const isSet = (name: string): boolean => (env[name]?.trim() ?? '') !== '';
  for (const gap of [jwtGap(isSet), smtpGap(isSet)]) if (gap !== null) problems.push(gap);
  if (config.databaseUrl && config.masterKey === null) {
    problems.push(
      'HYDRACORE_MASTER_KEY is not set, and with HYDRACORE_DATABASE_URL it is required: it encrypts the secrets in that database. Make one, once, by: openssl rand -base64 32, give it to every server, and back it up',
    );
  }
  for (const name of Object.keys(env)) {
    const known = Object.hasOwn(VARIABLES, name) || CLI_VARIABLES.has(name) || name.startsWith('HYDRACORE_TEST_');
    if (name.startsWith('HYDRACORE_') && !known) {
      problems.push(`${name} is not a variable of this server; docs/configuration.md lists them`);
    }
  }
  for (const name of ['HYDRACORE_DATABASE_ADMIN_URL', 'HYDRACORE_DATABASE_POOLER'] as const) {
    if (read(name) !== null && config.databaseUrl === null) problems.push(`${name} needs HYDRACORE_DATABASE_URL`);
  }
  problems.push(...databaseFileProblems('HYDRACORE_DATABASE_URL', config.databaseUrl));
  problems.push(...databaseFileProblems('HYDRACORE_DATABASE_ADMIN_URL', config.databaseAdminUrl));
  if (problems.length > 0) throw new ConfigError(problems.join('\n'));
  return Object.freeze(config);
}

/** Neither one tenant nor one destination may fill a server: one place at least is left, unless there is only one. */
function limitsOf(node: number, tenant: number | null, host: number | null): Config['limits'] {
  const held = (limit: number) => Math.max(1, Math.min(limit, node - 1));
  return { node, tenant: held(tenant ?? Math.ceil((node * 3) / 4)), host: held(host ?? Math.ceil(node / 2)) };
}
