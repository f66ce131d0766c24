import type { Overview } from '@hydracore/client';
import { Paper, Skeleton, Text } from '@mantine/core';
import { lazy, type ReactNode, Suspense } from 'react';
import { Link } from '../../show/links.tsx';
import { Panel } from '../../show/panel.tsx';
import { durationWords } from '../../show/time.ts';
import { chartWords, endedOf, type Hour, OUTCOMES, successShare, totalsOf } from './hours-data.ts';
import { HoursTable } from './hours-table.tsx';
import styles from './overview.module.css';

const HoursChart = lazy(async () => ({ default: (await import('./hours-chart.tsx')).HoursChart }));

interface HoursProps {
  readonly hours: readonly Hour[];
  readonly lateness: Overview['lateness'];
}

/** What ended how, hour by hour, and how late it began. */
export function Hours({ hours, lateness }: HoursProps) {
  const totals = totalsOf(hours);
  const share = successShare(totals);
  return (
    <>
      <div className={styles.figures}>
        <Figure name="Runs that ended" value={endedOf(hours).toLocaleString('en')} note="in the last 24 hours" />
        <Figure
          name="Succeeded"
          value={share ?? '–'}
          note={
            share === null ? 'none was tried' : `of ${(totals.succeeded + totals.failed).toLocaleString('en')} tried`
          }
        />
        <Figure
          name="Failed"
          value={totals.failed.toLocaleString('en')}
          tone={totals.failed > 0 ? 'bad' : undefined}
          note={
            <Link to="/runs" search={{ status: 'FAILED' }} fz="sm">
              see them
            </Link>
          }
        />
        <Figure
          name="Lateness, half of all"
          value={wordsOf(lateness?.p50_ms)}
          note="p50, from due to the first attempt"
        />
        <Figure name="Lateness, 99 of 100" value={wordsOf(lateness?.p99_ms)} note="p99, not later than this" />
      </div>
      <Panel
        title="The last 24 hours"
        aside={
          <ul className={styles.legend} aria-hidden="true">
            {OUTCOMES.map((outcome) => (
              <li key={outcome} data-outcome={outcome}>
                {outcome}
              </li>
            ))}
          </ul>
        }
      >
        <div role="img" aria-label={chartWords(totals)} className={styles.chart}>
          <Suspense fallback={<Skeleton height={220} />}>
            <HoursChart hours={hours} />
          </Suspense>
        </div>
        <HoursTable hours={hours} />
      </Panel>
    </>
  );
}

interface FigureProps {
  readonly name: string;
  readonly value: string;
  readonly note: ReactNode;
  readonly tone?: 'bad' | undefined;
}

function Figure({ name, value, note, tone }: FigureProps) {
  return (
    <Paper p="md" className={styles.figure ?? ''} data-tone={tone}>
      <Text fz="sm" c="dimmed">
        {name}
      </Text>
      <Text fz={24} fw={620} lh={1.3} className="hc-numbers">
        {value}
      </Text>
      <Text fz="sm" c="dimmed" component="div">
        {note}
      </Text>
    </Paper>
  );
}

function wordsOf(ms: number | null | undefined): string {
  return ms === null || ms === undefined ? '–' : durationWords(ms);
}
