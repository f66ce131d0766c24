import type { z } from '@hono/zod-openapi';
import { ValidationError } from '../domain/errors.ts';
import type { Transaction } from '../store/db.ts';
import { scheduleAnswer } from './answers.ts';
import { someIds } from './audit.ts';
import { ofCustomer } from './customer.ts';
import { createSchedule } from './operations.ts';
import { problemOf } from './problem.ts';
import { readPart } from './read-part.ts';
import type { Call } from './route.ts';
import { ScheduleCreate } from './wire.ts';
import type { BulkCreate, BulkCreateAnswer } from './wire-bulk.ts';

type None = Record<string, unknown>;
type Result = z.output<typeof BulkCreateAnswer>['results'][number];

/**
 * Creates schedules, each as if it were alone, in one transaction: what is not valid is told and left out, and if the
 * database fails midway, nothing is stored.
 */
export async function createSchedules(
  call: Call<None, None, z.output<typeof BulkCreate>>,
): Promise<z.output<typeof BulkCreateAnswer>> {
  const items = (call.body.schedules ?? []).map((value, index) => {
    const read = readPart(ScheduleCreate, value, 'body');
    const { value: body, problems } = ofCustomer(call.principal, read.data, 'body', true);
    return { index, body, problems: [...read.problems, ...problems] };
  });
  // By their keys: two requests with the same keys wait for each other in the same order, never in a circle.
  const ordered = items.toSorted((a, b) => {
    const [x, y] = [a.body.deduplication_key ?? '', b.body.deduplication_key ?? ''];
    return x === y ? a.index - b.index : x < y ? -1 : 1;
  });
  const results: Result[] = [];
  await call.transact(async (tx) => {
    await call.quotas.open(tx, call.principal.tenant_id, 'schedules', ordered.length);
    // One event for all of them.
    const one = {
      ...call,
      transact: <T>(work: (tx: Transaction) => Promise<T>) => work(tx),
      audit: async () => undefined,
      createTogether: undefined,
    };
    for (const { index, body, problems } of ordered) {
      results[index] = await createOne({ ...one, body, problems }, index);
    }
    const made = results.flatMap(({ status, schedule }) => (status === 201 && schedule ? [schedule.id] : []));
    await call.audit(tx, made.length === 0 ? null : { id: null, after: { created: made.length, ids: someIds(made) } });
  });
  const count = (test: (status: number) => boolean) => results.filter((result) => test(result.status)).length;
  return {
    results,
    created: count((status) => status === 201),
    existing: count((status) => status === 200),
    failed: count((status) => status >= 400),
  };
}

async function createOne(call: Parameters<typeof createSchedule>[0], index: number): Promise<Result> {
  try {
    const { schedule, created } = await createSchedule(call);
    return { index, status: created ? 201 : 200, schedule: scheduleAnswer(schedule), error: null };
  } catch (error) {
    const { status, body } = problemOf(error instanceof ValidationError ? relocated(error, index) : error);
    // What is nobody's mistake ends the whole request: the transaction may not go on.
    if (status >= 500) throw error;
    return { index, status, schedule: null, error: body as Result['error'] };
  }
}

function relocated(error: ValidationError, index: number): ValidationError {
  return new ValidationError(
    error.problems.map(({ loc, ...problem }) => ({ ...problem, loc: ['body', 'schedules', index, ...loc.slice(1)] })),
  );
}
