import type { Run } from '@hydracore/client';
import { useNow } from '../app/clock.ts';
import { runSentence } from './run-words.ts';

/** Why a run stands as it does, in a list: what the last attempt said, or else the sentence. */
export function RunWhy({ run }: { readonly run: Run }) {
  const now = useNow(5_000);
  return <>{run.error?.message ?? (run.status === 'SUCCEEDED' ? '' : runSentence(run, now))}</>;
}
