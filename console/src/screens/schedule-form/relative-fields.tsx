import { Alert, Select, SimpleGrid } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { definitionsOf } from '../../api/entities.ts';
import { ErrorNotice } from '../../show/error-notice.tsx';
import { useDraft } from './draft-context.tsx';
import type { Json } from './draft.ts';
import { ChoiceField, JsonField, NumberField } from './fields.tsx';

/** Which date of which records it goes by. */
export function RelativeFields() {
  const { draft, set, errorOf, isEdit } = useDraft();
  const { data, error } = useQuery(definitionsOf());
  const chosen = data?.find(({ id }) => id === draft.relative_entity_definition_id);
  const dates = chosen?.fields.filter(({ type }) => type === 'DATE' || type === 'DATETIME') ?? [];
  return (
    <>
      {error && <ErrorNotice title="The kinds of records could not be read" error={error} />}
      {data?.length === 0 && (
        <Alert color="hydra" title="There are no records yet">
          Such a schedule fires by a date in records of yours: contracts, invoices, trials. Define a kind of record by{' '}
          <code>POST /v1/entity-definitions</code> first.
        </Alert>
      )}
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <Select
          label="Records"
          placeholder="Choose a kind"
          data={data?.map(({ id, name }) => ({ value: id, label: name })) ?? []}
          value={draft.relative_entity_definition_id || null}
          disabled={isEdit}
          allowDeselect={false}
          onChange={(id) => set({ relative_entity_definition_id: id ?? '', relative_field_name: '' })}
          error={errorOf('relative_entity_definition_id')}
        />
        <Select
          label="Date"
          placeholder={chosen ? 'Choose a field' : 'Choose records first'}
          data={dates.map(({ name }) => name)}
          value={draft.relative_field_name || null}
          disabled={!chosen}
          allowDeselect={false}
          nothingFoundMessage="They have no date"
          onChange={(name) => set({ relative_field_name: name ?? '' })}
          error={errorOf('relative_field_name')}
        />
        <NumberField
          name="relative_offset_days"
          label="Days after the date"
          description="Before it: a negative number"
        />
        <ChoiceField
          name="relative_recurrence"
          label="Comes round"
          choices={[
            ['NONE', 'No', 'Once for each date'],
            ['MONTHLY', 'Monthly', 'On the same day of each month; on the last, where the month is shorter'],
            ['YEARLY', 'Yearly', 'On the same day of each year, as birthdays do'],
          ]}
        />
      </SimpleGrid>
      <JsonField
        path="relative_filter"
        label="Only records that meet"
        description='Such as {"status": "active", "amount": {"$gte": 100}}. Empty: all.'
        value={draft.relative_filter}
        isObject
        rows={2}
        onChange={(value) => set({ relative_filter: (value as Json | undefined) ?? null })}
      />
    </>
  );
}
