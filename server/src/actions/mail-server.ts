import { domainToASCII } from 'node:url';
import { createTransport, type NodemailerError } from 'nodemailer';
import type { Mailbox } from './mailbox.ts';

/** The operator's mail server, and how to speak to it. */
export interface MailServerOptions {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte (smtps://), not by STARTTLS. */
  readonly secure: boolean;
  readonly login: { readonly user: string; readonly password: string } | null;
  readonly from: Mailbox;
  /** `verified`: TLS with a certificate that is checked; `unverified`: with any; `none`: plain text. */
  readonly tls: 'verified' | 'unverified' | 'none';
  readonly maxConnections: number;
  /** For one message, the wait for a connection included. */
  readonly timeoutMs?: number;
}

/** A message, ready to go. */
export interface Mail {
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  readonly bcc: readonly Mailbox[];
  readonly replyTo: Mailbox | null;
  readonly subject: string;
  readonly text: string | undefined;
  readonly html: string | undefined;
  /** The same for every attempt of a run. */
  readonly messageId: string;
  readonly date: Date;
  readonly headers: Readonly<Record<string, string>>;
}

/** What the server said to a message; or why nothing was said. */
export type MailResult =
  | { readonly kind: 'taken'; readonly response: string; readonly refused: readonly Refusal[] }
  | { readonly kind: 'failed'; readonly error: NodemailerError }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'aborted' };

/** A recipient that the server did not take. */
export interface Refusal {
  readonly address: string;
  readonly response: string;
}

/** The way to send mail: the operator's server, which no tenant can choose. */
export interface MailServer {
  readonly from: Mailbox;
  /** The part of a Message-ID behind the @. */
  readonly domain: string;
  /** What must not be shown, should the server say it. */
  readonly secrets: readonly string[];
  /** Hands a message over. Never rejects. */
  send(mail: Mail, signal: AbortSignal): Promise<MailResult>;
  /** Closes every connection; what is still under way fails. */
  close(): void;
}

const TIMEOUT_MS = 60_000;
const CONNECT_MS = 10_000;
const SILENCE_MS = 30_000;
/** Many relays end a connection after a hundred messages. */
const MESSAGES_PER_CONNECTION = 100;
const IDLE_MS = 30_000;

/** Makes the way to a mail server. It connects when there is something to send. */
export function createMailServer(options: MailServerOptions): MailServer {
  const { from, login, timeoutMs = TIMEOUT_MS } = options;
  const transport = createTransport({
    pool: true,
    host: options.host,
    port: options.port,
    secure: options.secure,
    requireTLS: options.tls !== 'none',
    ignoreTLS: options.tls === 'none',
    tls: { rejectUnauthorized: options.tls === 'verified', minVersion: 'TLSv1.2' },
    ...(login && { auth: { user: login.user, pass: login.password }, forceAuth: true }),
    maxConnections: options.maxConnections,
    maxMessages: MESSAGES_PER_CONNECTION,
    // One: a connection that the server has closed while it was idle says nothing of the message. The rest is for retries.
    maxRequeues: 1,
    idleTimeout: IDLE_MS,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    dnsTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    // An attempt that is stopped leaves nothing behind.
    socketCloseTimeout: 0,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
  });
  return {
    from,
    domain: domainToASCII(from.address.slice(from.address.lastIndexOf('@') + 1)),
    secrets:
      login === null ? [] : [login.password, Buffer.from(`\0${login.user}\0${login.password}`).toString('base64')],

    async send(mail, signal) {
      const late = new AbortController();
      const timer = setTimeout(() => late.abort(), timeoutMs);
      try {
        const info = await transport.sendMail({
          from: { ...from },
          to: [...mail.to],
          cc: [...mail.cc],
          bcc: [...mail.bcc],
          replyTo: mail.replyTo ?? undefined,
          subject: mail.subject,
          text: mail.text,
          html: mail.html,
          messageId: mail.messageId,
          date: mail.date,
          headers: { ...mail.headers },
          signal: AbortSignal.any([signal, late.signal]),
        });
        const refused = (info.rejectedErrors ?? []).map(({ recipient = '', response = '' }) => ({
          address: recipient,
          response,
        }));
        return { kind: 'taken', response: info.response, refused };
      } catch (error) {
        if (signal.aborted) return { kind: 'aborted' };
        if (late.signal.aborted) return { kind: 'timeout' };
        return { kind: 'failed', error: error instanceof Error ? error : new Error(String(error)) };
      } finally {
        clearTimeout(timer);
      }
    },

    close: () => transport.close({ force: true }),
  };
}
