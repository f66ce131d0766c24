import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import type { Egress } from './egress.ts';
import type { MailServerOptions } from './mail-server.ts';
import { certificate, serveBytes, testEgress } from './testing.ts';
import { mailTo, sendEmail, serveMail, smtpError, type TestMailServer } from './testing-mail.ts';

const HELLO = { to: 'Ada <ada@example.com>', subject: 'Hello', text: 'How are you?' };
const RUN = '01990000-0000-7000-8000-000000000001';

const after: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const task of after.splice(0).toReversed()) await task();
});

function egressTo(port: number, changes: Partial<MailServerOptions> = {}): Egress {
  const egress = testEgress({ mail: mailTo(port, changes) });
  after.push(() => egress.close());
  return egress;
}

async function server(...args: Parameters<typeof serveMail>): Promise<TestMailServer> {
  const made = await serveMail(...args);
  after.push(async () => await made[Symbol.asyncDispose]());
  return made;
}

describe('a message', () => {
  it('arrives, with everybody in the envelope and nobody of bcc in its headers', async () => {
    const { port, got } = await server();
    const config = {
      to: ['Ada <ada@example.com>', '{{ record.email }}', '{{ record.nothing }}'],
      cc: 'cc@example.com',
      bcc: ['hidden@example.com'],
      reply_to: 'support@example.com',
      subject: 'Réport of {{ schedule.name }}',
      text: 'Dear {{ record.name }},\n.\nover',
      html: '<p>{{ record.name | escape }}</p>',
    };
    const record = { email: 'bob@example.com', name: 'Bob <b>' };
    const outcome = await sendEmail(egressTo(port), config, { record });
    expect(outcome).toMatchObject({ kind: 'delivered', response: { status: 250, line: '250 OK queued as 1' } });
    expect(outcome.request).toEqual({
      message_id: `<${RUN}@example.com>`,
      from: 'HydraCore <hydracore@example.com>',
      to: ['Ada <ada@example.com>', 'bob@example.com'],
      cc: ['cc@example.com'],
      bcc: ['hidden@example.com'],
      reply_to: 'support@example.com',
      subject: 'Réport of Nightly "sync"',
      text: { body: 'Dear Bob <b>,\n.\nover', body_truncated: false },
      html: { body: '<p>Bob &lt;b&gt;</p>', body_truncated: false },
    });
    const [mail] = got;
    expect(mail).toMatchObject({
      from: 'hydracore@example.com',
      to: ['ada@example.com', 'bob@example.com', 'cc@example.com', 'hidden@example.com'],
    });
    expect(mail?.raw).not.toContain('hidden@');
    expect(mail?.raw).toContain('Dear Bob <b>,\r\n.\r\nover');
    expect(mail?.headers).toEqual(
      expect.arrayContaining([
        'From: HydraCore <hydracore@example.com>',
        'To: Ada <ada@example.com>, bob@example.com',
        'Cc: cc@example.com',
        'Reply-To: support@example.com',
        `Message-ID: <${RUN}@example.com>`,
        'Date: Fri, 20 Nov 2026 08:00:02 +0000',
        'Auto-Submitted: auto-generated',
        'X-Hydracore-Attempt: 2',
      ]),
    );
  });

  it('goes over the connection of the one before, and its id is that of its run', async () => {
    const { port, got, connections } = await server();
    const egress = egressTo(port);
    for (let i = 0; i < 3; i++) await sendEmail(egress, HELLO);
    expect(got.map(({ headers }) => headers.find((line) => line.startsWith('Message-ID')))).toEqual(
      Array.from({ length: 3 }, () => `Message-ID: <${RUN}@example.com>`),
    );
    expect(connections.made).toBe(1);
  });

  it('goes over a new connection where the server has closed the idle one', async () => {
    const { port, got, connections } = await server();
    const egress = egressTo(port);
    await sendEmail(egress, HELLO);
    const [idle] = connections.open;
    const closed = idle && once(idle, 'close');
    idle?.end();
    await closed;
    expect(await sendEmail(egress, HELLO)).toMatchObject({ kind: 'delivered' });
    expect(got).toHaveLength(2);
  });

  it('waits for one of the connections that there may be', async () => {
    const { port, connections } = await server();
    const egress = egressTo(port, { maxConnections: 2 });
    const all = await Promise.all(Array.from({ length: 10 }, () => sendEmail(egress, HELLO)));
    expect(all.every(({ kind }) => kind === 'delivered')).toBe(true);
    expect(connections.made).toBe(2);
  });

  it('shows no secret in the ledger, be it in the text or in what the server says', async () => {
    const { port, got } = await server({}, ({ raw }) => smtpError(554, `spam: ${/opensesame/.exec(raw)?.[0]}`));
    const config = { ...HELLO, text: 'Use {{ secrets.TOKEN }}', html: '{{ secrets.TOKEN | base64_encode }}' };
    const secrets = new Map([['TOKEN', 'opensesame']]);
    const outcome = await sendEmail(egressTo(port), config, { secrets });
    expect(got[0]?.raw).toContain('Use opensesame');
    expect(outcome).toMatchObject({
      kind: 'rejected',
      request: { text: { body: 'Use ********' } },
      response: { line: '554 spam: ********' },
      error: { message: 'The mail server answered 554 spam: ********' },
    });
    expect(JSON.stringify(outcome)).not.toMatch(/opensesame|b3BlbnNlc2FtZQ/);
  });
});

describe('what a record holds', () => {
  const record = {
    line: 'x\r\nBcc: evil@example.com',
    two: 'a@example.com, evil@example.com',
    name: 'x <evil@example.com>, y',
    smuggled: 'a@example.com>\r\nRCPT TO:<evil@example.com',
    many: 'x'.repeat(999),
  };
  it.each([
    [{ subject: '{{ record.line }}' }, 'subject: holds a line break or is longer than 998 characters'],
    [{ subject: '{{ record.many }}' }, 'subject: holds a line break or is longer than 998 characters'],
    [{ to: '{{ record.two }}' }, 'to: "a@example.com, evil@example.com" is not one e-mail address'],
    [{ cc: '{{ record.name }} <a@example.com>' }, /^cc: .* is not one e-mail address/],
    [{ bcc: '{{ record.smuggled }}' }, /^bcc: .* is not one e-mail address/],
    [{ reply_to: '{{ record.line }}' }, /^reply_to: .* is not one e-mail address/],
    [{ to: ['{{ record.gone }}'] }, 'to: names nobody'],
  ])('makes no other message than %j says', async (changes, message) => {
    const { port, connections } = await server();
    const outcome = await sendEmail(egressTo(port), { ...HELLO, ...changes }, { record });
    expect(outcome).toMatchObject({ kind: 'rejected', error: { code: 'email_invalid' }, request: null });
    expect('error' in outcome && outcome.error.message).toMatch(message);
    expect(connections.made).toBe(0);
  });

  it('fails a template that can not be rendered', async () => {
    const outcome = await sendEmail(egressTo(1), { ...HELLO, text: '{{ record.line | date: record.many | foo: }}' });
    expect(outcome).toMatchObject({ kind: 'rejected', error: { code: 'template_error' } });
  });
});

describe('the answer of the server', () => {
  it('451 is tried again, and the message then has the id of before', async () => {
    const { port, got } = await server({}, (_mail, nth) => (nth === 1 ? smtpError(451, 'greylisted') : null));
    const egress = egressTo(port);
    expect(await sendEmail(egress, HELLO)).toMatchObject({
      kind: 'retryable',
      error: { code: 'smtp_status', message: 'The mail server answered 451 greylisted' },
      response: { status: 451, line: '451 greylisted' },
    });
    expect(await sendEmail(egress, HELLO)).toMatchObject({ kind: 'delivered' });
    const ids = got.map(({ headers }) => headers.find((line) => line.startsWith('Message-ID')));
    expect(ids[0]).toBe(ids[1]);
  });

  it.each([
    [{ onMailFrom: () => smtpError(550, 'not you') }, 'rejected', 550],
    [{ onMailFrom: () => smtpError(452, 'full') }, 'retryable', 452],
    [{ onRcptTo: () => smtpError(550, 'no such user') }, 'rejected', 550],
    [{ onRcptTo: () => smtpError(450, 'busy') }, 'retryable', 450],
    [{ onData: () => smtpError(552, 'too large') }, 'rejected', 552],
    // About the session, not the message: another one may do.
    [{ onConnect: () => smtpError(554, 'you are on a list') }, 'retryable', 554],
    [{ onConnect: () => smtpError(421, 'too many') }, 'retryable', 421],
  ])('%j is %s', async (says, kind, status) => {
    const [[hook, error]] = Object.entries(says) as [[string, () => Error]];
    const take = hook === 'onData' ? error : () => null;
    const hooks =
      hook === 'onData' ? {} : { [hook]: (...args: unknown[]) => (args.at(-1) as (e: Error) => void)(error()) };
    const { port } = await server(hooks, take);
    const outcome = await sendEmail(egressTo(port), HELLO);
    expect(outcome).toMatchObject({ kind, error: { code: 'smtp_status' }, response: { status } });
  });

  it('for some recipients only: failed, with who did not get it, and not tried again', async () => {
    const { port, got } = await server({
      onRcptTo: ({ address }, _session, done) =>
        done(address.startsWith('gone') ? smtpError(550, 'no such user') : null),
    });
    const outcome = await sendEmail(egressTo(port), { ...HELLO, cc: ['gone@example.com', 'bob@example.com'] });
    expect(outcome).toMatchObject({
      kind: 'rejected',
      error: {
        code: 'recipients_refused',
        message: 'The mail server took the message for 2 of 3 recipients, not for gone@example.com (550 no such user)',
      },
      response: { status: 250, refused: [{ address: 'gone@example.com', response: '550 no such user' }] },
    });
    expect(got[0]?.to).toEqual(['ada@example.com', 'bob@example.com']);
  });
});

describe('a way that does not work', () => {
  it('none is configured', async () => {
    const egress = testEgress();
    after.push(() => egress.close());
    expect(await sendEmail(egress, HELLO)).toMatchObject({
      kind: 'retryable',
      error: { code: 'mail_not_configured', message: expect.stringContaining('HYDRACORE_SMTP_URL') },
      request: null,
    });
  });

  it('nobody listens', async () => {
    const gone = await serveMail();
    await gone[Symbol.asyncDispose]();
    const outcome = await sendEmail(egressTo(gone.port), HELLO);
    expect(outcome).toMatchObject({ kind: 'retryable', error: { code: 'connect_failed' }, response: null });
  });

  it('the name leads nowhere', async () => {
    const outcome = await sendEmail(egressTo(25, { host: 'mail.invalid' }), HELLO);
    expect(outcome).toMatchObject({ kind: 'retryable', error: { code: 'dns_failed' } });
  });

  it('the connection breaks', async () => {
    const { port, connections } = await server({}, () => {
      for (const socket of connections.open) socket.resetAndDestroy();
      return new Promise(() => undefined);
    });
    const outcome = await sendEmail(egressTo(port), HELLO);
    expect(outcome).toMatchObject({ kind: 'retryable', error: { code: 'connection_reset' } });
  });

  it('the server says nothing', async () => {
    // A mail server speaks first; this one never does.
    const mute = await serveBytes(() => undefined);
    after.push(async () => await mute[Symbol.asyncDispose]());
    const outcome = await sendEmail(egressTo(mute.port, { timeoutMs: 200 }), HELLO);
    expect(outcome).toMatchObject({ kind: 'retryable', error: { code: 'timeout' } });
  });

  it('the server hangs after the message, which holds up no other', async () => {
    const { port, connections } = await server({}, (_mail, nth) => (nth === 1 ? new Promise(() => undefined) : null));
    const egress = egressTo(port, { timeoutMs: 500, maxConnections: 1 });
    expect(await sendEmail(egress, HELLO)).toMatchObject({ kind: 'retryable', error: { code: 'timeout' } });
    expect(await sendEmail(egress, HELLO)).toMatchObject({ kind: 'delivered' });
    expect(connections.made).toBe(2);
  });

  it('the attempt is stopped: its connection is closed at once', async () => {
    let arrived = (): void => undefined;
    const under = new Promise<void>((resolve) => (arrived = resolve));
    const { port, connections } = await server({}, () => {
      arrived();
      return new Promise(() => undefined);
    });
    const stopping = new AbortController();
    const attempt = sendEmail(egressTo(port), HELLO, {}, { signal: stopping.signal });
    await under;
    const [socket] = connections.open;
    const closed = socket && once(socket, 'close');
    stopping.abort();
    expect(await attempt).toMatchObject({ kind: 'aborted', error: { code: 'aborted' } });
    await closed;
    expect(await sendEmail(egressTo(port), HELLO, {}, { signal: stopping.signal })).toMatchObject({ kind: 'aborted' });
    expect(connections.made).toBe(1);
  });

  it('the server closes: nothing stays open, and what is under way fails', async () => {
    let arrived = (): void => undefined;
    const under = new Promise<void>((resolve) => (arrived = resolve));
    const { port, connections } = await server({}, (_mail, nth) => {
      if (nth === 1) return null;
      arrived();
      return new Promise(() => undefined);
    });
    const egress = testEgress({ mail: mailTo(port) });
    await sendEmail(egress, HELLO);
    const attempt = sendEmail(egress, HELLO);
    await under;
    const closed = [...connections.open].map((socket) => once(socket, 'close'));
    await egress.close();
    await Promise.all(closed);
    expect(await attempt).toMatchObject({ kind: 'retryable', error: { code: 'connection_reset' } });
    expect(await sendEmail(egress, HELLO)).toMatchObject({ kind: 'retryable' });
  });
});

describe('TLS and the login', () => {
  const { key, cert } = certificate('localhost');
  const login = { user: 'hydra', password: 'correct horse' };
  const secured = () =>
    server({
      key,
      cert,
      authOptional: false,
      onAuth: ({ username, password }, _session, done) =>
        username === login.user && password === login.password
          ? done(null, { user: username })
          : done(smtpError(535, `no such login: ${username} ${password}`)),
    });

  it.each(['verified', 'unverified'] as const)('STARTTLS with a certificate of its own, %s', async (tls) => {
    const { port, got } = await secured();
    const outcome = await sendEmail(egressTo(port, { host: 'localhost', login, tls }), HELLO);
    if (tls === 'verified') {
      expect(outcome).toMatchObject({ kind: 'retryable', error: { code: 'tls_failed' } });
      expect(got).toHaveLength(0);
    } else {
      expect(outcome).toMatchObject({ kind: 'delivered' });
      expect(got[0]).toMatchObject({ secure: true, user: 'hydra' });
    }
  });

  it.each(['verified', 'unverified'] as const)('TLS from the start with a certificate of its own, %s', async (tls) => {
    const { port, got } = await server({ key, cert, secure: true });
    const outcome = await sendEmail(egressTo(port, { host: 'localhost', secure: true, tls }), HELLO);
    expect(outcome).toMatchObject(
      tls === 'verified' ? { kind: 'retryable', error: { code: 'tls_failed' } } : { kind: 'delivered' },
    );
    expect(got).toHaveLength(tls === 'verified' ? 0 : 1);
  });

  it('a server without TLS where it is to be from the start is told in plain words', async () => {
    const { port } = await server();
    const outcome = await sendEmail(egressTo(port, { secure: true, tls: 'unverified' }), HELLO);
    const message = expect.stringMatching(/^There is no safe connection to the mail server: .*wrong version number$/);
    expect(outcome).toMatchObject({ kind: 'retryable', error: { code: 'tls_failed', message } });
    expect(JSON.stringify(outcome)).not.toContain('openssl');
  });

  it('a server without STARTTLS gets nothing, not even the password', async () => {
    const { port, got } = await server();
    const outcome = await sendEmail(egressTo(port, { login, tls: 'unverified' }), HELLO);
    expect(outcome).toMatchObject({ kind: 'retryable', error: { code: 'tls_failed' } });
    expect(got).toHaveLength(0);
  });

  it('a login that is not taken is tried again, and shows no password', async () => {
    const { port, got } = await secured();
    const wrong = { user: 'hydra', password: 'battery staple' };
    const outcome = await sendEmail(egressTo(port, { login: wrong, tls: 'unverified' }), HELLO);
    expect(outcome).toMatchObject({
      kind: 'retryable',
      error: { code: 'mail_login_failed' },
      response: { status: 535, line: '535 no such login: hydra ********' },
    });
    expect(JSON.stringify(outcome)).not.toContain('battery');
    expect(got).toHaveLength(0);
  });

  it('a server that takes no login at all is not used without one', async () => {
    const { port, got } = await server();
    const outcome = await sendEmail(egressTo(port, { login }), HELLO);
    expect(outcome).toMatchObject({ kind: 'retryable', error: { code: 'mail_login_failed' } });
    expect(got).toHaveLength(0);
  });
});
