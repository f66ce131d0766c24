import { Tooltip } from '@mantine/core';
import { useEffect, useSyncExternalStore } from 'react';
import { type LiveState, liveState, onLiveState, startLive } from '../api/live.ts';
import styles from './live.module.css';

/** Keeps the screens fresh while the frame is there. */
export function useLive(): void {
  useEffect(startLive, []);
}

const WORDS: Readonly<Record<LiveState['kind'], readonly [word: string, explained: string]>> = {
  connecting: ['Connecting', 'Connecting to the stream of events.'],
  live: ['Live', 'What happens shows up here by itself.'],
  interrupted: [
    'Interrupted',
    'The stream of events broke off. It is made again by itself; what was missed comes then.',
  ],
  refused: ['Not live', ''],
};

/** Whether what is shown keeps itself fresh. */
export function LiveIndicator() {
  const state = useSyncExternalStore(onLiveState, liveState);
  const [word, explained] = WORDS[state.kind];
  const why = state.kind === 'refused' ? `${state.why} Screens look again every few seconds.` : explained;
  return (
    <Tooltip label={why} maw={300}>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what explains it comes up on focus, too */}
      <span className={styles.live} data-state={state.kind} role="status" tabIndex={0}>
        {word}
        <span className={styles.why}>: {why}</span>
      </span>
    </Tooltip>
  );
}
