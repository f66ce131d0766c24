import type { z } from '@hono/zod-openapi';
import type { Schedule } from '../domain/schedule.ts';
import { type Transaction } from '../store/db.ts';
import { firstIdOf } from '../store/ids.ts';
import { countByStatus, lockMatching } from '../store/schedules.ts';
import { someIds } from './audit.ts';
import { ownFilter } from './customer.ts';
import { retaken } from './retake.ts';
import type { Call } from './route.ts';
import { requireScope } from './scopes.ts';
import { deleteAll, manualRun, startManual, steered, writeSteered, type Steer, type Steered } from './steps.ts';
import type { BulkAction, BulkActionAnswer } from './wire-bulk.ts';

type None = Record<string, unknown>;
type Action = z.output<typeof BulkAction>['action'];

/** Schedules in one transaction: enough to spread its cost, few enough that planning does not wait for long. */
const STEP = 200;

/**
 * Pauses, resumes, deletes or triggers what a filter names, in steps of a transaction each (with an Idempotency-Key all in
 * the one that keeps the answer). Schedules that are made meanwhile are left alone.
 */
export async function actOnSchedules(
  call: Call<None, None, z.output<typeof BulkAction>>,
): Promise<z.output<typeof BulkActionAnswer>> {
  const now = call.now();
  const { filter: { all: _all, ...asked } = {}, action = 'PAUSE', dry_run = false } = call.body;
  const filter = ownFilter(call.principal, asked);
  if (action === 'TRIGGER') requireScope(call.principal, 'schedules:trigger');
  const { tenant_id } = call.principal;
  const tally = new Tally();
  if (dry_run) {
    for (const { status, schedules } of await countByStatus(call.db, tenant_id, filter)) {
      tally.matched += schedules;
      const reason = hindrance(action, status);
      if (reason !== null) tally.skip(reason, schedules);
    }
    return tally.answer(true);
  }
  // The ids that it names may be a thousand; those that it changes are told.
  const shown = 'ids' in filter && filter.ids ? { ...filter, ids: filter.ids.length } : filter;
  let after = firstIdOf(0);
  for (;;) {
    const step = await retaken(call, 'schedules', async (tx) => {
      const schedules = await lockMatching(tx, tenant_id, filter, after, { until: now, limit: STEP });
      const able = schedules.filter((schedule) => hindrance(action, schedule.status) === null);
      await act(tx, action, able, now);
      const changed = { action, filter: shown, changed: able.length, ids: someIds(able.map(({ id }) => id)) };
      await call.audit(tx, able.length === 0 ? null : { id: null, after: changed });
      return schedules;
    });
    tally.add(action, step);
    const last = step.at(-1);
    if (!last || step.length < STEP) return tally.answer(false);
    after = last.id;
  }
}

const STEERS: Readonly<Partial<Record<Action, Steer>>> = { PAUSE: 'pause', RESUME: 'resume' };

/** Why an action leaves a schedule of this status as it is; null: it does not. */
function hindrance(action: Action, status: Schedule['status']): string | null {
  if (STEERS[action] === undefined) return null;
  if (status === 'COMPLETED') return 'schedule_completed';
  return (action === 'PAUSE') === (status === 'PAUSED') ? 'unchanged' : null;
}

async function act(tx: Transaction, action: Action, schedules: readonly Schedule[], now: number): Promise<void> {
  const to = STEERS[action];
  if (to !== undefined) {
    const changes: Steered[] = [];
    for (const schedule of schedules) {
      const change = await steered(tx, schedule, to, now);
      if (change) changes.push(change);
    }
    await writeSteered(tx, changes, to, now);
  } else if (action === 'DELETE') {
    await deleteAll(tx, schedules, now);
  } else {
    await startManual(
      tx,
      schedules.map((schedule) => manualRun(schedule, now)),
      now,
    );
  }
}

class Tally {
  matched = 0;
  #skipped = 0;
  readonly #reasons = new Map<string, number>();

  add(action: Action, schedules: readonly Schedule[]): void {
    this.matched += schedules.length;
    for (const { status } of schedules) {
      const reason = hindrance(action, status);
      if (reason !== null) this.skip(reason, 1);
    }
  }

  skip(reason: string, schedules: number): void {
    this.#skipped += schedules;
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + schedules);
  }

  answer(dry_run: boolean): z.output<typeof BulkActionAnswer> {
    const { matched } = this;
    const skipped = this.#skipped;
    const skip_reasons = Object.fromEntries(this.#reasons);
    return { matched, changed: dry_run ? 0 : matched - skipped, skipped, skip_reasons, dry_run };
  }
}
