/*
 * Lists as parameters of the hot statements, as PostgreSQL has them itself (the binary format of `array_recv`). As text it read them character
 * by character, and pg looked at each element for what must be escaped: an eighth of all that PostgreSQL did for a run.
 * Each is null where all its elements are: `unnest` of several side by side fills up with NULL.
 */

/** Element types by their OIDs, which are the same in every PostgreSQL. */
const [BOOL, INT8, INT4, TEXT, TIMESTAMPTZ, UUID, JSONB] = [16, 20, 23, 25, 1184, 2950, 3802];

/** Dimensions, whether there are NULLs, the type; how many elements, the first one's index. */
const HEADER = 20;
/** Before each element its size. */
const SIZE = 4;
const NULL = -1;

/** Writes an element at a place. */
type Write<Value> = (buffer: Buffer, at: number, value: Value, size: number) => void;

function fixed<Value>(
  values: readonly (Value | null)[],
  type: number,
  size: number,
  write: Write<Value>,
): Buffer | null {
  let present = 0;
  for (const value of values) if (value !== null) present += 1;
  if (present === 0) return null;
  const buffer = begun(values.length, present, type, present * size);
  let at = HEADER;
  for (const value of values) {
    at = buffer.writeInt32BE(value === null ? NULL : size, at);
    if (value === null) continue;
    write(buffer, at, value, size);
    at += size;
  }
  return buffer;
}

function sized(values: readonly (string | null)[], type: number, before: number, write: Write<string>): Buffer | null {
  let [present, bytes] = [0, 0];
  const sizes = values.map((value) => {
    if (value === null) return NULL;
    const size = before + Buffer.byteLength(value);
    present += 1;
    bytes += size;
    return size;
  });
  if (present === 0) return null;
  const buffer = begun(values.length, present, type, bytes);
  let at = HEADER;
  for (const [i, value] of values.entries()) {
    const size = sizes[i] ?? NULL;
    at = buffer.writeInt32BE(size, at);
    if (value === null) continue;
    write(buffer, at, value, size);
    at += size;
  }
  return buffer;
}

function begun(length: number, present: number, type: number, bytes: number): Buffer {
  const buffer = Buffer.allocUnsafe(HEADER + SIZE * length + bytes);
  let at = buffer.writeInt32BE(1, 0);
  at = buffer.writeInt32BE(present < length ? 1 : 0, at);
  at = buffer.writeInt32BE(type, at);
  at = buffer.writeInt32BE(length, at);
  buffer.writeInt32BE(1, at);
  return buffer;
}

/** `uuid[]` @throws TypeError where one isn't a UUID with its dashes */
export function uuids(values: readonly (string | null)[]): Buffer | null {
  return fixed(values, UUID, 16, writeUuid);
}

/** `timestamptz[]` of epoch milliseconds; Infinity is PostgreSQL's own. */
export function instants(values: readonly (number | null)[]): Buffer | null {
  return fixed(values, TIMESTAMPTZ, 8, writeInstant);
}

/** `int[]` */
export function ints(values: readonly (number | null)[]): Buffer | null {
  return fixed(values, INT4, 4, (buffer, at, value) => void buffer.writeInt32BE(value, at));
}

/** `bigint[]` of safe integers. */
export function bigints(values: readonly (number | null)[]): Buffer | null {
  return fixed(values, INT8, 8, writeInteger);
}

/** `boolean[]` */
export function booleans(values: readonly (boolean | null)[]): Buffer | null {
  return fixed(values, BOOL, 1, (buffer, at, value) => void buffer.writeUInt8(value ? 1 : 0, at));
}

/** `text[]` */
export function texts(values: readonly (string | null)[]): Buffer | null {
  return sized(values, TEXT, 0, writeText);
}

/** `jsonb[]` of JSON texts. */
export function jsons(values: readonly (string | null)[]): Buffer | null {
  return sized(values, JSONB, 1, writeJson);
}

/** What a hexadecimal digit stands for, by its character. */
const DIGITS = new Int8Array(128).fill(-1);
for (let digit = 0; digit < 16; digit += 1) {
  for (const character of [digit.toString(16), digit.toString(16).toUpperCase()])
    DIGITS[character.charCodeAt(0)] = digit;
}

const DASH = 0x2d;

function writeUuid(buffer: Buffer, at: number, uuid: string): void {
  let bad = uuid.length === 36 ? 0 : -1;
  let to = at;
  for (let from = 0; from < 36; from += 2) {
    if (from === 8 || from === 13 || from === 18 || from === 23) {
      if (uuid.charCodeAt(from) !== DASH) bad = -1;
      from += 1;
    }
    const high = digit(uuid, from);
    const low = digit(uuid, from + 1);
    bad |= high | low;
    buffer[to] = (high << 4) | low;
    to += 1;
  }
  if (bad < 0) throw new TypeError(`not a UUID: ${JSON.stringify(uuid)}`);
}

function digit(text: string, at: number): number {
  return DIGITS[text.charCodeAt(at)] ?? -1;
}

/** PostgreSQL counts microseconds from the year 2000. */
const EPOCH_MS = Date.UTC(2000, 0, 1);
const WORD = 2 ** 32;

function writeInstant(buffer: Buffer, at: number, instant: number): void {
  if (instant === Number.POSITIVE_INFINITY) {
    buffer.writeInt32BE(0x7fff_ffff, at);
    buffer.writeUInt32BE(0xffff_ffff, at + 4);
    return;
  }
  // Of far years the microseconds are more than a number holds exactly: the halves are multiplied one by one.
  const ms = Math.floor(instant) - EPOCH_MS;
  const high = Math.floor(ms / WORD);
  const low = (ms - high * WORD) * 1_000;
  const carry = Math.floor(low / WORD);
  buffer.writeInt32BE(high * 1_000 + carry, at);
  buffer.writeUInt32BE(low - carry * WORD, at + 4);
}

function writeInteger(buffer: Buffer, at: number, value: number): void {
  const high = Math.floor(value / WORD);
  buffer.writeInt32BE(high, at);
  buffer.writeUInt32BE(value - high * WORD, at + 4);
}

/** So short that it is written faster here than by a call into Node. */
const SHORT = 24;

function writeText(buffer: Buffer, at: number, text: string, size: number): void {
  // As many bytes as characters: none takes two.
  if (size !== text.length || size > SHORT) buffer.write(text, at, 'utf8');
  else for (let i = 0; i < size; i += 1) buffer[at + i] = text.charCodeAt(i);
}

/** Of jsonb the first byte is the version of its format. */
function writeJson(buffer: Buffer, at: number, text: string, size: number): void {
  buffer[at] = 1;
  writeText(buffer, at + 1, text, size - 1);
}
