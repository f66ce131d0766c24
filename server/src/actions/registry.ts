import { z } from 'zod';
import type { Action } from './action.ts';
import type { Egress } from './egress.ts';
import { email } from './email.ts';
import { logEvent } from './log-event.ts';
import { updateEntity } from './update-entity.ts';
import { webhook } from './webhook.ts';

/** Every kind of action there is. A new one is a file and a line here. */
const ACTIONS: readonly Action[] = [webhook, email, logEvent, updateEntity];

/** One entry of `GET /v1/action-types`. */
interface ActionType {
  readonly type: string;
  readonly aliases: readonly string[];
  readonly description: string;
  readonly config_schema: Readonly<Record<string, unknown>>;
  /** Why this server can't do it, as it says to who tries; null: it can. */
  readonly unavailable: string | null;
}

const byName = new Map(ACTIONS.flatMap((action) => [action.type, ...action.aliases].map((name) => [name, action])));

/** The action of a type or an alias, in any case. */
export function findAction(type: string): Action | undefined {
  return byName.get(type) ?? byName.get(type.toUpperCase());
}

/** The names of all types. */
export const ACTION_NAMES: readonly string[] = ACTIONS.map(({ type }) => type);

/** What there is to choose from on a server with this way out, with the JSON Schema of what each takes. */
export function actionTypes(egress: Egress): ActionType[] {
  return ACTIONS.map((action) => ({
    type: action.type,
    aliases: action.aliases,
    description: action.description,
    config_schema: z.toJSONSchema(action.config, { io: 'input' }),
    unavailable: unavailableWords(action, egress),
  }));
}

/** Why an action can't be used on this server, as a sentence; null: it can. */
export function unavailableWords(action: Action, egress: Egress): string | null {
  const why = action.unavailable?.(egress) ?? null;
  return why === null ? null : `${action.type} is not available, as ${why}`;
}
