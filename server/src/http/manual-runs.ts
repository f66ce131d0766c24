import type { z } from '@hono/zod-openapi';
import { findAction } from '../actions/registry.ts';
import { maskSecrets } from '../actions/secrets.ts';
import type { EntityRecord } from '../domain/entity.ts';
import { AppError, requireNone, type FieldProblem } from '../domain/errors.ts';
import type { Run } from '../domain/run.ts';
import type { Schedule } from '../domain/schedule.ts';
import type { Transaction } from '../store/db.ts';
import { getRecord } from '../store/entity-records.ts';
import { newId } from '../store/ids.ts';
import { findRepeatable } from '../store/run-search.ts';
import { getRun, noteTrace } from '../store/runs.ts';
import { lockSchedule } from '../store/schedules.ts';
import type { Principal } from '../store/tenants.ts';
import { mayShow } from './customer.ts';
import { checkOverlay } from './input.ts';
import { runNotFound } from './not-found.ts';
import { inputContext, lock } from './operations.ts';
import type { Call } from './route.ts';
import { openSchedule, resealOverlay, sealOverlay } from './sealing.ts';
import { manualRun, startManual } from './steps.ts';
import type { TriggerBody } from './wire.ts';

type Target = { readonly schedule_id: string };
type None = Record<string, unknown>;

/** A MANUAL run now, whatever the schedule's status, bounds and overlap say. */
export async function triggerSchedule(call: Call<Target, None, z.output<typeof TriggerBody>>): Promise<Run> {
  const now = call.now();
  return await call.transact(async (tx) => {
    const schedule = await openSchedule(call.vault, tx, await lock(tx, call));
    const overlay = call.body.action_config;
    const problems = [...call.problems];
    const checked = overlay && (await checkOverlay(schedule, overlay, inputContext(call, tx, now), problems));
    const record = await recordToTrigger(tx, call.principal, schedule, call.body.record_id ?? null, problems);
    requireNone(problems);
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
    const run = record ? { ...manual, row: { ...manual.row, record } } : manual;
    await startManual(tx, [run], now);
    const action_config = overlay === undefined ? null : masked(schedule, overlay);
    await call.audit(tx, { id: schedule.id, after: { run_id: run.id, record_id: record?.id ?? null, action_config } });
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
    await call.audit(tx, { id: failed.id, after: { run_id: run.id, schedule_id: schedule.id } });
    if (call.traceparent !== null) await noteTrace(tx, run.tenant_id, run.id, call.traceparent);
    return await insertedRun(tx, run);
  });
}

/**
 * The record that a trigger is to be about; null where none was named.
 * @param problems gets what is wrong with the name
 */
async function recordToTrigger(
  tx: Transaction,
  principal: Principal,
  schedule: Schedule,
  id: string | null,
  problems: FieldProblem[],
): Promise<EntityRecord | null> {
  if (id === null) return null;
  const loc = ['body', 'record_id'];
  const definition_id = schedule.relative_entity_definition_id;
  if (definition_id === null) {
    const msg = `belongs to RELATIVE schedules, and this one is ${schedule.schedule_type}; leave it out`;
    problems.push({ loc, msg, type: 'not_relative' });
    return null;
  }
  const record = await getRecord(tx, { tenant_id: schedule.tenant_id, definition_id }, id);
  if (record && mayShow(principal, record)) return record;
  problems.push({ loc, msg: `there is no record ${id} of its definition`, type: 'not_found' });
  return null;
}

/** A trigger's own config as it may be shown. */
function masked({ action_type }: Schedule, overlay: Readonly<Record<string, unknown>>) {
  const action = findAction(action_type);
  return action ? maskSecrets(action, overlay) : {};
}

async function insertedRun(tx: Transaction, { tenant_id, id }: { tenant_id: string; id: string }): Promise<Run> {
  const run = await getRun(tx, tenant_id, id);
  if (!run) throw new Error(`run ${id} is not there in the transaction that inserted it`);
  return run;
}
