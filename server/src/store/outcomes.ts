import { attemptText, type RepeatedOfRun } from '../domain/attempt-text.ts';
import type { RecordSnapshot } from '../domain/entity.ts';
import type { EntityUpdate } from '../domain/entity-update.ts';
import type { Attempt, Completion, RunReason, RunStatus, RunTrigger } from '../domain/run.ts';
import { withinBucketOf } from './buckets.ts';
import { timestamp, type Database, type Transaction } from './db.ts';
import { isUnstorable } from './db-errors.ts';
import { booleans, instants, ints, jsons, texts, uuids } from './arrays.ts';
import { inOrder, rowsOf } from './lists.ts';
import { updateForRuns } from './entity-update.ts';
import { noteEnds } from './health.ts';
import { uncountRuns } from './planning.ts';
import { lockSchedules } from './schedule-locks.ts';

/** How an attempt ended, as it is written: only while `lease_token` is still the run's token. */
export interface AttemptResult {
  readonly tenant_id: string;
  readonly id: string;
  readonly schedule_id: string;
  readonly lease_token: string;
  /** SKIPPED: there was nothing to do for its record any more; CANCELLED: its schedule was stopped before. No attempt was made. */
  readonly status: Extract<RunStatus, 'SUCCEEDED' | 'FAILED' | 'PENDING' | 'RUNNING' | 'SKIPPED' | 'CANCELLED'>;
  readonly reason: RunReason | null;
  readonly wake_at: number | null;
  /** What the ledger keeps of the attempt; with `amends`, what changes of its last entry. */
  readonly entry: Attempt | Partial<Attempt>;
  /** Of a whole attempt: what its entry need not repeat. Absent: it is kept as it is. */
  readonly run?: RepeatedOfRun;
  readonly amends: boolean;
  readonly interrupted: boolean;
  /** Its attempt was never made: it is SKIPPED, or PENDING as if this node had not taken it. */
  readonly unstarted: boolean;
  /** When the attempt began; null: as the run has it. */
  readonly started_at: number | null;
  /** RUNNING (accepted): how long each heartbeat gives until completion. */
  readonly completes_within_seconds: number | null;
  /** The receiver asked for the schedule to be paused (HTTP 410). */
  readonly park: boolean;
  /** What the receiver has just reported of an accepted run; null: nothing, or it is on the row already. */
  readonly completion: Completion | null;
  /** A change of a record that is written with it, or not at all. */
  readonly update?: EntityUpdate;
  /** The record as it was read when the run started; absent: as it was planned. */
  readonly record?: RecordSnapshot;
}

/** The same as it is written. Null: nothing is kept of the attempt beside what is there. */
type StorableResult = Omit<AttemptResult, 'entry'> & { readonly entry: AttemptResult['entry'] | null };

/** How results are written: together (`writeResults`), or each so that it holds up no other (`writeApart`). */
export type WriteResults = (tx: Transaction, results: readonly AttemptResult[], now: number) => Promise<WrittenRun[]>;

/** A run as a result has left it. */
export interface WrittenRun {
  readonly tenant_id: string;
  readonly id: string;
  readonly schedule_id: string;
  readonly status: RunStatus;
  readonly reason: RunReason | null;
  readonly trigger: RunTrigger;
  readonly attempt: number;
  /** Null for a run of which no attempt was made. */
  readonly started_at: number | null;
}

/** What became of a batch of results. */
export interface Finished {
  readonly written: readonly WrittenRun[];
  /** The runs that were ended at once by a newer occurrence of theirs: nothing was to be written of them, and no lease is lost. */
  readonly terminated: ReadonlySet<string>;
}

/**
 * Writes a batch of results and what they mean for their schedules, in one transaction. See `writeResults`; what can't be stored holds up
 * no other, see `writeApart`.
 * @param written called when only the commit is missing
 */
export async function finishRuns(
  db: Database,
  results: readonly AttemptResult[],
  now: number,
  written: () => void,
): Promise<Finished> {
  const write = (how: WriteResults) =>
    db.transaction(async (tx) => {
      const runs = await how(tx, results, now);
      const terminated = runs.length < results.length ? await terminatedOf(tx, results) : [];
      written();
      return { written: runs, terminated: new Set(terminated.map(({ id }) => id)) };
    });
  return await write(writeResults).catch((error: unknown) => {
    if (!isUnstorable(error)) throw error;
    return write(writeApart);
  });
}

async function terminatedOf(tx: Transaction, results: readonly AttemptResult[]): Promise<{ readonly id: string }[]> {
  return await tx.query(
    `SELECT r.id FROM ${rowsOf('$1::uuid[], $2::uuid[]', 'tenant_id, id')} u JOIN runs r ON r.tenant_id = u.tenant_id AND r.id = u.id
     WHERE r.status = 'CANCELLED' AND r.reason = 'TERMINATED'`,
    [uuids(results.map((r) => r.tenant_id)), uuids(results.map((r) => r.id))],
    'terminated_of',
  );
}

/**
 * The same one by one, for a batch of which something can't be stored: of that the ledger gets less, its end and why. One such outcome
 * would otherwise be tried again for ever, and all others behind it.
 */
export async function writeApart(
  tx: Transaction,
  results: readonly AttemptResult[],
  now: number,
): Promise<WrittenRun[]> {
  const runs: WrittenRun[] = [];
  for (const result of results) {
    await tx.query('SAVEPOINT apart');
    try {
      runs.push(...(await writeResults(tx, [result], now)));
    } catch (error) {
      if (!isUnstorable(error)) throw error;
      await tx.query('ROLLBACK TO SAVEPOINT apart');
      runs.push(...(await writeResults(tx, [withoutDetail(result, error)], now)));
    }
    await tx.query('RELEASE SAVEPOINT apart');
  }
  return runs;
}

/** What can be stored of a result in any case. A change of a record is not made, so its run has failed. */
function withoutDetail(result: AttemptResult, cause: { readonly code: string }): StorableResult {
  const { update, record: _, entry, ...rest } = result;
  // Not what the database says: that may quote a value.
  const message = `The database refused what was to be kept of it (SQLSTATE ${cause.code}).`;
  const kept: Partial<Attempt> = { ...entry, request: null, response: null, error: { code: 'unstorable', message } };
  const plain = { ...rest, completion: null, entry: result.amends ? null : kept };
  return update ? { ...plain, entry: { ...kept, outcome: 'FAILED' }, status: 'FAILED', reason: 'REJECTED' } : plain;
}

/** The results with what became of their updates: where one can't be written, the run has failed. */
async function updated(
  tx: Transaction,
  results: readonly StorableResult[],
  now: number,
): Promise<readonly StorableResult[]> {
  const updating = results.flatMap((result) => (result.update ? [{ ...result, update: result.update }] : []));
  if (updating.length === 0) return results;
  const verdicts = await updateForRuns(tx, updating, now);
  return results.map((result) => {
    const verdict = verdicts.get(result.id);
    if (verdict === undefined) return result;
    if ('response' in verdict) return { ...result, entry: { ...result.entry, response: verdict.response } };
    const entry = { ...result.entry, outcome: 'FAILED' as const, error: verdict.error };
    return { ...result, status: 'FAILED', reason: 'REJECTED', entry };
  });
}

function entryText({ entry, run }: StorableResult): string | null {
  if (entry === null) return null;
  return run && isAttempt(entry) ? attemptText(entry, run) : JSON.stringify(entry);
}

function isAttempt(entry: Attempt | Partial<Attempt>): entry is Attempt {
  return entry.attempt !== undefined && entry.started_at !== undefined;
}

/** Ended by what the receiver reported it knows best. */
const COMPLETION = 'coalesce(u.completion, r.completion)';
const REPORTED = `${COMPLETION} IS NOT NULL`;
/**
 * Asked to stop, and it would go on otherwise. What its receiver has accepted meanwhile goes on, as one that was accepted before: a user
 * cancels both, another run waits for both.
 */
const STOPPED = `(${COMPLETION} IS NULL AND r.cancel_reason IS NOT NULL
  AND (u.status = 'PENDING' OR u.status = 'RUNNING' AND r.cancel_reason = 'BY_USER'))`;
const ENDED = `(${REPORTED} OR ${STOPPED})`;
/** What the ledger gets of the attempt, as text; it is only looked into where more is known than the node knew. */
const ENTRY = `CASE
  WHEN ${REPORTED} THEN (u.entry::jsonb || jsonb_build_object('outcome', ${COMPLETION}->>'status', 'completion', ${COMPLETION}, 'error',
    CASE WHEN ${COMPLETION}->>'status' = 'FAILED' THEN jsonb_build_object('code', 'reported_failure', 'message',
      coalesce(${COMPLETION}->>'error', 'The receiver reported FAILED.')) END))::text
  WHEN ${STOPPED} AND (u.interrupted = 1 OR u.status = 'RUNNING') THEN (u.entry::jsonb || jsonb_build_object('outcome', 'CANCELLED'))::text
  ELSE u.entry END`;
const LAST = 'r.attempts[cardinality(r.attempts)]';

/**
 * Writes results, each only if its fencing token is still the run's: a node that lost its lease changes nothing. Counts
 * failures on the schedules and pauses those that are spent.
 * @returns the runs that were written
 */
export async function writeResults(
  tx: Transaction,
  given: readonly StorableResult[],
  now: number,
): Promise<WrittenRun[]> {
  if (given.length === 0) return [];
  const results = inOrder(await updated(tx, given, now));
  const { sql, values, mark } = withinBucketOf(tx, 'r', results, 16);
  const written = await tx.query<WrittenRun>(
    `UPDATE runs r SET
       status = CASE WHEN ${REPORTED} THEN ${COMPLETION}->>'status' WHEN ${STOPPED} THEN 'CANCELLED' ELSE u.status END,
       reason = CASE WHEN ${REPORTED} THEN CASE ${COMPLETION}->>'status' WHEN 'FAILED' THEN 'COMPLETED_AS_FAILED' END
         WHEN ${STOPPED} THEN r.cancel_reason ELSE u.reason END,
       wake_at = CASE WHEN ${ENDED} THEN NULL ELSE u.wake_at END,
       -- An accepted run keeps its token: the one that its receiver was sent is made from it.
       lease_token = CASE WHEN u.status = 'RUNNING' AND NOT ${ENDED} THEN r.lease_token END,
       lease_node = CASE WHEN u.status = 'RUNNING' AND NOT ${ENDED} THEN r.lease_node END,
       completion = ${COMPLETION},
       completes_within_seconds = CASE WHEN u.status = 'RUNNING' AND NOT ${ENDED} THEN u.within END,
       finished_at = CASE WHEN ${ENDED} OR u.status IN ('SUCCEEDED', 'FAILED', 'SKIPPED', 'CANCELLED') THEN $9::timestamptz END,
       -- Leased as it was planned, a run starts a little after its row was written: the ledger has the truth.
       started_at = CASE WHEN u.unstarted AND r.attempt = 1 THEN NULL WHEN r.attempt = 1 THEN coalesce(u.started_at, r.started_at) ELSE r.started_at END,
       attempt = r.attempt - CASE WHEN u.unstarted THEN 1 ELSE 0 END,
       interrupted = r.interrupted + u.interrupted,
       record = coalesce(u.record, r.record),
       attempts = CASE WHEN u.unstarted OR u.entry IS NULL THEN r.attempts 
         WHEN u.amends THEN trim_array(r.attempts, 1) || (${LAST}::jsonb || (${ENTRY})::jsonb)::text
         ELSE r.attempts || ${ENTRY} END
     FROM ${rowsOf(
       `$1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[], $7::int[], $8::text[],
       $10::timestamptz[], $11::int[], $12::bool[], $13::jsonb[], $14::jsonb[], $15::bool[]`,
       'tenant_id, id, token, status, reason, wake_at, interrupted, entry, started_at, within, amends, completion, record, unstarted',
     )} u
     WHERE r.tenant_id = u.tenant_id AND r.id = u.id AND r.lease_token = u.token${sql}
     RETURNING r.tenant_id, r.id, r.schedule_id, r.status, r.reason, r.trigger, r.attempt, r.started_at`,
    [
      uuids(results.map((r) => r.tenant_id)),
      uuids(results.map((r) => r.id)),
      uuids(results.map((r) => r.lease_token)),
      texts(results.map((r) => r.status)),
      texts(results.map((r) => r.reason)),
      instants(results.map((r) => r.wake_at)),
      ints(results.map((r) => (r.interrupted ? 1 : 0))),
      texts(results.map(entryText)),
      timestamp(now),
      instants(results.map((r) => r.started_at)),
      ints(results.map((r) => r.completes_within_seconds)),
      booleans(results.map((r) => r.amends)),
      jsons(results.map((r) => r.completion && JSON.stringify(r.completion))),
      jsons(results.map((r) => (r.record ? JSON.stringify(r.record) : null))),
      booleans(results.map((r) => r.unstarted)),
      ...values,
    ],
    `write_results${mark}`,
  );
  const parked = new Set(results.filter((r) => r.park).map((r) => r.id));
  const final = written.filter((row) => row.status !== 'PENDING' && row.status !== 'RUNNING');
  // What ended without an attempt is no run, nor what is skipped after attempts that were cut short.
  const ended = final.flatMap((row) =>
    row.started_at === null || row.status === 'SKIPPED' ? [] : [{ ...row, started_at: row.started_at }],
  );
  const skipped = final.filter((row) => row.started_at === null || row.status === 'SKIPPED');
  if (skipped.length > 0) {
    const keys = [...ended, ...skipped].map((row) => ({ tenant_id: row.tenant_id, id: row.schedule_id }));
    await lockSchedules(tx, keys);
  }
  await noteEnds(tx, ended, parked, now);
  for (const [id, rows] of Map.groupBy(skipped, (row) => row.schedule_id)) {
    await uncountRuns(tx, rows[0]?.tenant_id ?? '', id, rows.length);
  }
  return written;
}
