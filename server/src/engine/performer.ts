import type { ActionContext } from '../actions/action.ts';
import type { Egress } from '../actions/egress.ts';
import type { Stop } from '../actions/stop.ts';
import { isReplanned } from '../domain/lifecycle.ts';
import type { Database } from '../store/db.ts';
import { readLeased, type LeasedRun } from '../store/leases.ts';
import type { AttemptResult } from '../store/outcomes.ts';
import type { Vault } from '../store/vault/vault.ts';
import {
  attemptRun,
  cancelledResult,
  handedBackResult,
  interruptedResult,
  skippedResult,
  type FindAction,
} from './attempt.ts';
import { AttemptContext } from './attempt-context.ts';
import type { TraceAttempt } from './events.ts';
import { RecordReader } from './record-reader.ts';
import { RunSecrets } from './run-secrets.ts';
import type { EngineLog } from './settings.ts';
import { TenantEgress } from './tenant-egress.ts';

/** What attempts are made with. */
export interface PerformerDeps {
  readonly db: Database;
  readonly node: string;
  readonly now: () => number;
  readonly log: EngineLog;
  readonly findAction: FindAction;
  readonly egress: Egress;
  readonly vault: Vault;
  readonly traceAttempt?: TraceAttempt | undefined;
}

/** A run that waited longer on its node than this reads its schedule again: in a burst most wait less, and a read costs. */
const STALE_MS = 1_000;

/** Makes attempts, each by what holds as it starts: its schedule, its record, the egress policy of its tenant. */
export class Performer {
  readonly #deps: PerformerDeps;
  readonly #records: RecordReader;
  readonly #secrets: RunSecrets;
  readonly #egress: TenantEgress;

  constructor(deps: PerformerDeps) {
    this.#deps = deps;
    this.#records = new RecordReader(deps.db);
    this.#secrets = new RunSecrets(deps.db, deps.vault);
    this.#egress = new TenantEgress(deps.db, deps.egress);
  }

  /** @param at when it starts (epoch ms), and how long its node has held it */
  perform(
    run: LeasedRun,
    stop: Stop,
    at: { readonly started: number; readonly waited: number },
  ): Promise<AttemptResult> {
    return at.waited > STALE_MS
      ? this.#attemptLate(run, stop, at.started)
      : this.#attemptByPolicy(run, stop, at.started);
  }

  /** The attempt, by its schedule and the rest as they are now, not as they were when the run was taken. */
  async #attemptLate(run: LeasedRun, stop: Stop, started: number): Promise<AttemptResult> {
    const { db, now } = this.#deps;
    const read = await readLeased(db, run).catch(this.#unread(run, 'the schedule'));
    if (read === null) return this.#interrupted(run, started, 'The schedule');
    // Without its lease it is another's by now, and this is not written.
    if (!read) return handedBackResult(run, now());
    if (run.attempt === 1) {
      if (read.gone !== null) return cancelledResult(run, read.gone);
      // Its schedule was planned anew since this node took it; those that waited in the queue were cancelled then.
      if (run.trigger === 'SCHEDULE' && isReplanned(run, read)) return cancelledResult(run, 'REPLANNED');
    }
    return await this.#attemptByPolicy(read, stop, started);
  }

  #attemptByPolicy(run: LeasedRun, stop: Stop, started: number): Promise<AttemptResult> {
    const { now, log } = this.#deps;
    const shared = this.#egress.shared(run);
    return shared
      ? this.#attempt(run, new AttemptContext(stop, shared, now, log))
      : this.#attemptNarrowed(run, stop, started);
  }

  async #attemptNarrowed(run: LeasedRun, stop: Stop, started: number): Promise<AttemptResult> {
    const { now, log } = this.#deps;
    const opened = await this.#egress.open(run).catch(this.#unread(run, 'the egress policy'));
    if (opened === null) return this.#interrupted(run, started, 'The egress policy');
    using way = opened;
    return await this.#attempt(run, new AttemptContext(stop, way.egress, now, log));
  }

  /**
   * The attempt; the first one of a run that waited reads its record again before. Attempts that were cut short don't count: the record
   * may have been out of reach, or what was read went with a node, and the run has the record as it was planned.
   */
  #attempt(run: LeasedRun, context: ActionContext): Promise<AttemptResult> {
    const { findAction, node, traceAttempt } = this.#deps;
    const { record_id } = run;
    const has = run.fresh || run.attempt - 1 > run.interrupted;
    return record_id === null || has || run.trigger !== 'SCHEDULE'
      ? attemptRun(run, findAction, this.#secrets, context, node, traceAttempt)
      : this.#attemptAnew(run, record_id, context);
  }

  async #attemptAnew(run: LeasedRun, record_id: string, context: ActionContext): Promise<AttemptResult> {
    const { findAction, node, traceAttempt, now } = this.#deps;
    const started = now();
    const read = await this.#records.read({ ...run, record_id }).catch(this.#unread(run, 'the record'));
    if (read === null) return this.#interrupted(run, started, 'The record');
    if ('skip' in read) return skippedResult(run, read.skip);
    const { record } = read;
    const about = { ...run, record };
    return { ...(await attemptRun(about, findAction, this.#secrets, context, node, traceAttempt)), record };
  }

  /** Tells that something an attempt needs could not be read. */
  #unread(run: LeasedRun, what: string) {
    return (error: unknown): null => {
      this.#deps.log('warn', `${what} of a run could not be read; trying again`, { run_id: run.id, error });
      return null;
    };
  }

  #interrupted(run: LeasedRun, started: number, what: string): AttemptResult {
    const { now, node } = this.#deps;
    const error = { code: 'interrupted', message: `${what} could not be read from the database.` };
    return interruptedResult(run, error, { started, finished: now(), node });
  }
}
