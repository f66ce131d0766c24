const MOST_MS = 24 * 3_600_000;
/** The three date forms of RFC 9110, told from whatever else Date.parse would take. */
const HTTP_DATE = /^(mon|tue|wed|thu|fri|sat|sun)[a-z]*,? /i;

/** Reads a Retry-After header, seconds or an HTTP date: milliseconds from now, at most 24 hours. Null where it says nothing. */
export function retryAfterMs(header: string | string[] | undefined, nowMs: number): number | null {
  const text = (Array.isArray(header) ? header[0] : header)?.trim() ?? '';
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1_000, MOST_MS);
  if (!HTTP_DATE.test(text)) return null;
  // The asctime form names no zone and means GMT; Date.parse would read it in the zone of the machine.
  const at = Date.parse(/GMT$/i.test(text) ? text : `${text} GMT`);
  return Number.isNaN(at) ? null : Math.min(Math.max(at - nowMs, 0), MOST_MS);
}
