import type { KeyObject } from 'node:crypto';
import { isSealed, type Sealed } from '../../domain/sealed.ts';
import { decrypt, encrypt, VaultError } from './cipher.ts';

/** Where a secret is stored: table and column, row, and the part of it. What is sealed for one place opens in no other. */
export type Place = readonly [column: string, row: string, part: string];

/** Of the sealed text: its form, the version of the data key, and the bytes. */
const FORM = /^1\.(\d{1,9})\.([A-Za-z0-9_-]+)$/;

/** Seals and opens the secrets of one tenant. */
export class TenantVault {
  readonly #tenantId: string;
  /** By version. */
  readonly #keys: ReadonlyMap<number, KeyObject>;
  readonly #newest: number;

  constructor(tenantId: string, keys: ReadonlyMap<number, KeyObject>) {
    this.#tenantId = tenantId;
    this.#keys = keys;
    this.#newest = Math.max(...keys.keys());
  }

  /** Encrypts a secret for its place. */
  seal(place: Place, secret: string): Sealed {
    const bytes = encrypt(this.#key(this.#newest), this.#about(this.#newest, place), Buffer.from(secret));
    return { $sealed: `1.${this.#newest}.${bytes.toString('base64url')}` };
  }

  /** @throws VaultError where it was altered, or sealed for another tenant or place */
  open(place: Place, { $sealed }: Sealed): string {
    const [, version = '', text = ''] = FORM.exec($sealed) ?? [];
    try {
      if (text === '') throw new VaultError('it has not the form of a sealed secret');
      const number = Number(version);
      return decrypt(this.#key(number), this.#about(number, place), Buffer.from(text, 'base64url')).toString();
    } catch (error) {
      if (!(error instanceof VaultError)) throw error;
      throw new VaultError(`${place.filter(Boolean).join(' ')}: ${error.message}`, { cause: error });
    }
  }

  /** The same for what may still be as an earlier version stored it. */
  read(place: Place, stored: Sealed | string): string {
    return isSealed(stored) ? this.open(place, stored) : stored;
  }

  #key(version: number): KeyObject {
    const key = this.#keys.get(version);
    if (!key) throw new VaultError(`there is no data key ${version} of its tenant`);
    return key;
  }

  #about(version: number, place: Place): string {
    return JSON.stringify([this.#tenantId, version, ...place]);
  }
}
