import type { Completion, RunReason, RunStatus } from '../domain/run.ts';
import { timestamp, type Transaction } from './db.ts';
import { writeResults } from './outcomes.ts';

/** A locked run, with what tells whether a completion token is its own. */
export interface OpenClaim {
  readonly tenant_id: string;
  readonly id: string;
  readonly schedule_id: string;
  readonly status: RunStatus;
  /** Null: no attempt is open. */
  readonly lease_token: string | null;
  /** Null: the attempt is still under way, its receiver has not answered yet. */
  readonly completes_within_seconds: number | null;
  readonly cancel_reason: RunReason | null;
}

/** Locks a run of the tenant for its completion. */
export async function lockClaim(tx: Transaction, tenantId: string, id: string): Promise<OpenClaim | undefined> {
  const [row] = await tx.query<OpenClaim>(
    `SELECT tenant_id, id, schedule_id, status, lease_token, completes_within_seconds, cancel_reason
     FROM runs WHERE tenant_id = $1 AND id = $2 FOR UPDATE`,
    [tenantId, id],
    'lock_claim',
  );
  return row;
}

/**
 * Records what the receiver reports. An accepted run ends with it; one whose attempt is still under way (a receiver may
 * be done before its answer is read) ends so when the attempt does, whatever comes of that.
 */
export async function completeRun(
  tx: Transaction,
  claim: OpenClaim & { readonly lease_token: string },
  completion: Completion,
  now: number,
): Promise<void> {
  if (claim.completes_within_seconds === null) {
    await tx.query(
      'UPDATE runs SET completion = $3 WHERE tenant_id = $1 AND id = $2',
      [claim.tenant_id, claim.id, JSON.stringify(completion)],
      'complete_run',
    );
    return;
  }
  const result = {
    tenant_id: claim.tenant_id,
    id: claim.id,
    schedule_id: claim.schedule_id,
    lease_token: claim.lease_token,
    status: completion.status,
    reason: null,
    wake_at: null,
    entry: { finished_at: completion.at },
    amends: true,
    interrupted: false,
    unstarted: false,
    started_at: null,
    completes_within_seconds: null,
    park: false,
    completion,
  };
  await writeResults(tx, [result], now);
}

/** Gives a locked, accepted run its whole time again. Returns by when it has to be completed. */
export async function extendCompletion(
  tx: Transaction,
  claim: OpenClaim & { readonly completes_within_seconds: number },
  now: number,
): Promise<number> {
  const due = now + claim.completes_within_seconds * 1_000;
  await tx.query(
    'UPDATE runs SET wake_at = $3 WHERE tenant_id = $1 AND id = $2',
    [claim.tenant_id, claim.id, timestamp(due)],
    'extend_completion',
  );
  return due;
}
