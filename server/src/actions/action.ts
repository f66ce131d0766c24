import type { z } from 'zod';
import type { EntityField } from '../domain/entity.ts';
import type { EntityUpdate } from '../domain/entity-update.ts';
import type { Egress } from './egress.ts';
import type { Stop } from './stop.ts';

/** What an action may see of its schedule; also the `schedule` of templates. Instants are RFC 3339 UTC. */
export interface ActionSchedule {
  readonly id: string;
  readonly name: string;
  readonly external_id: string | null;
  readonly customer_id: string | null;
  readonly schedule_type: string;
  readonly schedule_expression: string | null;
  readonly timezone: string;
}

/** What an action may see of its run; also the `run` of templates. */
export interface ActionRun {
  readonly id: string;
  readonly trigger: 'SCHEDULE' | 'MANUAL' | 'BACKFILL';
  readonly scheduled_for: string;
  readonly fire_at: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
}

/** Everything an attempt is about: tenant, schedule, run, the record of a RELATIVE schedule, the stored config. */
export interface ActionTarget<Config> {
  readonly tenantId: string;
  readonly schedule: ActionSchedule;
  readonly run: ActionRun;
  readonly record: Readonly<Record<string, unknown>> | null;
  readonly config: Config;
  /** Webhook signing secrets (`whsec_…`), newest first; two during a rotation. */
  readonly signingSecrets: readonly string[];
  /** The tenant's secrets that the config names, by name. */
  readonly secrets: ReadonlyMap<string, string>;
  /** The W3C trace context of this attempt, where attempts are traced. */
  readonly traceparent?: string;
  /** Made when asked for: what the receiver shows to complete this attempt from outside. */
  readonly completionToken: () => string;
}

/** What an attempt may use of the world. */
export interface ActionContext {
  /** Aborted when the run is cancelled, the lease is lost or the server stops. */
  readonly signal: AbortSignal;
  /** The same without the cost of a signal, where the engine gives it. */
  readonly stop?: Stop;
  readonly egress: Egress;
  /** Epoch milliseconds, the clock of the engine. */
  readonly now: () => number;
  readonly log: (level: 'debug' | 'info' | 'warn' | 'error', message: string, data: Record<string, unknown>) => void;
}

/** What the ledger keeps of an attempt: secrets masked, bodies cut to 16 KiB. */
export interface AttemptRecord {
  readonly request: Readonly<Record<string, unknown>> | null;
  readonly response: Readonly<Record<string, unknown>> | null;
}

/** A failure in words: `code` is stable snake_case, `message` a sentence for people. */
export interface AttemptError {
  readonly code: string;
  readonly message: string;
}

/**
 * How an attempt ended. Expected failures are values; a throw is a bug of the action.
 * `delivered`: done. `accepted`: the receiver has it and is to report its completion within that time. `retryable`: worth another try, not before `retryAfterMs` where the receiver said so.
 * `rejected`: no use trying again; `park` asks to pause the schedule as well (HTTP 410).
 * `aborted`: stopped by the signal, nothing is known of the receiver.
 */
export type Outcome = AttemptRecord &
  /** `update`: a change of a record that is written in the transaction of the outcome. */
  (
    | { readonly kind: 'delivered'; readonly update?: EntityUpdate }
    | { readonly kind: 'accepted'; readonly completesWithinSeconds: number }
    | { readonly kind: 'retryable'; readonly error: AttemptError; readonly retryAfterMs?: number }
    | { readonly kind: 'rejected'; readonly error: AttemptError; readonly park?: boolean }
    | { readonly kind: 'aborted'; readonly error: AttemptError }
  );

/** A problem of an action's config that its schema can't say: the path inside the config, a sentence, a stable type. */
export interface ConfigProblem {
  readonly path: readonly (string | number)[];
  readonly msg: string;
  readonly type: string;
}

/** A secret of the tenant that a config names, and where. */
export interface SecretUse {
  readonly name: string;
  readonly path: readonly (string | number)[];
}

/** A config; or, of one that its schema refuses, the fields that are valid, with undefined for each of the others that was given. */
export type ConfigFields<Config> = unknown extends Config
  ? unknown
  : { readonly [Field in keyof Config]?: Config[Field] | undefined };

/** One kind of action. A new one is one file that exports such an object, and one line in the registry. */
export interface Action<Schema extends z.ZodType = z.ZodType> {
  readonly type: string;
  /** Other spellings accepted on input. */
  readonly aliases: readonly string[];
  /** One sentence for the API page. */
  readonly description: string;
  readonly config: Schema;
  /** Whether a stored config is as the schema leaves it, so that an attempt need not parse it again: what it holds was checked when it was stored. */
  isStored?(config: unknown): config is z.output<Schema>;
  /** Where the config holds secrets, e.g. `['auth','token']`: stored encrypted, masked in every answer. */
  readonly secretPaths: readonly (readonly string[])[];
  /** Why it can't be used on this server at all, in half a sentence. Absent or null: it can. */
  unavailable?(egress: Egress): string | null;
  /** Whether it is about the record of its run, which only runs of RELATIVE schedules have. Absent: never. */
  needsRecord?(config: z.output<Schema>): boolean;
  /** What does not fit the fields of the records that its runs are about, known before the first of them. Absent: nothing. */
  checkRecord?(config: z.output<Schema>, fields: readonly EntityField[]): readonly ConfigProblem[];
  /** What is known to be wrong before the first attempt: template syntax, a forbidden address. Pure, no I/O. */
  check(config: ConfigFields<z.output<Schema>>, egress: Egress): readonly ConfigProblem[];
  /** The secrets that its templates name. Absent: none may. */
  secretUses?(config: ConfigFields<z.output<Schema>>): readonly SecretUse[];
  /** Where it goes, as host and port or a name that is no host's; null where that is known only once the config is rendered. Absent: nowhere. */
  destination?(config: z.output<Schema>): string | null;
  perform(target: ActionTarget<z.output<Schema>>, context: ActionContext): Promise<Outcome>;
}
