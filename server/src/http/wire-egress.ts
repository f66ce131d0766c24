import { z } from '@hono/zod-openapi';
import { MOST_ENTRY, readEntry } from '../actions/egress-rules.ts';
import { text } from './wire.ts';
import { instant } from './wire-answers.ts';

/** The schemas of the egress policy, in requests and in answers. */

const MOST_ENTRIES = 200;

const entry = text(MOST_ENTRY)
  .superRefine((given, context) => {
    // That it is too long has been said; Zod counts characters, not halves of them.
    if (Array.from(given).length > MOST_ENTRY) return;
    try {
      readEntry(given);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      context.addIssue({ code: 'custom', message: error.message, params: { type: 'egress_entry' }, input: given });
    }
  })
  .openapi({
    description:
      'A host name, `*.` and a name (all below it), either with a port (`example.com:8443`) or without (any), an address or a CIDR.',
  });
const entries = z.array(entry).max(MOST_ENTRIES);

/** Body of PUT /v1/egress-policy: the whole of it. */
export const EgressPolicyBody = z
  .strictObject({
    allow: entries.openapi({
      example: ['api.example.com', '*.hooks.example.com:8443'],
      description: 'Not empty: nothing else may be reached.',
    }),
    deny: entries.openapi({
      example: ['203.0.113.0/24'],
      description: 'Goes before `allow`.',
    }),
  })
  .openapi('EgressPolicyInput');

export const EgressPolicyAnswer = z
  .object({
    allow: z.array(z.string()),
    deny: z.array(z.string()),
    updated_at: instant.nullable().openapi({ description: 'Null: it was never set.' }),
  })
  .openapi('EgressPolicy');
