import type { Action, ActionTarget, Outcome } from './action.ts';
import { attemptError, type AttemptErrorCode } from './attempt-error.ts';
import { clashes, emailConfig, MOST_RECIPIENTS, MOST_SUBJECT, type EmailConfig } from './email-config.ts';
import { outcomeOf } from './email-outcome.ts';
import { cleanText, MASK, textBody } from './ledger.ts';
import type { Mail, MailServer } from './mail-server.ts';
import { formatMailbox, parseMailbox, type Mailbox } from './mailbox.ts';
import { renderSecretly } from './render-secretly.ts';
import { SecretMask } from './secret-mask.ts';
import { checkTemplates, secretUses, TemplateError } from './template.ts';

/** All mail goes to one server, which the operator may move: no host name can be this. */
const DESTINATION = 'mail server';

const UNCONFIGURED =
  'this server has no mail server: its operator has to set HYDRACORE_SMTP_URL and HYDRACORE_SMTP_FROM';

/** Sends an e-mail through the operator's mail server. */
export const email: Action<typeof emailConfig> = {
  type: 'EMAIL',
  aliases: ['SEND_EMAIL', 'MAIL'],
  description: "Sends an e-mail through the server's own mail server (HYDRACORE_SMTP_URL).",
  config: emailConfig,
  secretPaths: [],

  unavailable: ({ mail }) => (mail === null ? UNCONFIGURED : null),

  check(config) {
    const { text, html, ...open } = config;
    return [...checkTemplates(open), ...checkTemplates({ text, html }, 'secrets'), ...clashes(config)];
  },

  secretUses: ({ text, html }) => secretUses({ text, html }),

  destination: () => DESTINATION,

  async perform(target, { egress, signal, now }) {
    if (egress.mail === null)
      return unsent('retryable', 'mail_not_configured', `There is no way to send it: ${UNCONFIGURED}.`);
    const made = compose(target, egress.mail, now());
    if ('kind' in made) return made;
    const { mail, ledger } = made;
    const result = await egress.mail.send(mail, signal);
    const mask = new SecretMask([...target.secrets.values(), ...egress.mail.secrets]);
    return outcomeOf(result, ledger, mail.to.length + mail.cc.length + mail.bcc.length, mask);
  },
};

/** What may name no secret, as it ends up in the logs of mail servers, and what may. */
function partsOf({ to, cc, bcc, reply_to, subject, text, html }: EmailConfig) {
  return { open: { to, cc, bcc, reply_to, subject }, secret: { text, html } };
}

function unsent(kind: 'retryable' | 'rejected', code: AttemptErrorCode, message: string): Outcome {
  return { kind, error: attemptError(code, cleanText(message)), request: null, response: null };
}

/** An address or a subject that is none once rendered. */
class InvalidPart extends Error {}

/** The message of an attempt, and what the ledger keeps of it; or how the attempt ends where it can't be made. */
function compose(
  target: ActionTarget<EmailConfig>,
  { from, domain }: MailServer,
  nowMs: number,
): { readonly mail: Mail; readonly ledger: Readonly<Record<string, unknown>> } | Outcome {
  const hide = ({ text, html }: { text?: string | undefined; html?: string | undefined }) => ({
    text: text && MASK,
    html: html && MASK,
  });
  try {
    const { parts, shown } = renderSecretly({ ...partsOf(target.config), hide }, target);
    const to = recipients('to', parts.to);
    const [cc, bcc] = [recipients('cc', parts.cc), recipients('bcc', parts.bcc)];
    const count = to.length + cc.length + bcc.length;
    if (to.length === 0) throw new InvalidPart('to: names nobody');
    if (count > MOST_RECIPIENTS) throw new InvalidPart(`to: ${count} recipients are more than ${MOST_RECIPIENTS}`);
    const [replyTo = null] = recipients('reply_to', parts.reply_to);
    const { subject, text, html } = parts;
    if (/\p{Cc}/u.test(subject.replaceAll('\t', ' ')) || subject.length > MOST_SUBJECT) {
      throw new InvalidPart(`subject: holds a line break or is longer than ${MOST_SUBJECT} characters`);
    }
    const messageId = `<${target.run.id}@${domain}>`;
    const headers = {
      'X-Hydracore-Schedule-Id': target.schedule.id,
      'X-Hydracore-Attempt': String(target.run.attempt),
      // RFC 3834: no out-of-office notices, please.
      'Auto-Submitted': 'auto-generated',
    };
    const date = new Date(nowMs);
    return {
      mail: { to, cc, bcc, replyTo, subject, text, html, messageId, date, headers },
      ledger: {
        message_id: messageId,
        from: formatMailbox(from),
        to: to.map(formatMailbox),
        cc: cc.map(formatMailbox),
        bcc: bcc.map(formatMailbox),
        reply_to: replyTo && formatMailbox(replyTo),
        subject: cleanText(subject),
        text: shown.text === undefined ? null : textBody(shown.text),
        html: shown.html === undefined ? null : textBody(shown.html),
      },
    };
  } catch (error) {
    if (error instanceof TemplateError) return unsent('rejected', 'template_error', error.message);
    if (error instanceof InvalidPart) return unsent('rejected', 'email_invalid', error.message);
    throw error;
  }
}

/** Each is one address: what a record holds can't add another. */
function recipients(field: string, given: string | readonly string[] | undefined): Mailbox[] {
  const list = typeof given === 'string' ? [given] : (given ?? []);
  return list
    .filter((text) => text.trim() !== '')
    .map((text) => {
      const mailbox = parseMailbox(text);
      if (mailbox === undefined) {
        throw new InvalidPart(`${field}: ${JSON.stringify(text.slice(0, 200))} is not one e-mail address`);
      }
      return mailbox;
    });
}
