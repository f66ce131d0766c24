import { Chip, Group, Input, NumberInput, Select, Textarea, TextInput } from '@mantine/core';
import { isLocal, type Plan, UNITS, WEEKDAYS } from './plan.ts';

interface PlanFieldsProps {
  readonly plan: Plan;
  readonly onChange: (plan: Plan) => void;
  readonly error: string | undefined;
}

const DAYS = [
  ...Array.from({ length: 31 }, (_, i) => ({ value: String(i + 1), label: `Day ${i + 1}` })),
  { value: 'L', label: 'Last day' },
  { value: 'LW', label: 'Last weekday' },
];

/** The fields of the kind that is chosen. */
export function PlanFields({ plan, onChange, error }: PlanFieldsProps) {
  switch (plan.kind) {
    case 'every':
      return <EveryFields plan={plan} onChange={onChange} error={error} />;
    case 'daily':
      return <TimeField label="At" value={plan.time} onChange={(time) => onChange({ ...plan, time })} error={error} />;
    case 'weekly':
      return (
        <Group align="flex-start" gap="lg">
          <Input.Wrapper
            label="On"
            labelElement="div"
            error={plan.days.length === 0 ? 'Choose a day at least' : undefined}
          >
            <Chip.Group multiple value={[...plan.days]} onChange={(days) => onChange({ ...plan, days })}>
              <Group gap={6} role="group" aria-label="Days of the week">
                {WEEKDAYS.map((day) => (
                  <Chip key={day} value={day} size="sm" radius="sm" variant="filled">
                    {day.charAt(0) + day.slice(1).toLowerCase()}
                  </Chip>
                ))}
              </Group>
            </Chip.Group>
          </Input.Wrapper>
          <TimeField label="At" value={plan.time} onChange={(time) => onChange({ ...plan, time })} error={error} />
        </Group>
      );
    case 'monthly':
      return (
        <Group align="flex-start">
          <Select
            label="On"
            data={DAYS}
            value={plan.day}
            allowDeselect={false}
            searchable
            w={170}
            onChange={(day) => onChange({ ...plan, day: day ?? '1' })}
          />
          <TimeField label="At" value={plan.time} onChange={(time) => onChange({ ...plan, time })} error={error} />
        </Group>
      );
    case 'cron':
      return (
        <TextPlan
          label="Cron expression"
          plan={plan}
          onChange={onChange}
          error={error}
          hint="minute hour day month weekday; six fields begin with seconds. Also cron(…) of EventBridge and @daily."
        />
      );
    case 'rrule':
      return (
        <TextPlan
          label="RRULE"
          plan={plan}
          onChange={onChange}
          error={error}
          hint="As in iCalendar: FREQ, INTERVAL, BYDAY, BYMONTHDAY, BYSETPOS, COUNT, UNTIL; with DTSTART if it counts from a day."
        />
      );
    case 'once':
      return (
        <TextInput
          label="At"
          type={plan.at === '' || isLocal(plan.at) ? 'datetime-local' : 'text'}
          description="By the clock of the time zone"
          value={plan.at}
          onChange={(event) => onChange({ ...plan, at: event.currentTarget.value })}
          error={error}
          maw={260}
        />
      );
    default:
      return (
        <TimeField
          label="At"
          description="Empty: at the time that stands in the record; for a date, at midnight"
          value={plan.time}
          onChange={(time) => onChange({ ...plan, time })}
          error={error}
        />
      );
  }
}

type Of<K extends Plan['kind']> = Omit<PlanFieldsProps, 'plan'> & { readonly plan: Extract<Plan, { kind: K }> };

function EveryFields({ plan, onChange, error }: Of<'every'>) {
  return (
    <Group align="flex-start">
      <NumberInput
        label="Every"
        min={1}
        allowDecimal={false}
        value={plan.count}
        onChange={(count) => onChange({ ...plan, count: Number(count) })}
        error={error}
        w={120}
      />
      <Select
        label="Unit"
        data={UNITS.map((value) => ({ value, label: plan.count === 1 ? value.slice(0, -1) : value }))}
        value={plan.unit}
        allowDeselect={false}
        onChange={(unit) => onChange({ ...plan, unit: unit ?? 'minutes' })}
        w={140}
      />
    </Group>
  );
}

function TextPlan({
  label,
  plan,
  onChange,
  error,
  hint,
}: Of<'cron' | 'rrule'> & { readonly label: string; readonly hint: string }) {
  return (
    <Textarea
      label={label}
      description={hint}
      value={plan.text}
      onChange={(event) => onChange({ ...plan, text: event.currentTarget.value })}
      error={error}
      autosize
      minRows={1}
      spellCheck={false}
      classNames={{ input: 'hc-code' }}
    />
  );
}

interface TimeFieldProps {
  readonly label: string;
  readonly description?: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error: string | undefined;
}

function TimeField({ onChange, ...props }: TimeFieldProps) {
  return <TextInput type="time" {...props} onChange={(event) => onChange(event.currentTarget.value)} miw={130} />;
}
