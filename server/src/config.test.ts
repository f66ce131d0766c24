import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VARIABLES } from './config-variables.ts';
import { ConfigError, readConfig } from './config.ts';

describe('configuration', () => {
  it('has a default for everything', () => {
    expect(readConfig({})).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      databaseUrl: null,
      limits: { node: 200, tenant: 150, host: 100 },
      logLevel: 'info',
    });
  });

  it('reads every variable', () => {
    const config = readConfig({
      HYDRACORE_HOST: '::1',
      HYDRACORE_PORT: '0',
      HYDRACORE_DATA_DIR: '/data',
      HYDRACORE_DATABASE_URL: 'postgres://x/y',
      HYDRACORE_DATABASE_ADMIN_URL: 'postgres://admin@x/y',
      HYDRACORE_DATABASE_POOLER: 'Transaction',
      HYDRACORE_DATABASE_POOL: '50',
      HYDRACORE_BOOTSTRAP_API_KEY: `hc_live_${'a'.repeat(32)}`,
      HYDRACORE_KEY_PEPPER: 'p'.repeat(32),
      HYDRACORE_MASTER_KEY: '0f'.repeat(32),
      HYDRACORE_MASTER_KEY_PREVIOUS: Buffer.alloc(32, 1).toString('base64'),
      HYDRACORE_WEBHOOK_SECRETS: `whsec_${'a'.repeat(32)} whsec_${'b'.repeat(32)}`,
      HYDRACORE_EGRESS_ALLOW: '10.0.0.0/8, fd00::/8',
      HYDRACORE_EGRESS_PROXY: 'http://user:pass@proxy.internal:3128',
      HYDRACORE_EGRESS_RESOLVE: 'Proxy',
      HYDRACORE_CONCURRENCY: '7',
      HYDRACORE_WORKERS: '2',
      HYDRACORE_MAX_CONNECTIONS: '100',
      HYDRACORE_RATE_LIMIT_PER_KEY: '60',
      HYDRACORE_RATE_LIMIT_PER_TENANT: '0',
      HYDRACORE_TRUST_PROXY: '10.0.0.0/8 ::1/128',
      HYDRACORE_QUOTA_SCHEDULES: '500',
      HYDRACORE_QUOTA_RECORDS: '0',
      HYDRACORE_QUOTA_RUNS_PER_MINUTE: '90',
      HYDRACORE_METRICS_TOKEN: 'm'.repeat(16),
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
      HYDRACORE_TENANT_CONCURRENCY: '5',
      HYDRACORE_HOST_CONCURRENCY: '3',
      HYDRACORE_LOG_LEVEL: 'DEBUG',
      HYDRACORE_RUN_RETENTION_DAYS: '7',
      HYDRACORE_SMTP_URL: 'smtp://hydra%40example.com:p%2Fw@mail.example.com',
      HYDRACORE_SMTP_FROM: 'HydraCore <hydracore@example.com>',
      HYDRACORE_SMTP_TLS: 'Unverified',
      HYDRACORE_SMTP_CONNECTIONS: '3',
      HYDRACORE_JWT_ISSUER: 'https://login.example.com/',
      HYDRACORE_JWT_AUDIENCE: 'hydracore',
      HYDRACORE_JWT_JWKS: 'https://login.example.com/jwks',
      HYDRACORE_JWT_ALGORITHMS: 'ps256, EdDSA ps256',
      HYDRACORE_JWT_TENANT_CLAIM: 'https://example.com/tenant',
      HYDRACORE_JWT_SCOPES_CLAIM: 'permissions',
      HYDRACORE_JWT_CUSTOMER_CLAIM: 'account.customer',
      HYDRACORE_JWT_OPERATORS: 'TRUE',
      HYDRACORE_AUDIT_RETENTION_DAYS: '90',
      HYDRACORE_PUBLIC_URL: 'https://Hydracore.example.com/',
      HYDRACORE_CORS_ORIGINS: 'https://app.example.com, http://localhost:3000',
      HYDRACORE_SESSION_IDLE_MINUTES: '15',
    });
    expect(config).toEqual({
      host: '::1',
      port: 0,
      dataDir: '/data',
      databaseUrl: 'postgres://x/y',
      databaseAdminUrl: 'postgres://admin@x/y',
      databasePooler: 'transaction',
      databasePool: 50,
      bootstrapApiKey: `hc_live_${'a'.repeat(32)}`,
      keyPepper: 'p'.repeat(32),
      masterKey: { id: '9b68d49bb092f712', key: expect.anything() },
      previousMasterKey: { id: expect.stringMatching(/^[0-9a-f]{16}$/), key: expect.anything() },
      webhookSecrets: [`whsec_${'a'.repeat(32)}`, `whsec_${'b'.repeat(32)}`],
      egressAllow: ['10.0.0.0/8', 'fd00::/8'],
      egressProxy: {
        secure: false,
        host: 'proxy.internal',
        port: 3128,
        authorization: 'Basic dXNlcjpwYXNz',
        resolves: 'proxy',
      },
      smtp: {
        secure: false,
        host: 'mail.example.com',
        port: 587,
        login: { user: 'hydra@example.com', password: 'p/w' },
        from: { name: 'HydraCore', address: 'hydracore@example.com' },
        tls: 'unverified',
        maxConnections: 3,
      },
      limits: { node: 7, tenant: 5, host: 3 },
      workers: 2,
      maxConnections: 100,
      rateLimits: { key: 60, tenant: 0 },
      trustProxy: ['10.0.0.0/8', '::1/128'],
      quotas: { schedules: 500, records: null, runs_per_minute: 90 },
      metricsToken: 'm'.repeat(16),
      otlpEndpoint: 'http://127.0.0.1:4318',
      retentionDays: 7,
      auditRetentionDays: 90,
      web: {
        publicUrl: 'https://hydracore.example.com',
        corsOrigins: ['https://app.example.com', 'http://localhost:3000'],
        sessionIdleMinutes: 15,
      },
      logLevel: 'debug',
      jwt: {
        issuer: 'https://login.example.com/',
        audience: 'hydracore',
        jwks: { url: 'https://login.example.com/jwks' },
        algorithms: ['PS256', 'EdDSA'],
        claims: { tenant: 'https://example.com/tenant', scopes: 'permissions', customer: 'account.customer' },
        operators: true,
      },
      crashPoint: null,
      clockSkewMs: 0,
      clientPatienceMs: null,
    });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('passes over what the command line reads', () => {
    expect(readConfig({ HYDRACORE_URL: 'http://x', HYDRACORE_API_KEY: 'hc_live_x' })).toEqual(readConfig({}));
  });

  it('knows what belongs together', () => {
    expect(() =>
      readConfig({ HYDRACORE_DATABASE_ADMIN_URL: 'postgres://x/y', HYDRACORE_DATABASE_POOLER: 'transaction' }),
    ).toThrow(
      'HYDRACORE_DATABASE_ADMIN_URL needs HYDRACORE_DATABASE_URL\nHYDRACORE_DATABASE_POOLER needs HYDRACORE_DATABASE_URL',
    );
  });

  it('reads where the mail server is', () => {
    const from = { HYDRACORE_SMTP_FROM: 'a@example.com' };
    const server = (url: string) => readConfig({ ...from, HYDRACORE_SMTP_URL: url }).smtp;
    expect(server('smtps://mail.example.com')).toMatchObject({ secure: true, port: 465, login: null, tls: 'verified' });
    expect(server('smtp://[::1]:2525/')).toMatchObject({ secure: false, host: '::1', port: 2525 });
    expect(readConfig({}).smtp).toBeNull();
    expect(() => readConfig({ HYDRACORE_SMTP_URL: 'smtp://mail' })).toThrow(
      /^HYDRACORE_SMTP_FROM is not set.*it is required/,
    );
    expect(() => readConfig({ ...from, HYDRACORE_SMTP_TLS: 'none' })).toThrow(
      /^HYDRACORE_SMTP_FROM and HYDRACORE_SMTP_TLS need HYDRACORE_SMTP_URL$/,
    );
  });

  it('requires a master key for an external database, and says how to make one', () => {
    expect(() => readConfig({ HYDRACORE_DATABASE_URL: 'postgres://x/y' })).toThrow(
      /^HYDRACORE_MASTER_KEY is not set.*openssl rand -base64 32/,
    );
  });

  it('takes names to be resolved here, and by the proxy only where there is one', () => {
    expect(readConfig({})).toMatchObject({ egressProxy: null });
    expect(readConfig({ HYDRACORE_EGRESS_PROXY: 'https://p' })).toMatchObject({ egressProxy: { resolves: 'here' } });
    expect(() => readConfig({ HYDRACORE_EGRESS_RESOLVE: 'proxy' })).toThrow(
      /set HYDRACORE_EGRESS_PROXY, or leave it out/,
    );
  });

  it('does not show a proxy that is not valid: there may be a password in it', () => {
    const wrong = () => readConfig({ HYDRACORE_EGRESS_PROXY: 'socks5://user:hunter2@proxy' });
    expect(wrong).toThrow(/HYDRACORE_EGRESS_PROXY is \(\d+ characters, not shown\); it must be a URL such as/);
    expect(wrong).not.toThrow(/hunter2/);
  });

  it('reads where the fault rig wants a server to die, and by how much its clock is off', () => {
    const env = { HYDRACORE_TEST_CRASH_POINT: 'after_send:37', HYDRACORE_TEST_CLOCK_SKEW_MS: '-90000' };
    expect(readConfig(env)).toMatchObject({ crashPoint: { point: 'after_send', passing: 37 }, clockSkewMs: -90_000 });
    for (const wrong of ['after_lunch:1', 'after_send', 'after_send:0', 'after_send:1x']) {
      expect(() => readConfig({ HYDRACORE_TEST_CRASH_POINT: wrong })).toThrow(/one of after_claim, .* from 1$/);
    }
    expect(() => readConfig({ HYDRACORE_TEST_CLOCK_SKEW_MS: '1.5' })).toThrow(/must be a whole number/);
  });

  it.each([
    [{ HYDRACORE_CONCURRENCY: '10' }, { node: 10, tenant: 8, host: 5 }],
    [{ HYDRACORE_CONCURRENCY: '2' }, { node: 2, tenant: 1, host: 1 }],
    [{ HYDRACORE_CONCURRENCY: '1' }, { node: 1, tenant: 1, host: 1 }],
    [
      { HYDRACORE_TENANT_CONCURRENCY: '500', HYDRACORE_HOST_CONCURRENCY: '500' },
      { node: 200, tenant: 199, host: 199 },
    ],
  ])('leaves room for others: %j', (env, limits) => {
    expect(readConfig(env).limits).toEqual(limits);
  });

  it.each([
    ['HYDRACORE_HOST', 'not a host'],
    ['HYDRACORE_PORT', '65536'],
    ['HYDRACORE_PORT', '80a'],
    ['HYDRACORE_DATABASE_URL', 'mysql://x'],
    ['HYDRACORE_DATABASE_URL', 'postgresql://user:a/b@db.example.com/hydracore'],
    ['HYDRACORE_DATABASE_ADMIN_URL', 'postgresql://user:a#b@db.example.com/hydracore'],
    ['HYDRACORE_DATABASE_POOL', '1'],
    ['HYDRACORE_BOOTSTRAP_API_KEY', 'secret-but-short'],
    ['HYDRACORE_MASTER_KEY', Buffer.alloc(31, 1).toString('base64')],
    ['HYDRACORE_MASTER_KEY_PREVIOUS', 'x'.repeat(64)],
    ['HYDRACORE_WEBHOOK_SECRETS', 'whsec_short'],
    ['HYDRACORE_EGRESS_ALLOW', '10.0.0.0/8,10.0.0.1/99'],
    ['HYDRACORE_CONCURRENCY', '0'],
    ['HYDRACORE_WORKERS', '0'],
    ['HYDRACORE_MAX_CONNECTIONS', '9'],
    ['HYDRACORE_RATE_LIMIT_PER_KEY', '-1'],
    ['HYDRACORE_RATE_LIMIT_PER_TENANT', 'many'],
    ['HYDRACORE_TRUST_PROXY', '10/8'],
    ['HYDRACORE_QUOTA_SCHEDULES', '1.5'],
    ['HYDRACORE_QUOTA_RECORDS', '1e9'],
    ['HYDRACORE_QUOTA_RUNS_PER_MINUTE', 'none'],
    ['HYDRACORE_METRICS_TOKEN', 'guess-me'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4317'],
    ['HYDRACORE_TENANT_CONCURRENCY', '0'],
    ['HYDRACORE_HOST_CONCURRENCY', 'many'],
    ['HYDRACORE_LOG_LEVEL', 'loud'],
    ['HYDRACORE_SMTP_URL', 'mail.example.org:587'],
    ['HYDRACORE_SMTP_URL', 'http://mail.example.com'],
    ['HYDRACORE_SMTP_URL', 'smtp://user@mail.example.com'],
    ['HYDRACORE_SMTP_URL', 'smtp://us%er:password@mail.example.com'],
    ['HYDRACORE_SMTP_URL', 'smtp://mail.example.com?tls=none'],
    ['HYDRACORE_SMTP_URL', 'smtp://mail.example.com/inbox'],
    ['HYDRACORE_SMTP_FROM', 'nobody'],
    ['HYDRACORE_SMTP_TLS', 'maybe'],
    ['HYDRACORE_SMTP_TLS', 'constructor'],
    ['HYDRACORE_SMTP_CONNECTIONS', '101'],
    ['HYDRACORE_JWT_ISSUER', 'two words'],
    ['HYDRACORE_JWT_AUDIENCE', 'a'.repeat(501)],
    ['HYDRACORE_JWT_JWKS', 'http://login.example.com/jwks'],
    ['HYDRACORE_JWT_JWKS', 'http://127.0.0.1.example.com/jwks'],
    ['HYDRACORE_JWT_JWKS', 'https://user:password@login.example.com/jwks'],
    ['HYDRACORE_JWT_JWKS', 'https://login.example.com/jwks#key'],
    ['HYDRACORE_JWT_JWKS', 'file:///etc/jwks.json'],
    ['HYDRACORE_JWT_JWKS', 'https://[::1/jwks'],
    ['HYDRACORE_JWT_ALGORITHMS', 'RS256 HS256'],
    ['HYDRACORE_JWT_ALGORITHMS', 'none'],
    ['HYDRACORE_JWT_ALGORITHMS', ','],
    ['HYDRACORE_JWT_TENANT_CLAIM', 'tenant id'],
    ['HYDRACORE_JWT_SCOPES_CLAIM', 'realm..roles'],
    ['HYDRACORE_JWT_CUSTOMER_CLAIM', '.customer'],
    ['HYDRACORE_JWT_OPERATORS', 'yes'],
    ['HYDRACORE_AUDIT_RETENTION_DAYS', '0'],
    ['HYDRACORE_SESSION_IDLE_MINUTES', '721'],
    ['HYDRACORE_PUBLIC_URL', 'my.example.org'],
    ['HYDRACORE_PUBLIC_URL', 'https://hydracore.example.com/console'],
    ['HYDRACORE_PUBLIC_URL', 'ftp://hydracore.example.com'],
    ['HYDRACORE_PUBLIC_URL', 'https://me:secret@hydracore.example.com'],
    ['HYDRACORE_CORS_ORIGINS', '*'],
    ['HYDRACORE_CORS_ORIGINS', 'null'],
    ['HYDRACORE_CORS_ORIGINS', 'https://app.example.com,https://*.example.com'],
  ] as const)('refuses %s=%s, names what is valid, and shows no secret', (name, value) => {
    const secret = /(?<!PER_)KEY|SECRET|TOKEN|URL|ENDPOINT|JWKS/.test(name);
    expect(() => readConfig({ [name]: value })).toThrow(ConfigError);
    try {
      readConfig({ [name]: value });
    } catch (error) {
      const { message } = error as Error;
      expect(message).toContain(name);
      expect(message).toContain(VARIABLES[name].valid);
      expect(message.includes(value)).toBe(!secret);
    }
  });

  describe('of JWTs', () => {
    const three = {
      HYDRACORE_JWT_ISSUER: 'https://login.example.com/',
      HYDRACORE_JWT_AUDIENCE: 'hydracore',
      HYDRACORE_JWT_JWKS: 'keys/jwks.json',
    };

    it('is absent by default, and has what issuers usually have where nothing else is said', () => {
      expect(readConfig({ HYDRACORE_JWT_ISSUER: ' ' }).jwt).toBeNull();
      expect(readConfig(three).jwt).toEqual({
        issuer: 'https://login.example.com/',
        audience: 'hydracore',
        jwks: { file: resolve('keys/jwks.json') },
        algorithms: ['RS256', 'ES256', 'EdDSA', 'Ed25519'],
        claims: { tenant: 'tenant_id', scopes: 'scope', customer: 'customer_id' },
        operators: false,
      });
    });

    it.each(['http://localhost:8081/jwks', 'http://127.8.9.10/jwks', 'http://[::1]:8081/jwks'])(
      'may have its keys on this machine: %s',
      (url) => {
        expect(readConfig({ ...three, HYDRACORE_JWT_JWKS: url }).jwt?.jwks).toEqual({ url });
      },
    );

    it.each([
      [['ISSUER'], 'HYDRACORE_JWT_ISSUER is set and HYDRACORE_JWT_AUDIENCE and HYDRACORE_JWT_JWKS are not;'],
      [['AUDIENCE', 'JWKS'], 'HYDRACORE_JWT_AUDIENCE and HYDRACORE_JWT_JWKS are set and HYDRACORE_JWT_ISSUER is not;'],
      [['ISSUER', 'JWKS'], 'HYDRACORE_JWT_ISSUER and HYDRACORE_JWT_JWKS are set and HYDRACORE_JWT_AUDIENCE is not;'],
    ])('is refused with %j alone, and says what lacks', (parts, message) => {
      const names = new Set(parts.map((part) => `HYDRACORE_JWT_${part}`));
      const env = Object.fromEntries(Object.entries(three).filter(([name]) => names.has(name)));
      expect(() => readConfig(env)).toThrow(message);
    });

    it('is refused where something is said of JWTs that are not let in', () => {
      expect(() => readConfig({ HYDRACORE_JWT_OPERATORS: 'true' })).toThrow(
        'HYDRACORE_JWT_OPERATORS is set and HYDRACORE_JWT_ISSUER and HYDRACORE_JWT_AUDIENCE and HYDRACORE_JWT_JWKS are not;',
      );
    });
  });

  it('tells every problem at once, unknown variables among them', () => {
    expect(() => readConfig({ HYDRACORE_PORT: 'x', HYDRACORE_LOG_LEVEL: 'y', HYDRACORE_PROT: '1' })).toThrow(
      /HYDRACORE_PORT[^]*HYDRACORE_LOG_LEVEL[^]*HYDRACORE_PROT is not a variable/,
    );
  });

  it('is documented: docs/configuration.md has each variable with its default, and no other', async () => {
    const page = await readFile(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
    const rows = page
      .split('\n')
      .filter((line) => /^\| `[A-Z_]+`/.test(line))
      .map((line) => line.split('|').slice(1, -1))
      .map((cells) => cells.map((cell, i) => (i === 0 ? cell.replaceAll('`', '') : cell).replaceAll('\\', '').trim()));
    const expected = Object.entries(VARIABLES).map(([name, variable]) => [
      name,
      variable.default,
      variable.description,
      variable.valid,
    ]);
    expect(rows).toEqual(expected);
  });
});
