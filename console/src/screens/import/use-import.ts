import { importLines, type EntityDefinition, type ImportTally } from '@hydracore/client';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api } from '../../api/client.ts';
import { ENTITIES } from '../../api/entities.ts';
import { now } from '../../app/clock.ts';
import { readFile } from './read-file.ts';

/** So many records a request: few enough that the bar moves, many enough to be quick. */
const BATCH = 1_000;
/** How often what is shown follows, in ms. */
const SHOW_MS = 100;

/** How an import stands. */
export interface Progress {
  readonly kind: 'running' | 'done' | 'cancelled' | 'failed';
  readonly file: string;
  /** Of the file, from 0 to 1. */
  readonly share: number;
  readonly tally: Readonly<ImportTally>;
  /** Why it stopped. */
  readonly error: unknown;
  readonly ms: number;
}

/** Imports a file, and tells how far it has come. Leaving the screen cancels it. */
export function useImport(definition: EntityDefinition) {
  const queries = useQueryClient();
  const [progress, setProgress] = useState<Progress | null>(null);
  const going = useRef<AbortController | null>(null);
  useEffect(() => () => going.current?.abort(), []);
  const start = async (file: File) => {
    const stop = new AbortController();
    going.current = stop;
    const tally: ImportTally = { created: 0, updated: 0, errors: [], throughLine: 0, underWay: null };
    const began = now();
    let read = 0;
    let told = 0;
    const tell = (kind: Progress['kind'], error: unknown = null) => {
      told = now();
      // A bar that is full has stored everything.
      const share = kind === 'done' ? 1 : file.size === 0 ? 0 : Math.min(0.99, read / file.size);
      const copy = { ...tally, errors: [...tally.errors] };
      setProgress({ kind, file: file.name, share, tally: copy, error, ms: told - began });
    };
    tell('running');
    const follow = () => {
      if (now() - told >= SHOW_MS) tell('running');
    };
    try {
      const lines = readFile(file, definition, (bytes) => {
        read = bytes;
        follow();
      });
      const { records } = api.entities;
      const { signal } = stop;
      await importLines(lines, tally, { records, definition: definition.id, batch: BATCH, signal, onBatch: follow });
      tell('done');
    } catch (error) {
      if (stop.signal.aborted) tell('cancelled');
      else tell('failed', error);
    }
    await queries.invalidateQueries({ queryKey: ENTITIES });
  };
  return { progress, start, cancel: () => going.current?.abort(), reset: () => setProgress(null) };
}
