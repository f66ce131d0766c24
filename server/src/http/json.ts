import { parse } from 'secure-json-parse';

/** The deepest that a request's JSON may be nested: containers within containers. */
export const MOST_DEPTH = 64;

/** Why a text is not taken: words for people, and the type of the 422 answer. */
export interface Unread {
  readonly msg: string;
  readonly type: 'json_invalid' | 'too_deep' | 'forbidden_key';
}

/** What secure-json-parse says of `__proto__` and `constructor.prototype`; all else is what JSON.parse says. */
const FORBIDDEN = 'Object contains forbidden prototype property';

/**
 * Reads a caller's JSON. Its depth is looked at before it is parsed, so that a text of nothing but brackets makes no
 * objects; and no key of it can become the prototype of what we merge it into.
 */
export function readJson(text: string): { readonly value: unknown } | { readonly problem: Unread } {
  const deep = tooDeepAt(text);
  if (deep !== null) {
    const msg = `is nested more than ${MOST_DEPTH} deep, at character ${deep + 1}`;
    return { problem: { msg, type: 'too_deep' } };
  }
  try {
    return { value: parse(text) as unknown };
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'it can not be read';
    if (reason === FORBIDDEN) {
      const msg = 'holds a key "__proto__", or "prototype" inside "constructor"; no field here has such a name';
      return { problem: { msg, type: 'forbidden_key' } };
    }
    return { problem: { msg: `is not valid JSON: ${reason}`, type: 'json_invalid' } };
  }
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Where a text opens a container too many; null: nowhere. One pass, nothing kept but a number. */
export function tooDeepAt(text: string): number | null {
  let depth = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) {
      i = endOfString(text, i);
    } else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      depth += 1;
      if (depth > MOST_DEPTH) return i;
    } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) {
      depth -= 1;
    }
  }
  return null;
}

/** Where the string ends that begins at `start`: at a quote that no odd number of backslashes precedes. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let before = at;
    while (before - 1 > start && text.charCodeAt(before - 1) === BACKSLASH) before -= 1;
    if ((at - before) % 2 === 0) return at;
  }
  return text.length;
}
