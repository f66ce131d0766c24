/** One address, as mail programs show it. */
export interface Mailbox {
  /** Empty where there is none. */
  readonly name: string;
  readonly address: string;
}

const MOST_TEXT = 998;
/** Of RFC 5321, without the angle brackets. */
const MOST_ADDRESS = 254;
const CONTROL = /\p{Cc}/u;
/** `a@b`, `<a@b>`, `Name <a@b>` or `"Name, with marks" <a@b>`, and nothing that could be read as two of them. */
const MAILBOX =
  /^\s*(?:(?:"(?<quoted>[^"\\]*)"|(?<plain>[^"<>,;:()@[\]\\]*))\s*<(?<named>[^<>\s]+)>|(?<bare>[^<>"\s]+))\s*$/;
/** Neither quoted local parts nor literal addresses: mail servers differ in what they make of them. */
const ADDRESS =
  /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\uffff-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\uffff-]+)*@(?<domain>[^@]+)$/;
const DOMAIN =
  /^[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}-]*[\p{L}\p{N}\p{M}])?(?:\.[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}-]*[\p{L}\p{N}\p{M}])?)*$/u;

/** Reads one address, with or without a name. Undefined where it is none, or more than one. */
export function parseMailbox(text: string): Mailbox | undefined {
  if (text.length > MOST_TEXT || CONTROL.test(text) || !text.isWellFormed()) return undefined;
  const { quoted, plain = '', named, bare } = MAILBOX.exec(text)?.groups ?? {};
  const address = named ?? bare ?? '';
  const domain = ADDRESS.exec(address)?.groups?.['domain'] ?? '';
  if (address.length > MOST_ADDRESS || !DOMAIN.test(domain)) return undefined;
  return { name: (quoted ?? plain).trim(), address };
}

/** An address as text again. */
export function formatMailbox({ name, address }: Mailbox): string {
  if (name === '') return address;
  return /["(),:;<>@[\\\].]/.test(name) ? `"${name.replaceAll(/["\\]/g, '')}" <${address}>` : `${name} <${address}>`;
}
