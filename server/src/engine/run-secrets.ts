import type { Action } from '../actions/action.ts';
import { valueAt } from '../domain/json-path.ts';
import { isSealed } from '../domain/sealed.ts';
import type { Queryable } from '../store/db.ts';
import type { LeasedRun } from '../store/leases.ts';
import { openConfig } from '../store/sealed-config.ts';
import { readSecrets, secretPlace } from '../store/secrets.ts';
import { openSigning, signingAt, unchanged, type StoredSigningSecrets } from '../store/signing.ts';
import type { Vault } from '../store/vault/vault.ts';

/** Values that are kept, of at most 8 KiB each. */
const MOST_VALUES = 2_000;

interface Signs {
  readonly tenant_id: string;
  readonly signingSecrets: readonly string[];
  readonly from: number;
  readonly until: number;
}

/** Opens what an attempt needs and is stored sealed, as late as can be. */
export class RunSecrets {
  readonly #db: Queryable;
  readonly #vault: Vault;
  /** By tenant, the version of its secrets, and name; the oldest first. A change of any secret makes a new version. */
  readonly #values = new Map<string, string>();
  /** What signs, by tenant and as it is stored, the oldest first: to decrypt it costs more than to sign. */
  readonly #signing = new Map<string, readonly string[]>();
  /** What signs for a tenant by the object that its rows share (`readSigning`), and between which instants that is so. */
  readonly #signs = new WeakMap<StoredSigningSecrets, Signs>();
  /** Reads under way: runs that start together wait for one. */
  readonly #reading = new Map<string, Promise<ReadonlyMap<string, string>>>();

  constructor(db: Queryable, vault: Vault) {
    this.#db = db;
    this.#vault = vault;
  }

  /** What `open` opens, where nothing has to be decrypted for it; else null. */
  opened(run: LeasedRun, { secretPaths }: Action, now: number) {
    const config = run.action_config;
    if (run.action_overlay !== null || secretPaths.some((path) => valueAt(config, path) !== undefined)) return null;
    const { tenant_id, webhook_secrets: stored } = run;
    const known = this.#signs.get(stored);
    if (known && known.tenant_id === tenant_id && known.from <= now && now < known.until) {
      return { config, signingSecrets: known.signingSecrets };
    }
    const signing = signingAt(stored, now);
    const signingSecrets = signing.length === 0 ? [] : this.#signing.get(signingKey(tenant_id, signing));
    if (!signingSecrets) return null;
    this.#signs.set(stored, { tenant_id, signingSecrets, ...unchanged(stored, now) });
    return { config, signingSecrets };
  }

  /** The run's config, with what its trigger lays over it, and what signs it. @throws VaultError */
  async open(run: LeasedRun, { secretPaths: paths }: Action, now: number) {
    const { tenant_id } = run;
    const at = { tenant_id, paths };
    const config = {
      ...at,
      column: 'schedules.action_config',
      id: run.schedule_id,
      config: run.action_config,
    } as const;
    const overlay = run.action_overlay && { ...at, column: 'runs.action_overlay' as const, id: run.id };
    const signing = signingAt(run.webhook_secrets, now);
    return {
      config: {
        ...(await openConfig(this.#vault, this.#db, config)),
        ...(overlay && (await openConfig(this.#vault, this.#db, { ...overlay, config: run.action_overlay ?? {} }))),
      },
      signingSecrets: signing.length === 0 ? [] : await this.#openSigning(tenant_id, signing),
    };
  }

  /**
   * The tenant's secrets of these names, as they are since the run was leased or later; those that are gone are absent.
   * @throws VaultError
   */
  async named(run: LeasedRun, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const of = `${run.tenant_id} ${run.secrets_version}`;
    const found = names.flatMap((name) => {
      const value = this.#values.get(`${of} ${name}`);
      return value === undefined ? [] : [[name, value] as const];
    });
    if (found.length === names.length) return new Map(found);
    const what = `${of} ${names.join()}`;
    const before = this.#reading.get(what);
    if (before) return await before;
    const reading = this.#read(run.tenant_id, of, names).finally(() => this.#reading.delete(what));
    this.#reading.set(what, reading);
    return await reading;
  }

  async #openSigning(tenantId: string, stored: StoredSigningSecrets): Promise<readonly string[]> {
    const key = signingKey(tenantId, stored);
    const known = this.#signing.get(key);
    if (known) return known;
    const opened = openSigning(await this.#vault.of(this.#db, tenantId), stored);
    keep(this.#signing, key, opened);
    return opened;
  }

  async #read(tenantId: string, of: string, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const [vault, rows] = await Promise.all([
      this.#vault.of(this.#db, tenantId),
      readSecrets(this.#db, tenantId, names),
    ]);
    const values = new Map(rows.map(({ name, value }) => [name, vault.open(secretPlace(name), value)]));
    for (const [name, value] of values) keep(this.#values, `${of} ${name}`, value);
    return values;
  }
}

function signingKey(tenantId: string, stored: StoredSigningSecrets): string {
  let key = tenantId;
  for (const { secret } of stored) key += ` ${isSealed(secret) ? secret.$sealed : secret}`;
  return key;
}

function keep<Value>(values: Map<string, Value>, key: string, value: Value): void {
  const oldest = values.keys().next();
  if (values.size >= MOST_VALUES && oldest.done !== true) values.delete(oldest.value);
  values.set(key, value);
}
