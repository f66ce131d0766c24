import { resolve } from 'node:path';
import ipaddr from 'ipaddr.js';
import { parseProxy } from './actions/egress-proxy.ts';
import { JWT_VARIABLES } from './config-jwt.ts';
import { SMTP_VARIABLES } from './config-smtp.ts';
import { WEB_VARIABLES } from './config-web.ts';
import { FAULT_POINTS, type CrashPoint } from './fault-points.ts';
import { parseMasterKey } from './store/vault/master-key.ts';

/** The variables of the environment: each with what is valid, and what it means. config.ts reads them. */

/** One variable of the environment: how it is read, what it is when absent, what it means. */
export interface Variable<T> {
  readonly description: string;
  /** As the documentation shows it. */
  readonly default: string;
  readonly valid: string;
  /** @returns undefined when the text is not valid */
  readonly parse: (text: string) => T | undefined;
  readonly absent: T;
}

const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const wholeNumber =
  (min: number, max: number) =>
  (text: string): number | undefined => {
    const value = Number(text);
    return /^\d+$/.test(text) && value >= min && value <= max ? value : undefined;
  };

const list = (text: string): string[] => text.split(/[\s,]+/).filter((part) => part !== '');

const DATABASE_URL =
  'a URL that starts with postgres:// or postgresql://, in its user name and password what is no letter or digit percent-encoded';

/** As the driver reads it: without a host, before the path of a socket, it is no URL to others. */
const databaseUrl = (text: string): string | undefined =>
  /^postgres(?:ql)?:\/\//.test(text) && URL.canParse(text.replace('@/', '@socket/')) ? text : undefined;

const cidrs = (text: string): string[] | undefined => {
  const ranges = list(text);
  // Not `10/8`: the shorthand of old means 0.0.0.10, which nobody who writes it means.
  const valid = (range: string) =>
    ipaddr.IPv4.isValidCIDRFourPartDecimal(range) || (range.includes(':') && ipaddr.isValidCIDR(range));
  return ranges.every(valid) ? ranges : undefined;
};

/** Every variable that the server reads. docs/configuration.md lists the same; a test compares the two. */
export const VARIABLES = {
  HYDRACORE_HOST: {
    description: 'Address to listen on. Webhooks to loopback addresses are allowed only while this is one too.',
    default: '127.0.0.1',
    valid: 'an IP address or a host name',
    parse: (text: string) => (/^[A-Za-z0-9.:_-]+$/.test(text) ? text : undefined),
    absent: '127.0.0.1',
  },
  HYDRACORE_PORT: {
    description: 'Port to listen on; 0 takes a free one.',
    default: '8080',
    valid: 'a whole number from 0 to 65535',
    parse: wholeNumber(0, 65_535),
    absent: 8080,
  },
  HYDRACORE_DATA_DIR: {
    description: 'Folder for the embedded database, its keys, the first API key and the webhook signing secret.',
    default: './.hydracore',
    valid: 'a path',
    parse: (text: string) => resolve(text),
    absent: resolve('.hydracore'),
  },
  HYDRACORE_DATABASE_URL: {
    description: 'Uses this PostgreSQL (15 or newer) instead of the embedded one.',
    default: 'none: the embedded PostgreSQL',
    valid: DATABASE_URL,
    parse: databaseUrl,
    absent: null,
  },
  HYDRACORE_DATABASE_ADMIN_URL: {
    description:
      'The same database by a login that may migrate it and make roles, such as its owner or a superuser; used at the start only. HYDRACORE_DATABASE_URL then names the role that the server works as, which is made if it is not there, with the password of that URL.',
    default: 'none: HYDRACORE_DATABASE_URL does both, and must be no superuser',
    valid: DATABASE_URL,
    parse: databaseUrl,
    absent: null,
  },
  HYDRACORE_DATABASE_POOLER: {
    description:
      'Says that HYDRACORE_DATABASE_URL leads to a pooler that gives out connections by transaction (PgBouncer with pool_mode = transaction): nothing is prepared, set or listened to on a connection.',
    default: 'none: a connection is the server’s own',
    valid: 'transaction',
    parse: (text: string) => (text.toLowerCase() === 'transaction' ? 'transaction' : undefined),
    absent: null,
  },
  HYDRACORE_DATABASE_POOL: {
    description: 'The most database connections of this server.',
    default: '20',
    valid: 'a whole number from 5 to 200',
    parse: wholeNumber(5, 200),
    absent: 20,
  },
  HYDRACORE_BOOTSTRAP_API_KEY: {
    description: 'The API key of the tenant `default`, instead of one made at the first start.',
    default: 'none: made at the first start',
    valid: 'hc_live_ and 24 to 200 letters, digits, _ or -',
    parse: (text: string) => (/^hc_live_[A-Za-z0-9_-]{24,200}$/.test(text) ? text : undefined),
    absent: null,
  },
  HYDRACORE_KEY_PEPPER: {
    description:
      'What API keys are hashed with beside themselves. With HYDRACORE_DATABASE_URL it should be set, to the same on every server.',
    default: 'embedded PostgreSQL: a file made at the first start; else none, and keys are stored as plain SHA-256',
    valid: '32 to 200 letters, digits, _, -, ., ~, +, / or =',
    parse: (text: string) => (/^[A-Za-z0-9._~+/=-]{32,200}$/.test(text) ? text : undefined),
    absent: null,
  },
  HYDRACORE_MASTER_KEY: {
    description:
      'What encrypts the secrets in the database. With HYDRACORE_DATABASE_URL it is required, the same on every server. Without it they are lost: back it up.',
    default: 'embedded PostgreSQL: a file made at the first start; else required',
    valid: '32 bytes in base64 or hexadecimal, such as from: openssl rand -base64 32',
    parse: parseMasterKey,
    absent: null,
  },
  HYDRACORE_MASTER_KEY_PREVIOUS: {
    description: 'Another master key that this server can read by, while the one is replaced by the other.',
    default: 'none',
    valid: '32 bytes in base64 or hexadecimal',
    parse: parseMasterKey,
    absent: null,
  },
  HYDRACORE_WEBHOOK_SECRETS: {
    description:
      'What signs the webhooks of the tenant `default`, instead of a secret made at the first start. Two, newest first, during a rotation.',
    default: 'none: made at the first start',
    valid: 'one or two secrets of the form whsec_ and base64 of 24 to 64 bytes, separated by a space',
    parse: (text: string) => {
      const secrets = list(text);
      const good = secrets.every((secret) => /^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/.test(secret));
      return good && (secrets.length === 1 || secrets.length === 2) ? secrets : undefined;
    },
    absent: null,
  },
  HYDRACORE_EGRESS_ALLOW: {
    description: 'Private address ranges that webhooks may reach all the same.',
    default: 'none',
    valid: 'CIDRs such as 10.0.0.0/8 or fd00::/8, separated by commas',
    parse: cidrs,
    absent: [],
  },
  HYDRACORE_EGRESS_PROXY: {
    description:
      'The HTTP proxy through which all webhooks go, by CONNECT. HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY are not read.',
    default: 'none: they go straight',
    valid: 'a URL such as http://proxy:3128 or https://user:password@proxy:3129, without a path',
    parse: parseProxy,
    absent: null,
  },
  HYDRACORE_EGRESS_RESOLVE: {
    description:
      'With HYDRACORE_EGRESS_PROXY: who resolves names. `here`: this server, and the proxy gets the address that was checked; `proxy`: the proxy, which then has to refuse private addresses itself.',
    default: 'here',
    valid: 'here or proxy',
    parse: (text: string) => (['here', 'proxy'] as const).find((who) => who === text.toLowerCase()),
    absent: 'here',
  },
  HYDRACORE_CONCURRENCY: {
    description: 'The most runs in flight on this server.',
    default: '200',
    valid: 'a whole number from 1 to 10000',
    parse: wholeNumber(1, 10_000),
    absent: 200,
  },
  HYDRACORE_WORKERS: {
    description:
      'The processes of this server that plan and deliver; the first serves requests, too. More than one is worth it where one alone has a core fully busy and others are free. They share out HYDRACORE_CONCURRENCY; each has HYDRACORE_DATABASE_POOL connections.',
    default: '1',
    valid: 'a whole number from 1 to 64',
    parse: wholeNumber(1, 64),
    absent: 1,
  },
  HYDRACORE_MAX_CONNECTIONS: {
    description: 'The most connections of callers at once; further ones are closed.',
    default: '2000',
    valid: 'a whole number from 10 to 100000',
    parse: wholeNumber(10, 100_000),
    absent: 2_000,
  },
  HYDRACORE_RATE_LIMIT_PER_KEY: {
    description: 'The most requests a minute with one API key. 0: no limit.',
    default: '300000',
    valid: 'a whole number from 0 to 100000000',
    parse: wholeNumber(0, 100_000_000),
    absent: 300_000,
  },
  HYDRACORE_RATE_LIMIT_PER_TENANT: {
    description: 'The same for all keys of a tenant together.',
    default: '600000',
    valid: 'a whole number from 0 to 100000000',
    parse: wholeNumber(0, 100_000_000),
    absent: 600_000,
  },
  HYDRACORE_TRUST_PROXY: {
    description: "Reverse proxies whose X-Forwarded-For names the caller's address.",
    default: 'none: the address of the connection',
    valid: 'CIDRs such as 10.0.0.0/8 or fd00::/8, separated by commas',
    parse: cidrs,
    absent: [],
  },
  HYDRACORE_QUOTA_SCHEDULES: {
    description: 'The most schedules of a tenant, unless the operator gives it another number. 0: no limit.',
    default: '1000000',
    valid: 'a whole number from 0 to 1000000000',
    parse: wholeNumber(0, 1_000_000_000),
    absent: 1_000_000,
  },
  HYDRACORE_QUOTA_RECORDS: {
    description: 'The same for its records, of all its entity definitions together.',
    default: '10000000',
    valid: 'a whole number from 0 to 1000000000',
    parse: wholeNumber(0, 1_000_000_000),
    absent: 10_000_000,
  },
  HYDRACORE_QUOTA_RUNS_PER_MINUTE: {
    description: 'The most runs of a tenant that start in a minute; others wait. 0: no limit.',
    default: '0',
    valid: 'a whole number from 0 to 1000000000',
    parse: wholeNumber(0, 1_000_000_000),
    absent: 0,
  },
  HYDRACORE_METRICS_TOKEN: {
    description: 'Opens /metrics to callers on other machines who send it as a bearer token.',
    default: 'none: only this machine',
    valid: '16 to 200 letters, digits, _, -, ., ~, +, / or =',
    parse: (text: string) => (/^[A-Za-z0-9._~+/=-]{16,200}$/.test(text) ? text : undefined),
    absent: null,
  },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    description: 'Sends traces there by OTLP over HTTP (JSON), to the path /v1/traces below it.',
    default: 'none: no traces',
    valid: 'a URL that starts with http:// or https://, such as http://127.0.0.1:4318',
    parse: (text: string) => (/^https?:\/\//.test(text) && URL.canParse(text) ? text : undefined),
    absent: null,
  },
  HYDRACORE_TENANT_CONCURRENCY: {
    description:
      'The most runs in flight of one tenant on this server. At most one less than HYDRACORE_CONCURRENCY, whatever is set, so that others have room.',
    default: 'three quarters of HYDRACORE_CONCURRENCY: 150',
    valid: 'a whole number from 1 to 10000',
    parse: wholeNumber(1, 10_000),
    absent: null,
  },
  HYDRACORE_HOST_CONCURRENCY: {
    description: 'The same for one destination (host and port), whosever runs go there.',
    default: 'half of HYDRACORE_CONCURRENCY: 100',
    valid: 'a whole number from 1 to 10000',
    parse: wholeNumber(1, 10_000),
    absent: null,
  },
  HYDRACORE_RUN_RETENTION_DAYS: {
    description: 'How long runs are kept. They are dropped by the week: up to seven days later.',
    default: '30',
    valid: 'a whole number from 1 to 3650',
    parse: wholeNumber(1, 3_650),
    absent: 30,
  },
  HYDRACORE_AUDIT_RETENTION_DAYS: {
    description: 'How long the events of the audit log are kept.',
    default: '365',
    valid: 'a whole number from 1 to 3650',
    parse: wholeNumber(1, 3_650),
    absent: 365,
  },
  HYDRACORE_LOG_LEVEL: {
    description: 'The least severe entries that are logged.',
    default: 'info',
    valid: LOG_LEVELS.join(', '),
    parse: (text: string) => LOG_LEVELS.find((level) => level === text.toLowerCase()),
    absent: 'info',
  },
  ...SMTP_VARIABLES,
  ...JWT_VARIABLES,
  ...WEB_VARIABLES,
} as const satisfies Record<string, Variable<unknown>>;

/** What only the fault rig sets (faults/) and tests: not for users, so not in the documentation. */
export const TEST_VARIABLES = {
  HYDRACORE_TEST_CRASH_POINT: {
    description: 'Where the server kills itself, and at which passing of that point.',
    default: 'none',
    valid: `one of ${FAULT_POINTS.join(', ')}, then a colon and a number from 1`,
    parse: (text: string): CrashPoint | undefined => {
      const [name, passing = ''] = text.split(':');
      const point = FAULT_POINTS.find((known) => known === name);
      return point && /^[1-9]\d*$/.test(passing) ? { point, passing: Number(passing) } : undefined;
    },
    absent: null,
  },
  HYDRACORE_TEST_CLIENT_PATIENCE_MS: {
    description: 'How long a caller may take to send its headers, its request, and to take its answer.',
    default: '15, 30 and 60 s',
    valid: 'a whole number from 100',
    parse: wholeNumber(100, 60_000),
    absent: null,
  },
  HYDRACORE_TEST_CLOCK_SKEW_MS: {
    description: "How far this server's own wall clock is off.",
    default: '0',
    valid: 'a whole number, negative where the clock is behind',
    parse: (text: string) => (/^-?\d+$/.test(text) ? Number(text) : undefined),
    absent: 0,
  },
} as const satisfies Record<string, Variable<unknown>>;
