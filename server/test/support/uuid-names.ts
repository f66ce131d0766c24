/** A UUID that stands for a short name in a test; `nameOf` reads it back. */
export function named(name: string): string {
  const hex = Buffer.from(name).toString('hex').padEnd(32, '0');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** The name that a UUID stands for. */
export function nameOf(uuid: string): string {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex').toString().replaceAll('\0', '');
}

/** The elements of an array as it goes to PostgreSQL (store/arrays); null is none. */
function* elements(array: unknown): Generator<Buffer> {
  if (!Buffer.isBuffer(array)) return;
  for (let at = 20; at < array.length;) {
    const size = Math.max(0, array.readInt32BE(at));
    yield array.subarray(at + 4, at + 4 + size);
    at += 4 + size;
  }
}

/** The names that an array of UUIDs stands for. */
export function namesIn(array: unknown): string[] {
  return [...elements(array)].map((uuid) => uuid.toString().replaceAll('\0', ''));
}

/** The texts of an array. */
export function textsIn(array: unknown): string[] {
  return [...elements(array)].map(String);
}
