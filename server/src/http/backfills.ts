import type { z } from '@hono/zod-openapi';
import { ruleOf, type Backfill } from '../domain/backfill.ts';
import { checkWindow } from '../domain/backfill-window.ts';
import { AppError, ValidationError } from '../domain/errors.ts';
import { endBackfill } from '../store/backfill-end.ts';
import { getBackfill, insertBackfill, lockBackfill, updateBackfill } from '../store/backfills.ts';
import type { Transaction } from '../store/db.ts';
import { askRelease } from '../store/release.ts';
import { newId } from '../store/ids.ts';
import { lockSchedule } from '../store/schedules.ts';
import { notifyDue } from '../store/wake.ts';
import { backfillAnswer } from './answers.ts';
import { requireVersion } from './conditional.ts';
import { backfillNotFound, scheduleNotFound } from './not-found.ts';
import type { Call } from './route.ts';
import type { BackfillCreate } from './wire-backfills.ts';

type None = Record<string, unknown>;
export type BackfillVerb = 'pause' | 'resume' | 'cancel';

/**
 * Asks for runs of past occurrences, by the rule as it is now. The schedule is locked, so that it can't be deleted meanwhile.
 * @throws AppError `not_found`, `stale_version`, `backfill_not_available`
 */
export async function createBackfill(
  call: Call<{ readonly schedule_id: string }, None, z.output<typeof BackfillCreate>>,
): Promise<Backfill> {
  const now = call.now();
  return await call.transact(async (tx) => {
    const schedule = await lockSchedule(tx, call.principal.tenant_id, call.params.schedule_id);
    if (!schedule) throw scheduleNotFound();
    requireVersion(call.headers, 'schedule', schedule.version);
    if (schedule.schedule_type === 'RELATIVE') {
      const msg =
        'A RELATIVE schedule has no past of its own: its occurrences follow from the records as they are now.';
      throw new AppError('backfill_not_available', msg);
    }
    const { problems, window } = checkWindow(call.body, schedule, now);
    const all = [...call.problems, ...problems.map(({ field, ...problem }) => ({ loc: ['body', field], ...problem }))];
    if (all.length > 0 || !window) throw new ValidationError(all);
    const empty = window.first === null;
    const backfill: Backfill = {
      tenant_id: schedule.tenant_id,
      id: newId(now),
      schedule_id: schedule.id,
      status: empty ? 'COMPLETED' : 'RUNNING',
      status_reason: null,
      start_at: window.start_at,
      end_at: window.end_at,
      overlap_policy: call.body.overlap_policy ?? 'ALLOW_ALL',
      rule: ruleOf(schedule),
      total: window.total,
      planned: 0,
      skipped: 0,
      next_scheduled_for: window.first,
      due_at: empty ? null : now,
      created_at: now,
      updated_at: now,
      finished_at: empty ? now : null,
    };
    await insertBackfill(tx, backfill);
    await notifyDue(tx, backfill.due_at, now);
    await call.audit(tx, { id: backfill.id, after: backfillAnswer(backfill) });
    return backfill;
  });
}

/** Pauses, resumes or cancels a backfill; what is so already stays as it is. @throws AppError `not_found`, `backfill_finished` */
export async function steerBackfill(
  call: Call<{ readonly backfill_id: string }, None, None>,
  verb: BackfillVerb,
): Promise<Backfill> {
  const now = call.now();
  const { tenant_id } = call.principal;
  const id = call.params.backfill_id;
  return await call.transact(async (tx) => {
    const seen = await getBackfill(tx, tenant_id, id);
    if (!seen) throw backfillNotFound();
    const schedule = await lockSchedule(tx, tenant_id, seen.schedule_id);
    const current = await lockBackfill(tx, tenant_id, id);
    if (!current) throw backfillNotFound();
    if (current.status === 'CANCELLED' && verb === 'cancel') {
      await call.audit(tx, null);
      return current;
    }
    if (!schedule || current.finished_at !== null) {
      const state = current.finished_at === null ? 'that of a deleted schedule' : `${current.status} already`;
      throw new AppError('backfill_finished', `This backfill is ${state}: there is nothing to ${verb}.`);
    }
    if (verb === 'cancel') {
      await endBackfill(tx, schedule, current, 'BY_USER', now);
      // What the schedule held behind the runs that are gone has its turn.
      if (await askRelease(tx, [schedule], now)) await notifyDue(tx, now, now);
    } else if ((current.status === 'RUNNING') === (verb === 'pause')) {
      const paused = { status: 'PAUSED', status_reason: 'BY_USER', due_at: null } as const;
      const running = { status: 'RUNNING', status_reason: null, due_at: now } as const;
      await updateBackfill(tx, current, { ...current, ...(verb === 'pause' ? paused : running) }, now);
      if (verb === 'resume') await notifyDue(tx, now, now);
    }
    const steered = await reread(tx, current);
    await call.audit(tx, { id, before: backfillAnswer(current), after: backfillAnswer(steered) });
    return steered;
  });
}

async function reread(tx: Transaction, { tenant_id, id }: Backfill): Promise<Backfill> {
  const backfill = await getBackfill(tx, tenant_id, id);
  if (!backfill) throw backfillNotFound();
  return backfill;
}
