import { bytesBody, MASK, MOST_BODY, textBody, type LedgerBody } from './ledger.ts';

/** Shorter ones are words of every answer. */
const LEAST = 4;

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/**
 * Takes secrets out of what a receiver sends back: exact occurrences, as they are, inside a JSON string (in
 * another one, too: receivers like to quote the body that they got), inside a URL, in base64.
 * What the receiver encodes in another way is not recognised.
 */
export class SecretMask {
  readonly #secrets: readonly string[];
  /** The longest first: one may hold another. */
  readonly #forms: readonly string[];

  constructor(secrets: readonly string[]) {
    this.#secrets = secrets;
    const forms = new Set(secrets.filter((secret) => secret.length >= LEAST).flatMap(formsOf));
    this.#forms = [...forms].sort((a, b) => b.length - a.length);
  }

  /** This one, and one secret more. */
  and(secret: string): SecretMask {
    return new SecretMask([...this.#secrets, secret]);
  }

  /** A text without the secrets. */
  text(text: string): string {
    return this.#forms.reduce((masked, form) => (masked.includes(form) ? masked.replaceAll(form, MASK) : masked), text);
  }

  headers(headers: Headers): Headers {
    if (this.#forms.length === 0) return headers;
    const masked = (value: string | string[] | undefined) =>
      typeof value === 'string' ? this.text(value) : value?.map((one) => this.text(one));
    return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, masked(value)]));
  }

  /**
   * A body as the ledger keeps it.
   * @param broken whether it ended too early: the end of it may be the beginning of a secret
   */
  body(bytes: Buffer, broken: boolean): LedgerBody {
    if (this.#forms.length === 0) return bytesBody(bytes);
    const cut = bytes.length > MOST_BODY;
    const whole = this.text(bytes.toString());
    const kept = textBody(cut || broken ? this.#withoutBeginning(whole) : whole);
    return { body: kept.body, body_truncated: kept.body_truncated || cut };
  }

  #withoutBeginning(text: string): string {
    // A character that was cut in half.
    const end = text.replace(/\uFFFD+$/, '');
    for (const form of this.#forms) {
      for (let length = form.length - 1; length >= LEAST; length--) {
        if (end.endsWith(form.slice(0, length))) return end.slice(0, -length) + MASK;
      }
    }
    return text;
  }
}

function formsOf(secret: string): string[] {
  const json = escaped(secret);
  const base64 = Buffer.from(secret).toString('base64').replace(/=+$/, '');
  return [secret, json, escaped(json), base64, ...(secret.isWellFormed() ? [encodeURIComponent(secret)] : [])];
}

/** As it is inside a JSON string. */
function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
