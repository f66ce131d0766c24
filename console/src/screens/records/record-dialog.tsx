import type { EntityDefinition, EntityRecord } from '@hydracore/client';
import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api } from '../../api/client.ts';
import { ENTITIES } from '../../api/entities.ts';
import { problemsOf } from '../../api/errors.ts';
import { ErrorNotice } from '../../show/error-notice.tsx';
import { tellDone } from '../../show/tell.tsx';
import { RecordField } from './record-field.tsx';
import { dataOf, textOf } from './values.ts';

interface RecordDialogProps {
  readonly definition: EntityDefinition;
  /** Absent: a new one. */
  readonly record?: EntityRecord;
  readonly onClose: () => void;
}

/** A record as a form, made of its definition. */
export function RecordDialog({ definition, record, onClose }: RecordDialogProps) {
  const queries = useQueryClient();
  const [own, setOwn] = useState({ external_id: record?.external_id ?? '', customer_id: record?.customer_id ?? '' });
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(definition.fields.map(({ name }) => [name, textOf(record?.data[name])])),
  );
  const saving = useMutation({
    mutationFn: () => {
      const body = {
        external_id: own.external_id.trim() || null,
        customer_id: own.customer_id.trim() || null,
        data: dataOf(texts, definition.fields),
      };
      if (record) return api.entities.records.update(definition.id, record.id, body);
      return api.entities.records.put(definition.id, body);
    },
    onSuccess: async ({ external_id }) => {
      tellDone(`${external_id ?? 'The record'} is saved.`);
      onClose();
      await queries.invalidateQueries({ queryKey: ENTITIES });
    },
  });
  const shown = ['external_id', 'customer_id', ...definition.fields.map(({ name }) => `data.${name}`)];
  const { fields: problems, rest } = problemsOf(saving.error, shown);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={record ? `Edit ${record.external_id ?? 'the record'}` : `New record of ${definition.name}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          {rest.length > 0 && <ErrorNotice title="It is not saved" error={saving.error} words={rest} />}
          <TextInput
            label="External id"
            description="Your own, unique among these records. One that is there already is written over."
            value={own.external_id}
            error={problems['external_id']}
            data-autofocus
            onChange={(event) => setOwn({ ...own, external_id: event.currentTarget.value })}
          />
          <TextInput
            label="Customer id"
            placeholder="A UUID"
            value={own.customer_id}
            error={problems['customer_id']}
            onChange={(event) => setOwn({ ...own, customer_id: event.currentTarget.value })}
          />
          {definition.fields.map((field) => (
            <RecordField
              key={field.name}
              field={field}
              value={texts[field.name] ?? ''}
              error={problems[`data.${field.name}`]}
              onChange={(text) => setTexts({ ...texts, [field.name]: text })}
            />
          ))}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={saving.isPending}>
              Save the record
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
