import { timestamp, type Transaction } from './db.ts';

const FACT = 'key_pepper';

/**
 * Compares the pepper of this server with the one that keys were stored with, and notes it where none were.
 * @param fingerprint null: this server has none
 * @returns how many working keys can't be checked with it: 0 is well
 */
export async function checkPepper(tx: Transaction, fingerprint: string | null, now: number): Promise<number> {
  const [fact] = await tx.query<{ value: string }>('SELECT value FROM facts WHERE name = $1', [FACT]);
  if ((fact?.value ?? null) === fingerprint) return 0;
  const [count] = await tx.query<{ keys: number }>(
    `SELECT count(*) AS keys FROM api_keys WHERE hashed_with = 'PEPPER' AND revoked_at IS NULL
       AND (expires_at IS NULL OR expires_at > $1)`,
    [timestamp(now)],
  );
  const keys = count?.keys ?? 0;
  if (keys === 0 && fingerprint !== null) {
    await tx.query(
      `INSERT INTO facts (name, value, updated_at) VALUES ($1, $2, $3)
       ON CONFLICT (name) DO UPDATE SET value = $2, updated_at = $3`,
      [FACT, fingerprint, timestamp(now)],
    );
  }
  return keys;
}
