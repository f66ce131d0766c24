import { MANNERS, type Manner } from './receiver-replies.ts';
import type { Random } from './random.ts';

/** What the servers under test can do: the rest of the catalog is left out. */
export interface Abilities {
  readonly policies: readonly string[];
  readonly async: boolean;
}

/** The body of a create, without its action. */
export interface Blueprint {
  readonly tenant: number;
  readonly manner: Manner | 'log';
  readonly fields: Readonly<Record<string, unknown>>;
}

const SECOND = 1_000;
const PERIODS = [1, 2, 2, 3, 3, 5, 5, 5, 7, 10, 10, 10];
const ZONES = ['UTC', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Pacific/Apia'];
export const POLICIES = ['SKIP', 'ALLOW_ALL', 'BUFFER_ONE', 'BUFFER_ALL', 'CANCEL_OTHER', 'TERMINATE_OTHER'] as const;
const WEIGHTS: Readonly<Record<Manner, number>> = {
  steady: 30,
  slow: 15,
  flaky: 20,
  wild: 20,
  failing: 5,
  gone: 2,
  endless: 3,
  async: 5,
};

/** One schedule of the given kind; every kind, policy and manner comes in turn or by chance. */
export function blueprint(random: Random, index: number, now: number, tenants: number, can: Abilities): Blueprint {
  const kind = random.pick(['RATE', 'RATE', 'RATE', 'CRON', 'CRON', 'CRON', 'RRULE', 'RRULE', 'ONE_TIME']);
  const manner = random.chance(0.05) ? 'log' : pickManner(random, can);
  const bounded = kind !== 'ONE_TIME' && random.chance(0.1);
  const started = kind !== 'ONE_TIME' && random.chance(0.3);
  return {
    tenant: index % tenants,
    manner,
    fields: {
      name: `${kind} ${index} ${manner}`,
      schedule_type: kind,
      schedule_expression: expression(random, kind, now),
      timezone: random.pick(ZONES),
      start_at: started ? instant(now + random.int(-20_000, 8_000)) : null,
      end_at: bounded ? instant(now + random.int(15, 60) * SECOND) : null,
      action_after_completion: bounded && random.chance(0.5) ? 'DELETE' : 'NONE',
      overlap_policy: can.policies[index % can.policies.length],
      catchup_window_minutes: random.int(0, 2),
      flexible_window_minutes: random.chance(0.15) ? 1 : 0,
      max_retries: random.int(0, 3),
      retry_backoff_seconds: random.int(0, 2),
      pause_on_failure_count: random.chance(0.15) ? 3 : 100,
      rate_limit_per_minute: random.chance(0.1) ? random.pick([20, 30, 60, 120]) : null,
    },
  };
}

/** When, in the words of a kind: simple enough for the checker's own arithmetic. */
export function expression(random: Random, kind: string, now: number): string {
  const seconds = random.pick(PERIODS);
  switch (kind) {
    case 'RATE':
      return `rate(${seconds} seconds)`;
    case 'CRON':
      return `*/${seconds} * * * * *`;
    case 'RRULE':
      return `FREQ=SECONDLY;INTERVAL=${seconds}`;
    default:
      return `at(${instant(now + random.int(3_000, 25_000))})`;
  }
}

/** The action of a schedule: every request carries its tenant's marker. */
export function action(manner: Blueprint['manner'], url: string, marker: string, timeoutSeconds: number) {
  if (manner === 'log')
    return { action_type: 'LOG_EVENT', action_config: { message: `${marker} {{ run.id }}`, level: 'DEBUG' } };
  return {
    action_type: 'WEBHOOK',
    action_config: {
      url,
      headers: { 'x-marker': marker },
      body: { marker, run: '{{ run.id }}', attempt: '{{ run.attempt }}' },
      timeout_seconds: timeoutSeconds,
      ...(manner === 'async' ? { completion: 'ASYNC', completion_timeout_seconds: 60 } : {}),
    },
  };
}

export function instant(at: number): string {
  return new Date(at).toISOString();
}

function pickManner(random: Random, can: Abilities): Manner {
  const choices = MANNERS.filter((manner) => manner !== 'async' || can.async);
  let roll = random.next() * choices.reduce((sum, manner) => sum + WEIGHTS[manner], 0);
  return choices.find((manner) => (roll -= WEIGHTS[manner]) < 0) ?? 'steady';
}
