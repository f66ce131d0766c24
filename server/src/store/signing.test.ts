import { expect, test } from 'vitest';
import { readSigning, signingAt, unchanged, type StoredSigningSecrets } from './signing.ts';

const secret = (id: string, expires_at: string | null) => ({
  id,
  secret: `whsec_${id}`,
  created_at: '2027-01-01',
  expires_at,
});
const at = (text: string) => Date.parse(text);

test('rows with the same text share one object, those with another have theirs', () => {
  const [one, two] = [[secret('a', null)], [secret('b', null), secret('a', '2027-03-01T00:00:00Z')]];
  const texts = [one, two, one, two, two].map((stored) => JSON.stringify(stored));
  const rows = readSigning<{ webhook_secrets: StoredSigningSecrets }>(texts.map((text) => ({ webhook_secrets: text })));
  expect(rows.map((row) => row.webhook_secrets)).toEqual([one, two, one, two, two]);
  expect(rows[2]?.webhook_secrets).toBe(rows[0]?.webhook_secrets);
  expect(rows[4]?.webhook_secrets).toBe(rows[1]?.webhook_secrets);
});

test('what was read is read again, whatever was read meanwhile', () => {
  const text = JSON.stringify([secret('a', null)]);
  const read = (webhook_secrets: string) =>
    readSigning<{ webhook_secrets: StoredSigningSecrets }>([{ webhook_secrets }]);
  read(text);
  for (let i = 0; i < 1_100; i += 1) read(JSON.stringify([secret(`o${i}`, null)]));
  expect(read(text)).toEqual([{ webhook_secrets: [secret('a', null)] }]);
});

test('says between which instants the same secrets sign', () => {
  const stored = [secret('new', null), secret('old', '2027-03-02T00:00:00Z'), secret('older', '2027-03-01T00:00:00Z')];
  const instants = ['2027-02-01', '2027-03-01', '2027-03-01T12:00:00Z', '2027-03-02', '2027-04-01'].map(at);
  for (const now of instants) {
    const { from, until } = unchanged(stored, now);
    expect(from <= now && now < until).toBe(true);
    for (const other of instants) {
      const same = signingAt(stored, other).length === signingAt(stored, now).length;
      expect(from <= other && other < until).toBe(same);
    }
  }
  expect(unchanged([secret('a', null)], 0)).toEqual({ from: -Infinity, until: Infinity });
});
