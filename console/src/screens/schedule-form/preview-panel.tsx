import { Loader, Paper, Stack, Text, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { ValidationError } from '@hydracore/client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { wordsOf } from '../../api/errors.ts';
import { previewOf } from '../../api/schedules.ts';
import { FireCalendar } from '../../show/fire-calendar.tsx';
import { FireList } from '../../show/fire-list.tsx';
import { whenOf } from './draft.ts';
import { useDraft } from './draft-context.tsx';

/** While one writes: what it says in plain words, and when it would fire. */
export function PreviewPanel() {
  const { draft } = useDraft();
  const [when] = useDebouncedValue(whenOf(draft), 300);
  const { data, error, isFetching } = useQuery({ ...previewOf(when), placeholderData: keepPreviousData });
  return (
    <Paper component="section" aria-label="Preview" p="lg">
      <Title order={2}>Next fires {isFetching && <Loader size={12} ml={6} aria-label="Working it out" />}</Title>
      {error ? (
        <Stack gap={4} mt="xs" role="status">
          {(error instanceof ValidationError ? error.problems.map(({ msg }) => msg) : [wordsOf(error)]).map((msg) => (
            <Text key={msg} fz="md" c="var(--mantine-color-error)">
              {msg}
            </Text>
          ))}
        </Stack>
      ) : (
        data && (
          <Stack gap="md" mt={4}>
            <Text fz="md" c="dimmed" role="status">
              {data.description}
              {`, ${data.timezone}`}
            </Text>
            {data.occurrences.length === 0 ? (
              <Text fz="md">Nothing is due by it.</Text>
            ) : (
              <>
                <FireCalendar occurrences={data.occurrences} />
                <FireList occurrences={data.occurrences} timezone={data.timezone} />
              </>
            )}
          </Stack>
        )
      )}
    </Paper>
  );
}
