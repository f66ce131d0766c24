import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { timestamp, type Queryable } from './db.ts';

/** The windows in which requests and starts are counted. */
const WINDOW_SECONDS = 60;

const WINDOW_MS = WINDOW_SECONDS * 1_000;

/** The bucket of the runs that a tenant starts. */
export const RUN_STARTS = 'run starts';

/** What is counted: requests with a key, of a tenant, and so on. */
export interface Bucket {
  readonly tenant_id: string;
  readonly bucket: string;
}

/** What was drawn from a bucket: how many points, how many are left for all servers, and until when they are good. */
export interface Drawn {
  readonly granted: number;
  readonly left: number;
  readonly until: number;
}

/**
 * Whether a window is not over yet. One that ends later than any can that began is of before the clock was set back: nobody waits
 * for that. (Twice as late, as the clocks of servers differ a little.)
 */
export function isOpen(until: number, now: number): boolean {
  return now < until && until <= now + 2 * WINDOW_MS;
}

interface Counted {
  readonly points: number;
  readonly expires_at: number;
}

/**
 * So many points a minute for each bucket, whichever servers they are drawn on. The rules are those of rate-limiter-flexible;
 * the statement is ours, since its own knows no tenants and goes by each server's clock.
 */
export class SharedPoints extends RateLimiterPostgres {
  readonly #db: (bucket: Bucket) => Queryable;
  readonly #now: () => number;

  /** @param db where to count: what a bucket's tenant may see */
  constructor(db: (bucket: Bucket) => Queryable, now: () => number, perMinute: number) {
    super({
      // Never used: what it would ask is asked in _upsert.
      storeClient: {},
      storeType: 'pool',
      tableCreated: true,
      clearExpiredByTimeout: false,
      keyPrefix: '',
      points: perMinute,
      duration: WINDOW_SECONDS,
    });
    this.#db = db;
    this.#now = now;
  }

  /** Draws up to `wanted` points: as many as there are. */
  async draw(bucket: Bucket, wanted: number): Promise<Drawn> {
    const drawn = (granted: number, { remainingPoints, msBeforeNext }: RateLimiterRes): Drawn => ({
      granted,
      left: remainingPoints,
      until: this.#now() + msBeforeNext,
    });
    try {
      return drawn(wanted, await this.consume(`${bucket.tenant_id} ${bucket.bucket}`, wanted));
    } catch (result) {
      if (!(result instanceof RateLimiterRes)) throw result;
      // Some of what was asked for was left, or nothing.
      return drawn(Math.max(0, wanted - (result.consumedPoints - this.points)), result);
    }
  }

  /** The library's place for the statement. */
  async _upsert(key: string, points: number, windowMs: number): Promise<Counted> {
    const at = key.indexOf(' ');
    const bucket = { tenant_id: key.slice(0, at), bucket: key.slice(at + 1) };
    return await addPoints(this.#db(bucket), bucket, points, windowMs, this.#now());
  }

  /** The library's place for what the statement answered. */
  _getRateLimiterRes(_key: string, added: number, { points, expires_at }: Counted): RateLimiterRes {
    const left = Math.max(this.points - points, 0);
    return new RateLimiterRes(left, Math.max(expires_at - this.#now(), 0), points, points === added);
  }
}

async function addPoints(
  db: Queryable,
  { tenant_id, bucket }: Bucket,
  points: number,
  windowMs: number,
  now: number,
): Promise<Counted> {
  const [row] = await db.query<Counted>(
    `INSERT INTO rate_points AS r (tenant_id, bucket, name, points, expires_at) VALUES ($1, bucket_of($1), $2, $3, $5)
     ON CONFLICT (tenant_id, name, bucket) DO UPDATE SET
       points = CASE WHEN r.expires_at > $4 AND r.expires_at <= $6 THEN r.points + $3 ELSE $3 END,
       expires_at = CASE WHEN r.expires_at > $4 AND r.expires_at <= $6 THEN r.expires_at ELSE $5 END
     RETURNING points, expires_at`,
    // As `isOpen`.
    [tenant_id, bucket, points, timestamp(now), timestamp(now + windowMs), timestamp(now + 2 * windowMs)],
    'add_points',
  );
  if (!row) throw new Error(`nothing was counted in the bucket ${bucket}`);
  return row;
}

/** What was counted in a bucket in the minute that is now. */
export async function countedPoints(db: Queryable, { tenant_id, bucket }: Bucket, now: number): Promise<number> {
  const [row] = await db.query<{ points: number }>(
    'SELECT points FROM rate_points WHERE tenant_id = $1 AND name = $2 AND expires_at > $3 AND expires_at <= $4',
    [tenant_id, bucket, timestamp(now), timestamp(now + 2 * WINDOW_MS)],
  );
  return row?.points ?? 0;
}

/** Forgets buckets whose minute is over. Returns how many. */
export async function forgetPoints(db: Queryable, now: number, limit: number): Promise<number> {
  const rows = await db.query(
    `DELETE FROM rate_points WHERE ctid = ANY (ARRAY(
       SELECT ctid FROM rate_points WHERE expires_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)) RETURNING name`,
    [timestamp(now - 10 * WINDOW_MS), limit],
    'forget_points',
  );
  return rows.length;
}
