/** What the ledger keeps of texts from outside: PostgreSQL's jsonb refuses NUL and lone surrogates, so neither gets in. */

/** Bytes of a body that are kept. */
export const MOST_BODY = 16_384;
const MOST_HEADERS = 100;
const MOST_HEADER_VALUE = 2_048;
export const MASK = '********';
const SENSITIVE = /authorization|cookie|token|secret|signature|password|passwd|api-?_?key|^key$|^sig$/i;

/** A body as it is kept: text, and whether some of it is missing. */
export interface LedgerBody {
  readonly body: string;
  readonly body_truncated: boolean;
}

/** A text that jsonb takes. */
export function cleanText(text: string): string {
  const plain = text.includes('\0') ? text.replaceAll('\0', '') : text;
  return plain.isWellFormed() ? plain : plain.toWellFormed();
}

/** A JSON value with every string and key in it cleaned. */
export function cleanJson(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(cleanJson);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [cleanText(key), cleanJson(inner)]));
}

/** The first 16 KiB of a text. */
export function textBody(text: string): LedgerBody {
  // Three bytes is the most that a UTF-16 unit takes, so a short text needs no counting.
  if (text.length * 3 <= MOST_BODY) return { body: cleanText(text), body_truncated: false };
  return bytesBody(Buffer.from(text));
}

/** The first 16 KiB of bytes, read as UTF-8 with replacement; a character that the cut would halve is left out. */
export function bytesBody(bytes: Buffer): LedgerBody {
  if (bytes.length <= MOST_BODY) return { body: cleanText(bytes.toString()), body_truncated: false };
  let end = MOST_BODY;
  while (end > MOST_BODY - 4 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return { body: cleanText(bytes.toString('utf8', 0, end)), body_truncated: true };
}

/** Whether a header or a query parameter of this name holds a secret. */
export function isSensitive(name: string): boolean {
  return SENSITIVE.test(name);
}

/** Response headers, bounded in number and length. */
export function headersRecord(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  let room = MOST_HEADERS;
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined || name === '__proto__' || --room < 0) continue;
    kept[name] = typeof value === 'string' ? cut(value) : value.slice(0, MOST_HEADERS).map(cut);
  }
  return kept;
}

function cut(text: string): string {
  return cleanText(text.length > MOST_HEADER_VALUE ? text.slice(0, MOST_HEADER_VALUE) : text);
}

/** A URL without its secrets: values of query parameters that are named like one. */
export function maskUrl(url: URL): string {
  if (url.search === '' || ![...url.searchParams.keys()].some(isSensitive)) return url.href;
  const copy = new URL(url);
  for (const name of new Set(copy.searchParams.keys())) if (isSensitive(name)) copy.searchParams.set(name, MASK);
  return copy.href;
}
