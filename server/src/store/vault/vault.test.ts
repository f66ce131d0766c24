import * as fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { VaultError } from './cipher.ts';
import { parseMasterKey, unwrap, wrap, type MasterKey } from './master-key.ts';
import { TenantVault, type Place } from './tenant-vault.ts';

const key = () => createSecretKey(randomBytes(32));
const ONE = key();
const vault = new TenantVault('tenant-1', new Map([[1, ONE]]));
const place: Place = ['schedules.action_config', 'row-1', 'auth.token'];

function master(byte: number): MasterKey {
  const made = parseMasterKey(Buffer.alloc(32, byte).toString('hex'));
  if (!made) throw new Error('it is one');
  return made;
}

describe('a sealed secret', () => {
  it('opens as what it was, whatever it was, and never looks the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 9_000 }), (secret) => {
        const sealed = vault.seal(place, secret);
        expect(vault.open(place, sealed)).toBe(secret);
        expect(vault.seal(place, secret)).not.toEqual(sealed);
        if (secret.length > 7) expect(sealed.$sealed).not.toContain(secret);
      }),
    );
  });

  it('does not open when any bit of it is another', () => {
    const { $sealed } = vault.seal(place, 'top secret');
    const [form = '', version = '', text = ''] = $sealed.split('.');
    const bytes = Buffer.from(text, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const altered = Buffer.from(bytes);
      altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const sealed = { $sealed: `${form}.${version}.${altered.toString('base64url')}` };
      expect(() => vault.open(place, sealed)).toThrow(VaultError);
    }
    for (let length = 0; length < bytes.length; length++) {
      const sealed = { $sealed: `${form}.${version}.${bytes.subarray(0, length).toString('base64url')}` };
      expect(() => vault.open(place, sealed)).toThrow(VaultError);
    }
  });

  it('opens for no other tenant, column, row or part, even with the same key', () => {
    const sealed = vault.seal(place, 'top secret');
    expect(() => new TenantVault('tenant-2', new Map([[1, ONE]])).open(place, sealed)).toThrow(
      'schedules.action_config row-1 auth.token: it was altered, moved, or encrypted with another key',
    );
    const others: Place[] = [
      ['runs.action_overlay', 'row-1', 'auth.token'],
      ['schedules.action_config', 'row-2', 'auth.token'],
      ['schedules.action_config', 'row-1', 'auth.password'],
    ];
    for (const other of others) expect(() => vault.open(other, sealed)).toThrow(VaultError);
  });

  it('opens with the data key that it was made by, and new ones are made by the newest', () => {
    const old = vault.seal(place, 'old');
    const later = new TenantVault(
      'tenant-1',
      new Map([
        [1, ONE],
        [2, key()],
      ]),
    );
    expect(later.open(place, old)).toBe('old');
    const young = later.seal(place, 'new');
    expect(young.$sealed).toMatch(/^1\.2\./);
    expect(later.open(place, young)).toBe('new');
    expect(() => vault.open(place, young)).toThrow('there is no data key 2 of its tenant');
    expect(() => vault.open(place, { $sealed: young.$sealed.replace('1.2.', '1.1.') })).toThrow(VaultError);
  });

  it.each(['', 'plain', '2.1.AAAA', '1.1.', '1.-1.AAAA', '1.1.!!!', '1.1.AAAA'])('is not %j', ($sealed) => {
    expect(() => vault.open(place, { $sealed })).toThrow(VaultError);
  });

  it('may still be plain where an earlier version stored it', () => {
    expect(vault.read(place, 'plain')).toBe('plain');
    expect(vault.read(place, vault.seal(place, 'x'))).toBe('x');
  });
});

describe('a data key', () => {
  const name = { tenant_id: 'tenant-1', version: 1 };
  const [old, young] = [master(1), master(2)];

  it('is unwrapped by the master key that wrapped it, be it the current one or the one before', () => {
    const dataKey = randomBytes(32);
    const wrapped = wrap(old, name, dataKey);
    expect(wrapped.wrapped).toHaveLength(60);
    expect(unwrap({ current: old, previous: null }, wrapped)).toEqual(dataKey);
    expect(unwrap({ current: young, previous: old }, wrapped)).toEqual(dataKey);
    expect(() => unwrap({ current: young, previous: null }, wrapped)).toThrow(`master key ${old.id}, not by ours`);
  });

  it('is not that of another tenant or version, and not that of a master key that says so', () => {
    const wrapped = wrap(old, name, randomBytes(32));
    const keys = { current: old, previous: young };
    expect(() => unwrap(keys, { ...wrapped, tenant_id: 'tenant-2' })).toThrow(VaultError);
    expect(() => unwrap(keys, { ...wrapped, version: 2 })).toThrow(VaultError);
    expect(() => unwrap(keys, { ...wrapped, master_key_id: young.id })).toThrow(VaultError);
  });
});

describe('a master key', () => {
  const bytes = Buffer.from(Array.from({ length: 32 }, (_, i) => (i * 37 + 250) % 256));

  it('is 32 bytes in base64, with or without padding, base64url or hexadecimal: the same key with the same id', () => {
    const texts = [bytes.toString('base64'), bytes.toString('base64').replace('=', ''), bytes.toString('base64url')];
    const hex = bytes.toString('hex');
    const ids = [...texts, hex, hex.toUpperCase()].map((text) => parseMasterKey(text)?.id);
    expect(new Set(ids)).toEqual(new Set([expect.stringMatching(/^[0-9a-f]{16}$/)]));
    expect(new Set(ids).size).toBe(1);
  });

  it.each([
    '',
    'x'.repeat(32),
    bytes.toString('base64').slice(1),
    bytes.toString('hex').slice(2),
    `${'A'.repeat(43)}!`,
  ])('is not %j', (text) => {
    expect(parseMasterKey(text)).toBeUndefined();
  });
});
