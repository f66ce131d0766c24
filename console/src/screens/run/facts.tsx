import type { Run } from '@hydracore/client';
import { Duration } from '../../show/duration.tsx';
import { Fact, FactList, Id } from '../../show/facts.tsx';
import { Instant } from '../../show/instant.tsx';
import { Link } from '../../show/links.tsx';
import { Panel } from '../../show/panel.tsx';
import { latenessWords } from '../../show/run-words.ts';

interface RunFactsProps {
  readonly run: Run;
  /** null: it is deleted, or not ours to know. */
  readonly scheduleName: string | null;
}

const TRIGGERS: Readonly<Record<Run['trigger'], string>> = {
  SCHEDULE: 'its schedule',
  MANUAL: 'somebody, by hand or by the API',
  BACKFILL: 'a backfill',
};

/** What the run belongs to, and its times. */
export function RunFacts({ run, scheduleName }: RunFactsProps) {
  const instant = (at: string | null) => at !== null && <Instant at={at} focusable />;
  return (
    <Panel title="What it is">
      <FactList>
        <Fact name="Schedule">
          {scheduleName === null ? (
            <code>{run.schedule_id}</code>
          ) : (
            <Link to="/schedules/$scheduleId" params={{ scheduleId: run.schedule_id }}>
              {scheduleName}
            </Link>
          )}
          {' · '}
          <Link to="/runs" search={{ schedule: run.schedule_id }}>
            all its runs
          </Link>
        </Fact>
        <Fact name="Started by">{TRIGGERS[run.trigger]}</Fact>
        <Fact name="Scheduled for">{instant(run.scheduled_for)}</Fact>
        <Fact name="To fire at">{run.fire_at !== run.scheduled_for && instant(run.fire_at)}</Fact>
        <Fact name="Began">{instant(run.started_at)}</Fact>
        <Fact name="Lateness">{latenessWords(run.lateness_ms)}</Fact>
        <Fact name="Ended">{instant(run.finished_at)}</Fact>
        <Fact name="Took">{run.duration_ms !== null && <Duration ms={run.duration_ms} />}</Fact>
        <Fact name="Attempts">{run.attempt > 0 && run.attempt}</Fact>
        <Fact name="Tries again at">{instant(run.next_attempt_at)}</Fact>
        <Fact name="Report due by">{instant(run.completion_due_at)}</Fact>
        <Fact name="Stands for">
          {run.missed_count !== null &&
            `${run.missed_count.toLocaleString('en')} ${run.missed_count === 1 ? 'occurrence' : 'occurrences'}`}
        </Fact>
        <Fact name="The last of them">{instant(run.missed_until)}</Fact>
        <Fact name="Record">
          {run.record_id !== null && (
            <>
              <Id id={run.record_id} label="Copy the record’s id" />{' '}
              <Link to="/runs" search={{ record: run.record_id }}>
                all its runs
              </Link>
            </>
          )}
        </Fact>
        <Fact name={run.status === 'SKIPPED' ? 'Skipped for' : 'Behind'}>
          {run.blocked_by !== null && (
            <Link to="/runs/$runId" params={{ runId: run.blocked_by }}>
              the run <code>{run.blocked_by.slice(0, 13)}…</code>
            </Link>
          )}
        </Fact>
        <Fact name="Retry of">
          {run.retry_of !== null && (
            <Link to="/runs/$runId" params={{ runId: run.retry_of }}>
              the failed run <code>{run.retry_of.slice(0, 13)}…</code>
            </Link>
          )}
        </Fact>
        <Fact name="Backfill">
          {run.backfill_id !== null && (
            <Link to="/runs" search={{ backfill: run.backfill_id }}>
              all runs of backfill <code>{run.backfill_id.slice(0, 8)}…</code>
            </Link>
          )}
        </Fact>
        <Fact name="Id">
          <Id id={run.id} />
        </Fact>
      </FactList>
    </Panel>
  );
}
