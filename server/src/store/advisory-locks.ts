/**
 * Every advisory lock there is: they share one space of 64-bit numbers in a database, so what is to be apart has to differ here. Servers of
 * two versions may run at once, and a lock keeps them apart only while both have the same number for it:
 * - `migrations` and `dataKeys` must never change. Two servers would migrate at once; an old one would make a data key under a master key
 *   that a new one is just replacing, and nobody could read it afterwards.
 * - `partitions` may change (it was that of `dataKeys` once): the functions that make and drop weeks look whether that is done; where two
 *   do it in the same moment one of them fails, and comes again a minute later.
 * - what is made of a text or an id may change where a doubled answer or a quota that is passed by one, while versions are mixed, does no
 *   harm: `idempotency` and `quota`; not `dates`, without which a date may be passed over.
 */
export const LOCKS = {
  /** Who brings the schema to its version. */
  migrations: 7_245_118_260,
  /** Who makes a data key shares it, who changes the master key in use takes it alone. */
  dataKeys: 7_245_118_261,
  /** Who makes or drops weeks of the ledger. */
  partitions: 7_245_118_262,
} as const;

/** What of a text makes the number of a lock: the texts below differ in their form, and a clash only makes somebody wait. */
export const HASHED = 'hashtextextended($1, 0)';

/** Who answers a request with this idempotency key. */
export const idempotencyLock = (tenantId: string, key: string): string => `${tenantId} ${key}`;

/** Who adds to what is nearly full. */
export const quotaLock = (tenantId: string, quota: string): string => `quota ${quota} ${tenantId}`;

/** Who writes dates of a definition's records, or plans by them: the random half of its id. */
export const datesLock = (definitionId: string): string =>
  BigInt.asIntN(64, BigInt(`0x${definitionId.replaceAll('-', '').slice(16)}`)).toString();
