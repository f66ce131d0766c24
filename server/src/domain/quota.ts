import { AppError } from './errors.ts';

/** What a tenant may have so many of, by what counts it. */
export const QUOTAS = ['schedules', 'records', 'runs_per_minute', 'api_keys', 'entity_definitions'] as const;
export type Quota = (typeof QUOTAS)[number];

/** Those that the server sets, and the operator for a tenant. */
export const GRANTED = ['schedules', 'records', 'runs_per_minute'] as const;
export type GrantedQuota = (typeof GRANTED)[number];

/** Those that are the same for all: few, and each costs every request a little. */
export const FIXED: Readonly<Record<Exclude<Quota, GrantedQuota>, number>> = {
  api_keys: 1_000,
  entity_definitions: 200,
};

/** The server's defaults, or a tenant's own; null: no limit, or the default. */
export type Grants = Readonly<Record<GrantedQuota, number | null>>;

export const NO_QUOTAS: Grants = { schedules: null, records: null, runs_per_minute: null };

/** The limits of a tenant: its own before the server's. */
export function limitsOf(defaults: Grants, own: Grants | null): Grants {
  const limit = (quota: GrantedQuota) => own?.[quota] ?? defaults[quota];
  return { schedules: limit('schedules'), records: limit('records'), runs_per_minute: limit('runs_per_minute') };
}

const WORDS: Readonly<Record<Quota, string>> = {
  schedules: 'schedules',
  records: 'records',
  runs_per_minute: 'runs a minute',
  api_keys: 'active API keys',
  entity_definitions: 'entity definitions',
};

/** What answers where there is no room for one more. */
export function quotaExceeded(quota: Quota, limit: number, used: number): AppError {
  return new AppError(
    'quota_exceeded',
    `This tenant has ${used} ${WORDS[quota]}, of ${limit} that it may have: delete some, or ask the operator for more.`,
    { extra: { quota, limit, used } },
  );
}
