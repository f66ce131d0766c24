import { Input, Select, SimpleGrid } from '@mantine/core';
import { useMemo } from 'react';
import { useDraft } from './draft-context.tsx';
import { TextField } from './fields.tsx';
import { FIRST_PLANS, KIND_TYPES, type Plan, type PlanKind } from './plan.ts';
import { PlanFields } from './plan-fields.tsx';
import { RelativeFields } from './relative-fields.tsx';
import { Section } from './section.tsx';

const KINDS: readonly (readonly [PlanKind, string])[] = [
  ['every', 'Every so often'],
  ['daily', 'Daily'],
  ['weekly', 'Weekly'],
  ['monthly', 'Monthly'],
  ['cron', 'Cron expression'],
  ['once', 'Once'],
  ['rrule', 'Calendar rule (RRULE)'],
  ['relative', 'Before or after a date in records'],
];

/** When it fires: one kind after the other, or as text. */
export function WhenSection() {
  const { draft, set, isEdit, errorOf } = useDraft();
  const { plan } = draft;
  const setPlan = (to: Plan) => set({ plan: to });
  // The type of a schedule can't change.
  const kinds = KINDS.filter(([kind]) => !isEdit || KIND_TYPES[kind] === KIND_TYPES[plan.kind]);
  return (
    <Section title="When">
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <Select
          label="It fires"
          data={kinds.map(([value, label]) => ({ value, label }))}
          value={plan.kind}
          allowDeselect={false}
          disabled={kinds.length === 1}
          onChange={(kind) => {
            if (kind !== null) setPlan(FIRST_PLANS[kind]);
          }}
        />
        <ZoneField />
      </SimpleGrid>
      <PlanFields plan={plan} onChange={setPlan} error={errorOf('schedule_expression')} />
      {plan.kind === 'relative' && <RelativeFields />}
      {plan.kind !== 'once' && (
        <Input.Wrapper>
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <TextField
              name="start_at"
              label="Not before"
              placeholder="2027-01-01T00:00"
              description="By the clock of the time zone, or with an offset"
            />
            <TextField name="end_at" label="Not after" placeholder="2027-12-31T23:59" description="Empty: it goes on" />
          </SimpleGrid>
        </Input.Wrapper>
      )}
    </Section>
  );
}

function ZoneField() {
  const { draft, set, errorOf } = useDraft();
  const zones = useMemo(
    () => [...new Set([draft.timezone, 'UTC', ...Intl.supportedValuesOf('timeZone')])],
    [draft.timezone],
  );
  return (
    <Select
      label="Time zone"
      data={zones}
      value={draft.timezone}
      onChange={(timezone) => set({ timezone: timezone ?? 'UTC' })}
      error={errorOf('timezone')}
      searchable
      limit={60}
      allowDeselect={false}
      nothingFoundMessage="No such zone"
    />
  );
}
