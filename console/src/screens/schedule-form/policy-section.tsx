import { SimpleGrid } from '@mantine/core';
import { ChoiceField, NumberField, TextField } from './fields.tsx';
import { Section } from './section.tsx';

/** What happens when things go wrong, or meet. */
export function PolicySection() {
  return (
    <Section title="When things go wrong" hint="The defaults suit most schedules.">
      <SimpleGrid cols={{ base: 1, xs: 2 }} verticalSpacing="md">
        <ChoiceField
          name="overlap_policy"
          label="While an earlier run is open"
          choices={[
            ['SKIP', 'Skip', 'The new occurrence is recorded as skipped.'],
            ['BUFFER_ONE', 'Let one wait', 'The first waits for the end, later ones are skipped.'],
            ['BUFFER_ALL', 'Let all wait', 'They run one after the other, in order.'],
            ['CANCEL_OTHER', 'Cancel the earlier one', 'It is asked to stop; then the new one starts.'],
            ['TERMINATE_OTHER', 'Terminate the earlier one', 'It is cancelled at once, and the new one starts.'],
            ['ALLOW_ALL', 'Run beside it', 'Any number of runs at a time.'],
          ]}
        />
        <NumberField
          name="catchup_window_minutes"
          suffix="min"
          label="Catch up"
          description="How late an occurrence may still start; later it is missed"
        />
        <NumberField name="max_retries" label="Retries" description="Attempts after the first, 0 to 10" />
        <NumberField
          name="retry_backoff_seconds"
          suffix="s"
          label="First wait"
          description="Before the first retry; it doubles each time"
        />
        <NumberField
          name="pause_on_failure_count"
          label="Pause after failures"
          description="So many failed runs in a row pause it"
        />
        <NumberField
          name="flexible_window_minutes"
          suffix="min"
          label="Flexible window"
          description="Spreads the start over so many minutes"
        />
        <NumberField
          name="rate_limit_per_minute"
          label="Starts a minute"
          description="At most; the rest wait. Empty: no limit"
        />
        <ChoiceField
          name="action_after_completion"
          label="After its last run"
          choices={[
            ['NONE', 'Keep it', 'It stays, as completed.'],
            ['DELETE', 'Delete it', 'It goes once its last run is final; the runs are kept.'],
          ]}
        />
      </SimpleGrid>
    </Section>
  );
}

/** What ties it to things of one's own. */
export function TiesSection() {
  return (
    <Section title="Your own ids" hint="All optional.">
      <SimpleGrid cols={{ base: 1, xs: 2 }} verticalSpacing="md">
        <TextField
          name="external_id"
          label="External id"
          description="Yours; a list can be filtered by it"
          placeholder="report-42"
        />
        <TextField name="customer_id" label="Customer id" description="Whose it is among your customers, a UUID" />
        <TextField
          name="deduplication_key"
          label="Deduplication key"
          description="Unique: created again, the same schedule is answered"
        />
      </SimpleGrid>
    </Section>
  );
}
