import { z } from 'zod';
import { inAnyCase } from '../domain/any-case.ts';
import type { Action } from './action.ts';
import { attemptError } from './attempt-error.ts';
import { cleanJson, cleanText, MOST_BODY, textBody } from './ledger.ts';
import { checkTemplates, renderAll, scopeOf, TemplateError } from './template.ts';

const LEVELS = { DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;
const LEVEL_NAMES = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const;

const logEventConfig = z.strictObject({
  message: z.string().min(1).max(MOST_BODY).meta({ description: 'May be a template.' }),
  level: z.preprocess(inAnyCase(LEVEL_NAMES), z.enum(LEVEL_NAMES).default('INFO')),
  data: z.unknown().optional().meta({ description: 'Any JSON; strings inside may be templates.' }),
});

/** Writes a line to the server's log and keeps it on the run. */
export const logEvent: Action<typeof logEventConfig> = {
  type: 'LOG_EVENT',
  aliases: ['LOG'],
  description: "Records a message on the run and in the server's log.",
  config: logEventConfig,
  secretPaths: [],

  check({ message, data }) {
    return checkTemplates({ message, data });
  },

  async perform(target, context) {
    if (context.signal.aborted) {
      const error = attemptError('aborted', 'The attempt was stopped before it began.');
      return { kind: 'aborted', error, request: null, response: null };
    }
    const { message, data = null } = target.config;
    const { level } = target.config;
    let rendered: { message: string; data: unknown };
    try {
      rendered = renderAll({ message, data }, scopeOf(target));
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      const failure = attemptError('template_error', error.message);
      return { kind: 'rejected', error: failure, request: null, response: null };
    }
    const text = textBody(rendered.message).body;
    const kept = bounded(rendered.data);
    context.log(LEVELS[level], text, {
      tenant_id: target.tenantId,
      schedule_id: target.schedule.id,
      run_id: target.run.id,
      data: kept.data,
    });
    return { kind: 'delivered', request: null, response: { level, message: text, ...kept } };
  },
};

/** Data as it is kept: JSON, or where that is too long, the beginning of its text. */
function bounded(data: unknown): { data: unknown; data_truncated?: true } {
  const text = JSON.stringify(data);
  if (text.length <= MOST_BODY) return { data: cleanJson(data) };
  return { data: cleanText(text.slice(0, MOST_BODY)), data_truncated: true };
}
