import { createContext, type ReactNode, use, useCallback, useMemo, useState } from 'react';
import { NO_PROBLEMS, type Problems, problemsOf } from '../../api/errors.ts';
import type { Draft } from './draft.ts';

/** The draft that the parts of the form write, and what is wrong with it. */
interface Drafting {
  readonly draft: Draft;
  /** Changes fields. What was wrong with them is forgotten. */
  readonly set: (changed: Partial<Draft>) => void;
  /** What is wrong at a path such as `action_config.url`, in the API's words. */
  readonly errorOf: (path: string) => string | undefined;
  /** A text of the form that is no JSON yet; undefined: it is. */
  readonly setUnreadable: (path: string, message: string | undefined) => void;
  /** Whether the schedule is there already. */
  readonly isEdit: boolean;
}

const Context = createContext<Drafting | null>(null);

/** @throws Error outside a form */
export function useDraft(): Drafting {
  const drafting = use(Context);
  if (!drafting) throw new Error('useDraft is for the parts of the schedule form');
  return drafting;
}

/** The fields that are folded away at first. */
export const FOLDED = (
  'external_id customer_id deduplication_key action_after_completion overlap_policy catchup_window_minutes ' +
  'flexible_window_minutes max_retries retry_backoff_seconds pause_on_failure_count rate_limit_per_minute'
).split(' ');

/** The fields that show what is wrong with them. What is wrong elsewhere is told above the form. */
const SHOWN = [
  'name description schedule_expression timezone start_at end_at',
  'relative_entity_definition_id relative_field_name relative_offset_days relative_recurrence relative_filter',
  'action_type action_config',
].flatMap((names) => names.split(' '));

const CONFIG_SHOWN = [
  'url method headers body timeout_seconds success_statuses auth.token auth.username auth.password auth completion',
  'completion_timeout_seconds message level data set record',
  'to cc bcc reply_to subject text html',
].flatMap((names) => names.split(' ').map((name) => `action_config.${name}`));

/** Holds the draft of a form. */
export function useDrafting(first: Draft, isEdit: boolean) {
  const [draft, setDraft] = useState(first);
  const [problems, setProblems] = useState<Problems>(NO_PROBLEMS);
  const [unreadable, setUnreadableTexts] = useState<Readonly<Record<string, string>>>({});
  const set = useCallback((changed: Partial<Draft>) => {
    setDraft((before) => ({ ...before, ...changed }));
    setProblems(({ fields, rest }) => {
      const names = Object.keys(changed).map((name) => (name === 'plan' ? 'schedule_expression' : name));
      const left = Object.entries(fields).filter(([path]) => !names.some((name) => path.split('.')[0] === name));
      return { fields: Object.fromEntries(left), rest };
    });
  }, []);
  const setUnreadable = useCallback((path: string, message: string | undefined) => {
    setUnreadableTexts(({ [path]: _before, ...others }) =>
      message === undefined ? others : { ...others, [path]: message },
    );
  }, []);
  /** Shows a failure at the fields that it is about. */
  const show = useCallback((error: unknown): Problems => {
    const found = problemsOf(error, [...SHOWN, ...FOLDED, ...CONFIG_SHOWN]);
    setProblems(found);
    return found;
  }, []);
  const drafting = useMemo<Drafting>(
    () => ({
      draft,
      set,
      setUnreadable,
      isEdit,
      errorOf: (path) => unreadable[path] ?? problems.fields[path],
    }),
    [draft, set, setUnreadable, isEdit, unreadable, problems],
  );
  return { drafting, show, isReadable: Object.keys(unreadable).length === 0, problems };
}

export function DraftProvider({ value, children }: { readonly value: Drafting; readonly children: ReactNode }) {
  return <Context value={value}>{children}</Context>;
}
