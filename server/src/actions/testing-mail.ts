import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { callbackify } from 'node:util';
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server';
import type { ActionContext, ActionTarget, Outcome } from './action.ts';
import { email } from './email.ts';
import { emailConfig } from './email-config.ts';
import type { Egress } from './egress.ts';
import type { MailServerOptions } from './mail-server.ts';
import { testContext, testTarget } from './testing.ts';
import type { z } from 'zod';

/** A message as a test's mail server got it. */
export interface GotMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly user: string | undefined;
  readonly secure: boolean;
  /** As it came over the wire. */
  readonly raw: string;
  /** Header lines, unfolded. */
  readonly headers: readonly string[];
}

/** A real mail server on loopback that keeps what it gets. */
export interface TestMailServer extends AsyncDisposable {
  readonly port: number;
  readonly got: GotMail[];
  /** Connections that were made, open ones among them. */
  readonly connections: { made: number; readonly open: Set<Socket> };
}

/** What an SMTP server says: an error's `responseCode`, then its message. */
export function smtpError(code: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode: code });
}

/** Listens on a free port. `take` may refuse a message that has arrived, or never answer. */
export async function serveMail(
  options: SMTPServerOptions = {},
  take: (mail: GotMail, nth: number) => Error | null | Promise<null> = () => null,
): Promise<TestMailServer> {
  const got: GotMail[] = [];
  const connections = { made: 0, open: new Set<Socket>() };
  const receive = async (stream: Readable, session: SMTPServerSession): Promise<string> => {
    const raw = await text(stream);
    const { mailFrom, rcptTo } = session.envelope;
    const mail = {
      from: mailFrom === false ? '' : mailFrom.address,
      to: rcptTo.map(({ address }) => address),
      user: session.user === undefined ? undefined : String(session.user),
      secure: session.secure,
      raw,
      headers: (raw.split('\r\n\r\n')[0] ?? '').replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n'),
    };
    got.push(mail);
    const refused = await take(mail, got.length);
    if (refused !== null) throw refused;
    return `OK queued as ${got.length}`;
  };
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    logger: false,
    ...(options.key === undefined && { disabledCommands: ['STARTTLS', 'AUTH'] }),
    onData: callbackify(receive),
    ...options,
  });
  server.server.on('connection', (socket: Socket) => {
    connections.made++;
    connections.open.add(socket);
    socket.on('close', () => connections.open.delete(socket));
  });
  // A client that gives up is what some tests are about.
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  return {
    port: (server.server.address() as AddressInfo).port,
    got,
    connections,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of connections.open) socket.destroy();
      }),
  };
}

async function text(stream: Readable): Promise<string> {
  let all = '';
  for await (const chunk of stream.setEncoding('utf8')) all += String(chunk);
  return all;
}

/** The way to a mail server on a port of loopback, in plain text unless told otherwise. */
export function mailTo(port: number, changes: Partial<MailServerOptions> = {}): MailServerOptions {
  return {
    host: '127.0.0.1',
    port,
    secure: false,
    login: null,
    from: { name: 'HydraCore', address: 'hydracore@example.com' },
    tls: 'none',
    maxConnections: 2,
    ...changes,
  };
}

/** One attempt of an EMAIL. */
export function sendEmail(
  egress: Egress,
  config: z.input<typeof emailConfig>,
  target: Partial<ActionTarget<z.output<typeof emailConfig>>> = {},
  context: Partial<ActionContext> = {},
): Promise<Outcome> {
  return email.perform(testTarget(emailConfig.parse(config), target), testContext(egress, context));
}
