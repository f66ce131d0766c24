import { z } from 'zod';
import type { ConfigFields, ConfigProblem } from './action.ts';
import { parseMailbox } from './mailbox.ts';
import { isTemplate } from './template.ts';

/** Recipients of one message, in `to`, `cc` and `bcc` together. */
export const MOST_RECIPIENTS = 50;
export const MOST_SUBJECT = 998;
const MOST_CONTENT = 262_144;
const NOT_ONE =
  'is not one e-mail address, such as ada@example.com or Ada <ada@example.com>; several are given as a list';

const address = z
  .string()
  .min(1)
  .max(2_048)
  .refine((text) => isTemplate(text) || parseMailbox(text) !== undefined, NOT_ONE);
const addresses = z
  .union([address, z.array(address).min(1).max(MOST_RECIPIENTS)], {
    error: 'must be an e-mail address, or a list of them',
  })
  .meta({
    description:
      'An address, or a list of them. Each may be a template of one address; one that renders to nothing is left out.',
  });

/** `action_config` of an EMAIL. */
export const emailConfig = z
  .strictObject({
    to: addresses,
    cc: addresses.optional(),
    bcc: addresses.optional(),
    reply_to: address.optional().meta({ description: 'Where answers go. May be a template.' }),
    subject: z
      .string()
      .min(1)
      .max(MOST_SUBJECT)
      .refine((text) => isTemplate(text) || !/[\r\n]/.test(text), 'must be one line')
      .meta({ description: 'May be a template of one line.' }),
    text: z.string().min(1).max(MOST_CONTENT).optional().meta({ description: 'The plain text. May be a template.' }),
    html: z
      .string()
      .min(1)
      .max(MOST_CONTENT)
      .optional()
      .meta({ description: 'The HTML. May be a template; what it inserts is not escaped unless it says `| escape`.' }),
  })
  .superRefine(({ text, html, ...rest }, context) => {
    const content = text === undefined && html === undefined ? {} : { text, html };
    for (const { path, msg } of clashes({ ...rest, ...content })) {
      context.addIssue({ code: 'custom', path: [...path], message: msg, input: rest });
    }
  });

export type EmailConfig = z.output<typeof emailConfig>;

/** What is missing or too much in all of it, as far as its fields are known. */
export function clashes(config: ConfigFields<EmailConfig>): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  // One that was given and refused is not missing.
  if (!('text' in config) && !('html' in config)) {
    problems.push({ path: ['text'], msg: 'is needed, or html, or both', type: 'value_error' });
  }
  const count = [config.to, config.cc, config.bcc].flatMap((list) => list ?? []).length;
  if (count > MOST_RECIPIENTS) {
    const msg = `to, cc and bcc hold ${count} addresses; a message has at most ${MOST_RECIPIENTS}`;
    problems.push({ path: ['to'], msg, type: 'value_error' });
  }
  return problems;
}
