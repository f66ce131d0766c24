import type { Schedule } from '@hydracore/client';
import { Json } from '../../show/code.tsx';
import { Fact, FactList, Id } from '../../show/facts.tsx';
import { Instant } from '../../show/instant.tsx';
import { Link } from '../../show/links.tsx';
import { Panel } from '../../show/panel.tsx';
import { TYPE_NAMES, whenWords } from '../../show/schedule-words.ts';
import { durationWords } from '../../show/time.ts';

const OVERLAPS: Readonly<Record<Schedule['overlap_policy'], string>> = {
  SKIP: 'the new one is skipped',
  BUFFER_ONE: 'one waits, the rest are skipped',
  BUFFER_ALL: 'all wait their turn',
  CANCEL_OTHER: 'the earlier one is asked to stop',
  TERMINATE_OTHER: 'the earlier one is cancelled at once',
  ALLOW_ALL: 'they run side by side',
};

/** What is set, in words; what is not set is not shown. */
export function Facts({ schedule }: { readonly schedule: Schedule }) {
  const { timezone } = schedule;
  const instant = (at: string | null) => at !== null && <Instant at={at} timezone={timezone} focusable />;
  const backoff = durationWords(schedule.retry_backoff_seconds * 1_000);
  return (
    <Panel title="What it is">
      <FactList>
        <Fact name="When">
          <code>{whenWords(schedule)}</code> ({TYPE_NAMES[schedule.schedule_type]})
        </Fact>
        <Fact name="Time zone">{timezone}</Fact>
        <Fact name="Not before">{instant(schedule.start_at)}</Fact>
        <Fact name="Not after">{instant(schedule.end_at)}</Fact>
        <Fact name="Last run">{instant(schedule.last_run_at)}</Fact>
        <Fact name="Runs so far">{schedule.run_count.toLocaleString('en')}</Fact>
        <Fact name="Failures in a row">{schedule.consecutive_failures > 0 && schedule.consecutive_failures}</Fact>
        <Fact name="If two meet">{OVERLAPS[schedule.overlap_policy]}</Fact>
        <Fact name="If it fails">
          {schedule.max_retries === 0
            ? 'no retry'
            : `${schedule.max_retries} ${schedule.max_retries === 1 ? 'retry' : 'retries'}, the first after ${backoff}`}
          {`; paused after ${schedule.pause_on_failure_count} in a row`}
        </Fact>
        <Fact name="If it is late">it still starts within {Math.max(1, schedule.catchup_window_minutes)} min</Fact>
        <Fact name="Spread over">
          {schedule.flexible_window_minutes > 0 && `${schedule.flexible_window_minutes} min`}
        </Fact>
        <Fact name="At most">
          {schedule.rate_limit_per_minute !== null && `${schedule.rate_limit_per_minute} starts a minute`}
        </Fact>
        <Fact name="Records">
          {schedule.relative_entity_definition_id !== null && (
            <>
              <Link
                underline="always"
                to="/entities/$definitionId"
                params={{ definitionId: schedule.relative_entity_definition_id }}
              >
                those it goes by
              </Link>
              : each says whether this fires for it, and why not
            </>
          )}
        </Fact>
        <Fact name="Only records that">
          {schedule.relative_filter !== null && <code>{JSON.stringify(schedule.relative_filter)}</code>}
        </Fact>
        <Fact name="In the end">{schedule.action_after_completion === 'DELETE' && 'deleted after its last run'}</Fact>
        <Fact name="External id">{schedule.external_id}</Fact>
        <Fact name="Customer">
          {schedule.customer_id !== null && (
            <>
              {schedule.customer_id}
              <br />
              <Link to="/schedules" search={{ customer: schedule.customer_id }}>
                all its schedules
              </Link>
              {' · '}
              <Link to="/upcoming" search={{ customer: schedule.customer_id }}>
                what it gets next
              </Link>
              {' · '}
              <Link to="/runs" search={{ customer: schedule.customer_id }}>
                all its runs
              </Link>
            </>
          )}
        </Fact>
        <Fact name="Deduplication key">{schedule.deduplication_key}</Fact>
        <Fact name="Id">
          <Id id={schedule.id} />
        </Fact>
        <Fact name="Created">{instant(schedule.created_at)}</Fact>
      </FactList>
    </Panel>
  );
}

/** What it does, as it is stored; secrets are masked. */
export function ActionConfig({ schedule }: { readonly schedule: Schedule }) {
  return (
    <Panel title={`What it does: ${schedule.action_type}`}>
      <Json value={schedule.action_config} label="the configuration" />
    </Panel>
  );
}
