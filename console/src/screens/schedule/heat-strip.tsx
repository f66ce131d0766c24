import type { Run, Schedule } from '@hydracore/client';
import { Text, Tooltip } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type KeyboardEvent, useRef, useState } from 'react';
import { runsOf } from '../../api/schedules.ts';
import { Panel } from '../../show/panel.tsx';
import { reasonWords, statusName, toneOf } from '../../show/statuses.ts';
import { localTime } from '../../show/time.ts';
import styles from './schedule.module.css';

/** Cells of the strip: as many runs as one request answers. */
const CELLS = 80;

/** The latest runs at a glance, the newest on the right. The arrow keys go from one to the next. */
export function HeatStrip({ schedule }: { readonly schedule: Schedule }) {
  const { data } = useQuery(runsOf(schedule.id, { limit: CELLS, offset: 0 }));
  const [at, setAt] = useState(0);
  const cells = useRef<(HTMLAnchorElement | null)[]>([]);
  const runs = data?.runs ?? [];
  const move = (event: KeyboardEvent) => {
    const step = { ArrowLeft: 1, ArrowRight: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = Math.min(runs.length - 1, Math.max(0, at + step));
    setAt(next);
    cells.current[next]?.focus();
  };
  const empty = Array.from({ length: Math.max(0, CELLS - runs.length) }, (_, i) => `none ${i}`);
  return (
    <Panel
      title="Latest runs"
      aside={
        <Text fz="sm" c="dimmed">
          {countsOf(runs)}
        </Text>
      }
    >
      <div className={styles.strip} role="group" aria-label="Latest runs, the newest last">
        {empty.map((key) => (
          <span key={key} className={styles.none} />
        ))}
        {runs
          .map((run, i) => (
            <Tooltip key={run.id} label={wordsOfRun(run, schedule.timezone)} openDelay={0}>
              <Link
                ref={(cell) => {
                  cells.current[i] = cell;
                }}
                to="/runs/$runId"
                params={{ runId: run.id }}
                preload={false}
                className={styles.cell}
                data-tone={toneOf(run.status)}
                aria-label={wordsOfRun(run, schedule.timezone)}
                tabIndex={i === Math.min(at, runs.length - 1) ? 0 : -1}
                onKeyDown={move}
                onFocus={() => setAt(i)}
              />
            </Tooltip>
          ))
          .toReversed()}
      </div>
    </Panel>
  );
}

function wordsOfRun({ status, reason, scheduled_for, missed_count }: Run, timezone: string): string {
  const why = reason === null ? '' : ` (${reasonWords(reason)})`;
  const many = missed_count !== null && missed_count > 1 ? `, ${missed_count.toLocaleString('en')} of them` : '';
  return `${statusName(status)}${why}${many}: ${localTime(Date.parse(scheduled_for), timezone)} ${timezone}`;
}

function countsOf(runs: readonly Run[]): string {
  const counts = new Map<string, number>();
  for (const { status } of runs) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].map(([status, count]) => `${count} ${status.toLowerCase()}`).join(' · ');
}
