import { HydraCoreError, type ServerEvent } from '@hydracore/client';
import type { QueryKey } from '@tanstack/react-query';
import { api } from './client.ts';
import { isSignedOut, wordsOf } from './errors.ts';
import { OVERVIEW } from './overview.ts';
import { queryClient } from './query-client.ts';
import { RUNS } from './runs.ts';
import { SCHEDULES } from './schedules.ts';
import { endedElsewhere } from './session.ts';
import { Refresher } from './refresher.ts';

/** How it stands with the stream of events. */
export type LiveState =
  | { readonly kind: 'connecting' | 'live' | 'interrupted' }
  /** Nothing will come, and why. */
  | { readonly kind: 'refused'; readonly why: string };

/** After a refusal that may pass (too many streams, say) it is tried again so much later. */
const AGAIN_MS = 30_000;

let state: LiveState = { kind: 'connecting' };
const listeners = new Set<() => void>();

/** What an event makes stale: each a beginning of the keys of queries. */
export function staleBy(event: ServerEvent): QueryKey[] {
  if (event.type === 'reset') return [OVERVIEW, RUNS, SCHEDULES];
  const { schedule_id } = event.data;
  const both = [OVERVIEW, [...SCHEDULES, 'list'], [...SCHEDULES, schedule_id]];
  return event.type === 'schedule' ? both : [...both, [...RUNS, 'list'], [...RUNS, event.data.run_id]];
}

export function liveState(): LiveState {
  return state;
}

/** @returns what takes the listener away again */
export function onLiveState(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * Keeps what the screens show fresh, for as long as somebody looks: a tab that is hidden holds no connection, of which browsers
 * have six for one server.
 * @returns what ends it
 */
export function startLive(): () => void {
  let reading: AbortController | null = null;
  const refresher = new Refresher((queryKey) => queryClient.invalidateQueries({ queryKey }));
  const look = () => {
    reading?.abort();
    if (document.visibilityState === 'hidden') return;
    // Whoever comes back has missed what happened meanwhile.
    if (reading !== null) refresher.add(OVERVIEW).add(RUNS).add(SCHEDULES);
    reading = new AbortController();
    void read(reading.signal, refresher);
  };
  look();
  document.addEventListener('visibilitychange', look);
  return () => {
    document.removeEventListener('visibilitychange', look);
    reading?.abort();
    refresher.stop();
  };
}

async function read(signal: AbortSignal, refresher: Refresher): Promise<void> {
  let since = '';
  while (!signal.aborted) {
    try {
      if (since === '') tell({ kind: 'connecting' });
      const options = {
        signal,
        lastEventId: since,
        onOpen: () => tell({ kind: 'live' }),
        onGap: () => tell({ kind: 'interrupted' }),
      };
      for await (const event of api.events({}, options)) {
        since = event.id;
        for (const key of staleBy(event)) refresher.add(key);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (isSignedOut(error)) return endedElsewhere();
      tell({ kind: 'refused', why: wordsOf(error) });
      if (error instanceof HydraCoreError && error.status === 403) return;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      refresher.add(OVERVIEW).add(RUNS).add(SCHEDULES);
    }
  }
}

function tell(next: LiveState): void {
  if (next.kind === state.kind && next.kind !== 'refused') return;
  state = next;
  for (const listener of listeners) listener();
}
