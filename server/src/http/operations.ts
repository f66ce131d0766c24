import { isDeepStrictEqual } from 'node:util';
import type { z } from '@hono/zod-openapi';
import { newSchedule, sameDefinition } from '../domain/definition.ts';
import { AppError } from '../domain/errors.ts';
import { isSettled, pause, type Steering } from '../domain/lifecycle.ts';
import { makesWay } from '../domain/overlap.ts';
import type { RunReason } from '../domain/run.ts';
import type { Schedule, ScheduleDefinition } from '../domain/schedule.ts';
import type { Queryable, Transaction } from '../store/db.ts';
import { getDefinition } from '../store/entity-definitions.ts';
import { supersedeOlder } from '../store/held.ts';
import { newId } from '../store/ids.ts';
import { cancelUnstarted } from '../store/runs.ts';
import {
  findByDeduplicationKey,
  insertSchedule,
  lockSchedule,
  updateOf,
  updateSchedule,
  type StorableSchedule,
} from '../store/schedules.ts';
import { findNames } from '../store/secrets.ts';
import { notifyDue, tellingDue } from '../store/wake.ts';
import { scheduleAnswer } from './answers.ts';
import type { Change } from './audit.ts';
import { requireVersion, versionTag } from './conditional.ts';
import { mayShow } from './customer.ts';
import { definitionOf, updatedDefinition, type InputContext } from './input.ts';
import { scheduleNotFound } from './not-found.ts';
import type { Call } from './route.ts';
import { openSchedule, sealSchedule } from './sealing.ts';
import { begun, deleteAll, record, replanned, resumed, steered, writeSteered, type Steer } from './steps.ts';
import type { ScheduleCreate, ScheduleUpdate } from './wire.ts';

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
  if (checked && call.createTogether && (await meetsNothing(call, checked))) {
    const schedule = newSchedule(checked, { tenant_id: tenant, id: newId(now) }, now);
    const sealed = await sealSchedule(call.vault, call.db, schedule);
    await call.createTogether(sealed, { id: schedule.id, after: scheduleAnswer(schedule) });
    return { schedule, created: true };
  }
  return await call.transact(async (tx) => {
    const existing = key === null ? undefined : await findByDeduplicationKey(tx, tenant, key);
    if (existing) return await found(tx, call, existing, await define(tx, false));
    const definition = checked ?? (await define(tx, true));
    const allowance = await call.quotas.open(tx, tenant, 'schedules', 1);
    allowance.take();
    const schedule = await begun(tx, newSchedule(definition, { tenant_id: tenant, id: newId(now) }, now), now);
    if (await insertSchedule(tx, await sealSchedule(call.vault, tx, schedule))) {
      await notifyDue(tx, schedule.due_at ?? schedule.relative_look_at, now);
      await call.audit(tx, { id: schedule.id, after: scheduleAnswer(schedule) });
      return { schedule, created: true };
    }
    // Another request with the same key was faster.
    allowance.left += 1;
    const winner = await findByDeduplicationKey(tx, tenant, key ?? '');
    if (!winner) throw new AppError('conflict', 'This deduplication_key was freed just now; send the request again.');
    return await found(tx, call, winner, definition);
  });
}

/** Whether a new schedule without a deduplication key has to look at nothing that is stored, nor count it. */
async function meetsNothing(
  { quotas, db, principal }: Call<unknown, unknown, unknown>,
  definition: ScheduleDefinition,
) {
  return definition.schedule_type !== 'RELATIVE' && (await quotas.isFar(db, principal.tenant_id, 'schedules', 1));
}

/** What was there already by its deduplication key, unless it is another. @throws AppError `deduplication_conflict` */
async function found(tx: Transaction, call: Call<unknown, unknown, unknown>, ...pair: Pair) {
  const schedule = await sameOr409(call, tx, ...pair);
  await call.audit(tx, null);
  return { schedule, created: false };
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

type Pair = [stored: Schedule, definition: Parameters<typeof sameDefinition>[0]];

async function sameOr409(
  { principal, vault }: Call<unknown, unknown, unknown>,
  db: Queryable,
  ...[stored, definition]: Pair
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
    const replans = changesWhen && !isSettled(current, updated);
    if (replans) apply(await replanned(tx, current, updated, now));
    if (call.body.status === 'PAUSED') apply(pause(updated, now));
    // What is ACTIVE has nothing to resume, also where the other fields leave it no occurrence.
    if (call.body.status === 'ACTIVE' && current.status !== 'ACTIVE') {
      apply(await resumed(tx, updated, now));
      if (current.status === 'PAUSED') updated.consecutive_failures = 0;
    }
    if (sameDefinition(definition, current) && updated.status === current.status) {
      await call.audit(tx, null);
      return current;
    }
    // Held runs wait by the rules of before: they are looked at by the new ones.
    const rules = ['overlap_policy', 'rate_limit_per_minute'] as const;
    if (rules.some((field) => updated[field] !== current[field])) updated.release_at = now;
    updated = { ...updated, version: current.version + 1, updated_at: now };
    const reason: RunReason | null = replans ? 'REPLANNED' : updated.status === 'PAUSED' ? 'SCHEDULE_PAUSED' : null;
    const written = await write(tx, await sealSchedule(call.vault, tx, updated), rows, reason, now);
    if (makesWay(updated.overlap_policy) && !makesWay(current.overlap_policy)) {
      written.run_count -= await supersedeOlder(tx, updated, now);
    }
    await call.audit(tx, changeOf(current, written, !isDeepStrictEqual(current.action_config, updated.action_config)));
    return written;
  });
}

/** Pauses or resumes; what is so already stays as it is. */
export async function steerSchedule(call: Call<Target, None, None>, to: Steer): Promise<Schedule> {
  const now = call.now();
  return await call.transact(async (tx) => {
    const current = await lock(tx, call);
    const change = await steered(tx, current, to, now);
    const [updated = current] = change ? await writeSteered(tx, [change], to, now) : [];
    await call.audit(tx, changeOf(current, updated));
    return updated;
  });
}

/** Deletes: what has not started is cancelled, the rest finishes, the runs are kept. */
export async function deleteSchedule(call: Call<Target, None, None>): Promise<void> {
  const now = call.now();
  await call.transact(async (tx) => {
    const schedule = await lock(tx, call);
    await deleteAll(tx, [schedule], now);
    await call.audit(tx, { id: schedule.id, before: scheduleAnswer(schedule) });
  });
}

/** The schedule that a call is about, locked. @throws AppError `not_found`, `stale_version` */
export async function lock(tx: Transaction, call: Call<Target, None, unknown>): Promise<Schedule> {
  const schedule = await lockSchedule(tx, call.principal.tenant_id, call.params.schedule_id);
  if (!schedule) throw scheduleNotFound();
  requireVersion(call.headers, 'schedule', schedule.version);
  return schedule;
}

/** A change of a schedule for the audit log: where only a secret has changed, the config looks the same on both sides. */
function changeOf(before: Schedule, after: Schedule, reconfigured = false): Change {
  const touched = reconfigured ? ['action_config'] : [];
  return { id: after.id, before: scheduleAnswer(before), after: scheduleAnswer(after), touched };
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
  const due = schedule.due_at ?? schedule.relative_look_at;
  if (rows.length === 0 && cancel === null) {
    for (const statement of [updateOf(schedule), ...tellingDue(due, now)]) tx.atEnd(statement);
    return schedule;
  }
  await updateSchedule(tx, schedule);
  await record(tx, [{ schedule, rows }], now);
  const why = cancel === null ? null : { reason: cancel, manual: false };
  const cancelled = why && (await cancelUnstarted(tx, schedule.tenant_id, [schedule.id], why, now));
  await notifyDue(tx, due, now);
  return { ...schedule, run_count: schedule.run_count - (cancelled?.get(schedule.id) ?? 0) };
}
