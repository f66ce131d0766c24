import { Button, Group, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { type FormEvent, type ReactNode, useState } from 'react';
import { problemsOf } from '../../api/errors.ts';
import { ErrorNotice } from '../../show/error-notice.tsx';
import { type DefinitionDraft, type FieldRow, placesOf, slugOf } from './draft.ts';
import { FieldLine } from './field-line.tsx';

interface DefinitionFormProps {
  readonly first: DefinitionDraft;
  /** Of one that is there the slug stays. */
  readonly isEdit?: boolean;
  /** The button: a verb. */
  readonly action: string;
  readonly pending: boolean;
  readonly error: unknown;
  readonly onSave: (draft: DefinitionDraft) => void;
  readonly cancel: ReactNode;
}

/** What records of a kind have. */
export function DefinitionForm({ first, isEdit = false, action, pending, error, onSave, cancel }: DefinitionFormProps) {
  const [draft, setDraft] = useState(first);
  const [hasSlug, setHasSlug] = useState(isEdit);
  const places = placesOf(draft.fields);
  const shown = ['name', 'slug', 'fields', ...[...places.values()].map((place) => `fields.${place}`)];
  const { fields: problems, rest } = problemsOf(error, shown);
  const set = (changed: Partial<DefinitionDraft>) => setDraft({ ...draft, ...changed });
  const edit = (key: number, part: Partial<FieldRow>) =>
    set({ fields: draft.fields.map((row) => (row.key === key ? { ...row, ...part } : row)) });
  const add = () => {
    const key = Math.max(-1, ...draft.fields.map((row) => row.key)) + 1;
    set({ fields: [...draft.fields, { key, name: '', type: 'STRING', required: false }] });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSave(draft);
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md" maw={820}>
        {rest.length > 0 && <ErrorNotice title="It is not saved" error={error} words={rest} />}
        <Paper p="lg">
          <Stack gap="md">
            <TextInput
              label="Name"
              description="For people."
              placeholder="Contracts"
              required
              value={draft.name}
              error={problems['name']}
              onChange={(event) => {
                const name = event.currentTarget.value;
                set({ name, ...(!hasSlug && { slug: slugOf(name) }) });
              }}
            />
            <TextInput
              label="Slug"
              description={isEdit ? 'It never changes.' : 'For programs: it never changes.'}
              placeholder="contracts"
              required
              disabled={isEdit}
              value={draft.slug}
              error={problems['slug']}
              onChange={(event) => {
                setHasSlug(event.currentTarget.value !== '');
                set({ slug: event.currentTarget.value });
              }}
            />
          </Stack>
        </Paper>
        <Paper component="section" p="lg" aria-label="Fields">
          <Title order={2}>Fields</Title>
          <Text c="dimmed" fz="md" mb="md">
            {isEdit
              ? 'What records have a value in can’t go, nor change its type; the API says where that is so.'
              : 'Letters, digits and _. Schedules can fire by a date.'}
          </Text>
          {problems['fields'] !== undefined && (
            <Text c="var(--mantine-color-error)" fz="sm" mb="sm" role="alert">
              {problems['fields']}
            </Text>
          )}
          <Stack gap={8}>
            {draft.fields.map((row, index) => (
              <FieldLine
                key={row.key}
                row={row}
                number={index + 1}
                error={problems[`fields.${places.get(row.key)}`]}
                onChange={(part) => edit(row.key, part)}
                onRemove={() => set({ fields: draft.fields.filter(({ key }) => key !== row.key) })}
              />
            ))}
            <div>
              <Button size="xs" variant="subtle" px={6} leftSection={<IconPlus size={14} aria-hidden />} onClick={add}>
                Add a field
              </Button>
            </div>
          </Stack>
        </Paper>
        <Group gap="xs">
          <Button type="submit" loading={pending}>
            {action}
          </Button>
          {cancel}
        </Group>
      </Stack>
    </form>
  );
}
