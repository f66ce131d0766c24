/** A request or a response of the ledger, in parts that a screen can show. Pure. */
export interface Message {
  /** `POST https://…`, `HTTP 503` or, of a mail server, `SMTP 550`. */
  readonly line: string | null;
  /** Whether it is of a kind that has a body; one may be absent all the same. */
  readonly mayHaveBody: boolean;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Null: there is none. Written for people where it is JSON. */
  readonly body: string | null;
  readonly isTruncated: boolean;
  /** What else the action told. */
  readonly rest: Readonly<Record<string, unknown>>;
}

/** Reads what an attempt kept. What this console does not know is not lost: it is in `rest`. */
export function messageOf(kept: Readonly<Record<string, unknown>>): Message {
  const { method, url, status: _status, headers, body, body_truncated, ...rest } = kept;
  const request = typeof url === 'string' ? `${typeof method === 'string' ? method : 'POST'} ${url}` : null;
  return {
    line: request ?? statusOf(kept),
    mayHaveBody: request !== null || statusOf(kept)?.startsWith('HTTP') === true,
    headers: isObject(headers) ? Object.entries(headers).map(([name, value]) => [name, textOf(value)] as const) : [],
    body: body === undefined || body === null || body === '' ? null : bodyOf(body),
    isTruncated: body_truncated === true,
    rest,
  };
}

/** With which status the receiver answered, and by which protocol: what a mail server said has no headers. */
export function statusOf(response: Readonly<Record<string, unknown>>): string | null {
  const { status, line } = response;
  if (typeof status !== 'number') return null;
  return `${typeof line === 'string' ? 'SMTP' : 'HTTP'} ${status}`;
}

function bodyOf(body: unknown): string {
  if (typeof body !== 'string') return JSON.stringify(body, null, 2);
  // A number or a word is no more readable as JSON; numbers could lose digits.
  if (!/^\s*[[{]/.test(body) || /\d{16}/.test(body)) return body;
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
