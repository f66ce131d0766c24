import type { z } from '@hono/zod-openapi';
import { newSchedule, sameDefinition } from '../domain/definition.ts';
import type { EntityRecord } from '../domain/entity.ts';
import { AppError, ValidationError } from '../domain/errors.ts';
import { pause, type Steering } from '../domain/lifecycle.ts';
import type { Run, RunReason } from '../domain/run.ts';
import type { Schedule } from '../domain/schedule.ts';
import type { Queryable, Transaction } from '../store/db.ts';
import { getDefinition } from '../store/entity-definitions.ts';
import { getRecord } from '../store/entity-records.ts';
import { newId } from '../store/ids.ts';
import { findRepeatable } from '../store/run-search.ts';
import { cancelUnstarted, getRun, noteTrace } from '../store/runs.ts';
import {
  findByDeduplicationKey,
  insertSchedule,
  lockSchedule,
  updateSchedule,
  type StorableSchedule,
} from '../store/schedules.ts';
import { findNames } from '../store/secrets.ts';
import type { Principal } from '../store/tenants.ts';
import { notifyDue } from '../store/wake.ts';
import { requireVersion, versionTag } from './conditional.ts';
import { mayShow } from './customer.ts';
import { checkOverlay, definitionOf, updatedDefinition, type InputContext } from './input.ts';
import { runNotFound, scheduleNotFound } from './not-found.ts';
import type { Call } from './route.ts';
import { openSchedule, resealOverlay, sealOverlay, sealSchedule } from './sealing.ts';
import {
  begun,
  deleteAll,
  manualRun,
  record,
  replanned,
  resumed,
  startManual,
  steered,
  writeSteered,
  type Steer,
} from './steps.ts';
import type { ScheduleCreate, ScheduleUpdate, TriggerBody } from './wire.ts';

/** What each operation changes, in one transaction each. The schedule's row is locked first: planning waits, or is waited for. */

type Target = { readonly schedule_id: string };
type None = Record<string, unknown>;

/** Makes a schedule, or finds the one that its deduplication key names (`created` false). */
export async function createSchedule(
  call: Call<None, None, z.output<typeof ScheduleCreate>>,
): Promise<{ schedule: Schedule; created: boolean }> {
  const now = call.now();
  const tenant = call.principal.tenant_id;
  const key = call.body.deduplication_key ?? null;
  const define = async (db: Queryable, checkPast: boolean) =>
    await definitionOf(call.body, call.problems, { ...inputContext(call, db, now), checkPast });
  // Without a key little needs the database to be checked: a bad request costs no transaction.
  const checked = key === null || call.problems.length > 0 ? await define(call.db, true) : null;
  return await call.transact(async (tx) => {
    const existing = key === null ? undefined : await findByDeduplicationKey(tx, tenant, key);
    if (existing) return { schedule: await sameOr409(call, tx, existing, await define(tx, false)), created: false };
    const definition = checked ?? (await define(tx, true));
    const allowance = await call.quotas.open(tx, tenant, 'schedules', 1);
    allowance.take();
    const schedule = await begun(tx, newSchedule(definition, { tenant_id: tenant, id: newId(now) }, now), now);
    if (await insertSchedule(tx, await sealSchedule(call.vault, tx, schedule))) {
      await notifyDue(tx, schedule.due_at ?? schedule.relative_look_at, now);
      return { schedule, created: true };
    }
    // Another request with the same key was faster.
    allowance.left += 1;
    const winner = await findByDeduplicationKey(tx, tenant, key ?? '');
    if (!winner) throw new AppError('conflict', 'This deduplication_key was freed just now; send the request again.');
    return { schedule: await sameOr409(call, tx, winner, definition), created: false };
  });
}

/** What checking the body of a call needs, with the tenant's entity definitions and secrets as `db` shows them. */
export function inputContext(call: Call<unknown, unknown, unknown>, db: Queryable, now: number): InputContext {
  const { tenant_id, customer_id } = call.principal;
  return {
    now,
    egress: () => call.tenantEgress(db),
    entity: (id) => getDefinition(db, tenant_id, id),
    secrets: (names) => findNames(db, tenant_id, names),
    bound: customer_id !== null,
  };
}

async function sameOr409(
  { principal, vault }: Call<unknown, unknown, unknown>,
  db: Queryable,
  stored: Schedule,
  definition: Parameters<typeof sameDefinition>[0],
): Promise<Schedule> {
  if (!mayShow(principal, stored)) throw keyTakenElsewhere();
  const existing = await openSchedule(vault, db, stored);
  if (sameDefinition(definition, existing)) return existing;
  throw new AppError(
    'deduplication_conflict',
    `The schedule ${existing.id} has this deduplication_key and other content: update it, or use another key.`,
    { extra: { schedule_id: existing.id } },
  );
}

/** Changes what the body names; a change of *when* re-plans from now. */
export async function changeSchedule(call: Call<Target, None, z.output<typeof ScheduleUpdate>>): Promise<Schedule> {
  const now = call.now();
  return await call.transact(async (tx) => {
    const current = await openSchedule(call.vault, tx, await lock(tx, call));
    const context = inputContext(call, tx, now);
    const { definition, changesWhen } = await updatedDefinition(current, call.body, call.problems, context);
    await refuseTakenKey(tx, call, current, definition.deduplication_key);
    let updated: Schedule = { ...current, ...definition };
    const rows: Steering['rows'][number][] = [];
    const apply = (steering: Steering) => {
      updated = { ...updated, ...steering.state };
      rows.push(...steering.rows);
    };
    if (changesWhen) apply(await replanned(tx, current, updated, now));
    if (call.body.status === 'PAUSED') apply(pause(updated, now));
    if (call.body.status === 'ACTIVE') {
      apply(await resumed(tx, updated, now));
      if (current.status === 'PAUSED') updated.consecutive_failures = 0;
    }
    if (sameDefinition(definition, current) && updated.status === current.status) return current;
    // Held runs wait by the rules of before: they are looked at by the new ones.
    const rules = ['overlap_policy', 'rate_limit_per_minute'] as const;
    if (rules.some((field) => updated[field] !== current[field])) updated.release_at = now;
    updated = { ...updated, version: current.version + 1, updated_at: now };
    const reason: RunReason | null = changesWhen ? 'REPLANNED' : updated.status === 'PAUSED' ? 'SCHEDULE_PAUSED' : null;
    return await write(tx, await sealSchedule(call.vault, tx, updated), rows, reason, now);
  });
}

/** Pauses or resumes; what is so already stays as it is. */
export async function steerSchedule(call: Call<Target, None, None>, to: Steer): Promise<Schedule> {
  const now = call.now();
  return await call.transact(async (tx) => {
    const current = await lock(tx, call);
    const change = await steered(tx, current, to, now);
    if (!change) return current;
    const [updated] = await writeSteered(tx, [change], to, now);
    return updated ?? current;
  });
}

/** Deletes: what has not started is cancelled, the rest finishes, the runs are kept. */
export async function deleteSchedule(call: Call<Target, None, None>): Promise<void> {
  const now = call.now();
  await call.transact(async (tx) => deleteAll(tx, [await lock(tx, call)], now));
}

/** A MANUAL run now, whatever the schedule's status, bounds and overlap say. */
export async function triggerSchedule(call: Call<Target, None, z.output<typeof TriggerBody>>): Promise<Run> {
  const now = call.now();
  return await call.transact(async (tx) => {
    const schedule = await openSchedule(call.vault, tx, await lock(tx, call));
    const overlay = call.body.action_config;
    const checked = overlay && (await checkOverlay(schedule, overlay, inputContext(call, tx, now)));
    const id = newId(now);
    const manual = manualRun(
      schedule,
      now,
      checked && {
        ...checked,
        id,
        action_overlay: await sealOverlay(call.vault, tx, schedule, id, checked.action_overlay),
      },
    );
    const record = await recordToTrigger(tx, call.principal, schedule, call.body.record_id ?? null);
    const run = record ? { ...manual, row: { ...manual.row, record } } : manual;
    await startManual(tx, [run], now);
    if (call.traceparent !== null) await noteTrace(tx, run.tenant_id, run.id, call.traceparent);
    return await insertedRun(tx, run);
  });
}

/**
 * Tries a FAILED run again: a MANUAL run of the same occurrence, with what the old one was given. The old one stays as it is.
 * @throws AppError `not_found`, `run_not_failed`, `schedule_deleted`
 */
export async function retryRun(call: Call<{ readonly run_id: string }, None, None>): Promise<Run> {
  const now = call.now();
  const tenant = call.principal.tenant_id;
  return await call.transact(async (tx) => {
    const failed = await findRepeatable(tx, tenant, call.params.run_id);
    if (!failed) throw runNotFound();
    if (failed.status !== 'FAILED') {
      throw new AppError('run_not_failed', `This run is ${failed.status}; only a FAILED run can be retried.`);
    }
    const schedule = await lockSchedule(tx, tenant, failed.schedule_id);
    if (!schedule) {
      throw new AppError(
        'schedule_deleted',
        'The schedule of this run is deleted: there is no action left to try again.',
      );
    }
    const { action_overlay: overlay } = failed;
    const id = newId(now);
    const runs = { from: failed.id, to: id };
    const action_overlay = overlay && (await resealOverlay(call.vault, tx, schedule, runs, overlay));
    // Without an overlay it goes where the schedule goes now; with one, where that took it.
    const run = manualRun(schedule, now, action_overlay ? { ...failed, id, action_overlay } : undefined);
    const about = failed.record === null ? {} : { record: failed.record };
    const row = { ...run.row, scheduled_for: failed.scheduled_for, ...about };
    await startManual(tx, [{ ...run, row, retry_of: failed.id }], now);
    if (call.traceparent !== null) await noteTrace(tx, run.tenant_id, run.id, call.traceparent);
    return await insertedRun(tx, run);
  });
}

/** The record that a trigger is to be about; null where none was named. @throws ValidationError */
async function recordToTrigger(
  tx: Transaction,
  principal: Principal,
  schedule: Schedule,
  id: string | null,
): Promise<EntityRecord | null> {
  if (id === null) return null;
  const loc = ['body', 'record_id'];
  const definition_id = schedule.relative_entity_definition_id;
  if (definition_id === null) {
    const msg = `belongs to RELATIVE schedules, and this one is ${schedule.schedule_type}; leave it out`;
    throw new ValidationError([{ loc, msg, type: 'not_relative' }]);
  }
  const record = await getRecord(tx, { tenant_id: schedule.tenant_id, definition_id }, id);
  if (!record || !mayShow(principal, record))
    throw new ValidationError([{ loc, msg: `there is no record ${id} of its definition`, type: 'not_found' }]);
  return record;
}

/** @throws AppError `not_found`, `stale_version` */
async function lock(tx: Transaction, call: Call<Target, None, unknown>): Promise<Schedule> {
  const schedule = await lockSchedule(tx, call.principal.tenant_id, call.params.schedule_id);
  if (!schedule) throw scheduleNotFound();
  requireVersion(call.headers, 'schedule', schedule.version);
  return schedule;
}

/** The ETag of a schedule's answer. */
export function etag(schedule: Schedule): string {
  return versionTag(schedule.version);
}

/** What stands in the way is not for the caller to see. */
function keyTakenElsewhere(): AppError {
  return new AppError('deduplication_conflict', 'Another schedule has this deduplication_key: use another key.');
}

async function refuseTakenKey(
  tx: Transaction,
  { principal }: Call<unknown, unknown, unknown>,
  current: Schedule,
  key: string | null,
): Promise<void> {
  if (key === null || key === current.deduplication_key) return;
  const other = await findByDeduplicationKey(tx, current.tenant_id, key);
  if (other && !mayShow(principal, other)) throw keyTakenElsewhere();
  if (other) {
    throw new AppError('deduplication_conflict', `The schedule ${other.id} has this deduplication_key.`, {
      extra: { schedule_id: other.id },
    });
  }
}

/** Writes a changed schedule with the rows its change records; `cancel` says why what has not started is cancelled. */
async function write(
  tx: Transaction,
  schedule: StorableSchedule,
  rows: Steering['rows'],
  cancel: RunReason | null,
  now: number,
): Promise<Schedule> {
  await updateSchedule(tx, schedule);
  await record(tx, [{ schedule, rows }], now);
  const why = cancel === null ? null : { reason: cancel, manual: false };
  const cancelled = why && (await cancelUnstarted(tx, schedule.tenant_id, [schedule.id], why, now));
  await notifyDue(tx, schedule.due_at ?? schedule.relative_look_at, now);
  return { ...schedule, run_count: schedule.run_count - (cancelled?.get(schedule.id) ?? 0) };
}

async function insertedRun(tx: Transaction, { tenant_id, id }: { tenant_id: string; id: string }): Promise<Run> {
  const run = await getRun(tx, tenant_id, id);
  if (!run) throw new Error(`run ${id} is not there in the transaction that inserted it`);
  return run;
}
