import { parseMailbox } from './actions/mailbox.ts';
import type { MailServerOptions } from './actions/mail-server.ts';

/** The variables about the mail server, and what becomes of them. config.ts reads them with the others. */

const TLS = ['verified', 'unverified', 'none'] as const;

/** Reads `smtp://user:password@host:port`. Undefined where it is no such URL. */
function parseSmtp(text: string): Pick<MailServerOptions, 'host' | 'port' | 'secure' | 'login'> | undefined {
  const url = URL.parse(text);
  if (url === null || !/^smtps?:$/.test(url.protocol) || url.hostname === '' || url.port === '0') return undefined;
  if (!/^\/?$/.test(url.pathname) || url.search !== '' || url.hash !== '') return undefined;
  if ((url.username === '') !== (url.password === '')) return undefined;
  try {
    const secure = url.protocol === 'smtps:';
    const login = { user: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
    return {
      secure,
      host: decodeURIComponent(url.hostname).replace(/^\[|\]$/g, ''),
      port: Number(url.port) || (secure ? 465 : 587),
      login: login.user === '' ? null : login,
    };
  } catch {
    // A lone % in the user name or password.
    return undefined;
  }
}

export const SMTP_VARIABLES = {
  HYDRACORE_SMTP_URL: {
    description:
      'The mail server of EMAIL actions. smtp:// begins in plain text and goes on by STARTTLS, smtps:// is TLS from the start. What is no letter or digit in the user name or password is percent-encoded.',
    default: 'none: EMAIL is refused',
    valid:
      'a URL such as smtp://user:password@mail.example.com:587 or smtps://mail.example.com, with both a user name and a password or neither, and without a path',
    parse: parseSmtp,
    absent: null,
  },
  HYDRACORE_SMTP_FROM: {
    description: 'Whom e-mails are from. Required with HYDRACORE_SMTP_URL.',
    default: 'none',
    valid: 'an e-mail address, such as hydracore@example.com or "HydraCore <hydracore@example.com>"',
    parse: parseMailbox,
    absent: null,
  },
  HYDRACORE_SMTP_TLS: {
    description:
      'What the connection to the mail server has to be: `verified`: TLS with a certificate that this machine trusts (NODE_EXTRA_CA_CERTS adds authorities); `unverified`: TLS with any certificate; `none`: plain text, for a relay on the same machine.',
    default: 'verified',
    valid: 'verified, unverified or none',
    parse: (text: string) => TLS.find((tls) => tls === text.toLowerCase()),
    absent: 'verified',
  },
  HYDRACORE_SMTP_CONNECTIONS: {
    description: 'The most connections of this server to the mail server; further messages wait for one.',
    default: '10',
    valid: 'a whole number from 1 to 100',
    parse: (text: string) =>
      /^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= 100 ? Number(text) : undefined,
    absent: 10,
  },
} as const;

type SmtpVariables = typeof SMTP_VARIABLES;
type Value<N extends keyof SmtpVariables> =
  | Exclude<ReturnType<SmtpVariables[N]['parse']>, undefined>
  | SmtpVariables[N]['absent'];

/** What is wrong with the variables together. Null: nothing. */
export function smtpGap(isSet: (name: string) => boolean): string | null {
  const others = Object.keys(SMTP_VARIABLES).filter((name) => name !== 'HYDRACORE_SMTP_URL' && isSet(name));
  if (!isSet('HYDRACORE_SMTP_URL')) {
    if (others.length === 0) return null;
    return `${others.join(' and ')} ${others.length === 1 ? 'needs' : 'need'} HYDRACORE_SMTP_URL`;
  }
  if (isSet('HYDRACORE_SMTP_FROM')) return null;
  return 'HYDRACORE_SMTP_FROM is not set, and with HYDRACORE_SMTP_URL it is required: whom e-mails are from, such as hydracore@example.com';
}

/** The variables as one; null where there is no mail server. */
export function readSmtp(read: <N extends keyof SmtpVariables>(name: N) => Value<N>): MailServerOptions | null {
  const server = read('HYDRACORE_SMTP_URL');
  const from = read('HYDRACORE_SMTP_FROM');
  const tls = read('HYDRACORE_SMTP_TLS');
  const maxConnections = read('HYDRACORE_SMTP_CONNECTIONS');
  // All are read before: each tells what is wrong with it.
  return server && from && { ...server, from, tls, maxConnections };
}
