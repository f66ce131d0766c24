import { HASHED, idempotencyLock } from './advisory-locks.ts';
import { timestamp, type Transaction } from './db.ts';

const DAY = 86_400_000;

/** An answer as it was given the first time. */
export interface StoredAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * The answer that this key got before, or undefined: it is new, and this transaction holds it until it commits, so that
 * a second request with it waits for the first one's answer.
 */
export async function findAnswer(
  tx: Transaction,
  tenantId: string,
  key: string,
  now: number,
): Promise<(StoredAnswer & { request_hash: Buffer }) | undefined> {
  await tx.query(`SELECT pg_advisory_xact_lock(${HASHED})`, [idempotencyLock(tenantId, key)]);
  const [row] = await tx.query<StoredAnswer & { request_hash: Buffer }>(
    'SELECT status, headers, body, request_hash FROM idempotency_keys WHERE tenant_id = $1 AND key = $2 AND created_at > $3',
    [tenantId, key, timestamp(now - DAY)],
  );
  return row;
}

/** Keeps the answer with what it did, in the same transaction. */
export function keepAnswer(
  tx: Transaction,
  tenantId: string,
  key: string,
  requestHash: Buffer,
  answer: StoredAnswer,
  now: number,
): void {
  tx.atEnd({
    text: `INSERT INTO idempotency_keys (tenant_id, bucket, key, request_hash, status, headers, body, created_at)
     VALUES ($1, bucket_of($1), $2, $3, $4, $5, $6, $7)
     ON CONFLICT (tenant_id, key, bucket) DO UPDATE SET request_hash = $3, status = $4, headers = $5, body = $6, created_at = $7`,
    values: [tenantId, key, requestHash, answer.status, JSON.stringify(answer.headers), answer.body, timestamp(now)],
    name: 'keep_answer',
  });
}
