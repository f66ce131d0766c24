import type { EntityDefinition } from '@hydracore/client';
import { ImportFileError } from '@hydracore/client';
import { Button, Group, Progress as Bar, Text } from '@mantine/core';
import { ErrorNotice } from '../../show/error-notice.tsx';
import { LinkButton } from '../../show/links.tsx';
import { Panel } from '../../show/panel.tsx';
import { durationWords } from '../../show/time.ts';
import { LineErrors } from './line-errors.tsx';
import type { Progress } from './use-import.ts';

interface ProgressPanelProps {
  readonly definition: EntityDefinition;
  readonly progress: Progress;
  readonly onCancel: () => void;
  readonly onAgain: () => void;
}

const TITLES: Readonly<Record<Progress['kind'], string>> = {
  running: 'Importing',
  done: 'Imported',
  cancelled: 'Cancelled',
  failed: 'It stopped early',
};

/** How far it has come, and in the end what became of it. */
export function ProgressPanel({ definition, progress, onCancel, onAgain }: ProgressPanelProps) {
  const { kind, file, share, tally, error, ms } = progress;
  const { created, updated, errors, underWay, throughLine } = tally;
  const isEarly = kind === 'failed' || kind === 'cancelled';
  const percent = Math.floor(share * 100);
  return (
    <Panel title={`${TITLES[kind]}: ${file}`}>
      <Bar.Root size="lg" radius="sm">
        <Bar.Section
          value={percent}
          color={kind === 'failed' ? 'red.8' : 'hydra'}
          aria-label="How much of the file has been read"
          aria-valuetext={`${percent} %`}
        />
      </Bar.Root>
      <Group justify="space-between" mt="xs">
        <Text fz="md" className="hc-numbers">
          {`${created.toLocaleString('en')} created, ${updated.toLocaleString('en')} updated, ${errors.length.toLocaleString('en')} failed`}
        </Text>
        <Text fz="sm" c="dimmed" className="hc-numbers">
          {`${percent} % · ${durationWords(ms)}`}
        </Text>
      </Group>
      <div role="status">
        {kind === 'done' && (
          <Text fz="md" mt="sm">
            {errors.length === 0
              ? 'Everything in the file is stored.'
              : 'All is stored but the lines below. Mend them and import the file again: what has an external_id is not doubled.'}
          </Text>
        )}
        {isEarly && (
          <Text fz="md" mt="sm">
            {`What is counted above is stored, through line ${throughLine.toLocaleString('en')}.`}
            {underWay !== null &&
              ` Lines ${underWay[0].toLocaleString('en')} to ${underWay[1].toLocaleString('en')} were under way: all of them are stored, or none.`}
            {' Import the file again when you like: what has an external_id is not doubled.'}
          </Text>
        )}
      </div>
      {kind === 'failed' && (
        <ErrorNotice title={error instanceof ImportFileError ? 'The file does not fit' : 'It failed'} error={error} />
      )}
      <LineErrors errors={errors} file={file} isDone={kind !== 'running'} />
      <Group gap="xs" mt="md">
        {kind === 'running' ? (
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
        ) : (
          <>
            <LinkButton to="/entities/$definitionId" params={{ definitionId: definition.id }}>
              To the records
            </LinkButton>
            <Button variant="default" onClick={onAgain}>
              Import another file
            </Button>
          </>
        )}
      </Group>
    </Panel>
  );
}
