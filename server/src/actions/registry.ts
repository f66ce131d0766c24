import { z } from 'zod';
import type { Action } from './action.ts';
import { email } from './email.ts';
import { logEvent } from './log-event.ts';
import { updateEntity } from './update-entity.ts';
import { webhook } from './webhook.ts';

/** Every kind of action there is. A new one is a file and a line here. */
const ACTIONS: readonly Action[] = [webhook, email, logEvent, updateEntity];

/** One entry of `GET /v1/action-types`. */
export interface ActionType {
  readonly type: string;
  readonly aliases: readonly string[];
  readonly description: string;
  readonly config_schema: Readonly<Record<string, unknown>>;
}

const byName = new Map(ACTIONS.flatMap((action) => [action.type, ...action.aliases].map((name) => [name, action])));

/** The action of a type or an alias, in any case. */
export function findAction(type: string): Action | undefined {
  return byName.get(type.toUpperCase());
}

/** What there is to choose from, with the JSON Schema of what each takes. */
export function actionTypes(): ActionType[] {
  return ACTIONS.map(({ type, aliases, description, config }) => ({
    type,
    aliases,
    description,
    config_schema: z.toJSONSchema(config, { io: 'input' }),
  }));
}
