import { useDraft } from './draft-context.tsx';
import type { Json } from './draft.ts';

/** The config of the action: what it is, how to change it, and what is wrong with it. */
export function useConfig() {
  const { draft, set, errorOf } = useDraft();
  return {
    config: draft.action_config,
    /** Sets parts; undefined takes one out, so that the API's own default holds. */
    change: (changed: Json) => {
      const all = Object.entries({ ...draft.action_config, ...changed });
      set({ action_config: Object.fromEntries(all.filter(([, value]) => value !== undefined)) });
    },
    text: (name: string) => (typeof draft.action_config[name] === 'string' ? draft.action_config[name] : ''),
    errorOf: (name: string) => errorOf(`action_config.${name}`),
  };
}
