import type { EntityDefinition } from '@hydracore/client';
import { Button, FileButton, Text } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { type DragEvent, useState } from 'react';
import { Code } from '../../show/code.tsx';
import { useLack } from '../../show/may.ts';
import { Panel } from '../../show/panel.tsx';
import styles from './import.module.css';
import { sampleOf } from './sample.ts';

interface FileChoiceProps {
  readonly definition: EntityDefinition;
  readonly onChoose: (file: File) => void;
}

/** Which file, and what must be in it. */
export function FileChoice({ definition, onChoose }: FileChoiceProps) {
  const lack = useLack()('entities:write');
  const [isOver, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file && lack === null) onChoose(file);
  };
  return (
    <>
      <div
        className={styles.drop}
        data-over={isOver || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <IconUpload size={26} stroke={1.5} aria-hidden />
        <Text fz="md">{lack ?? 'Drop a CSV or NDJSON file here, or'}</Text>
        <FileButton
          accept=".csv,.ndjson,.jsonl"
          inputProps={{ 'aria-label': 'File with records' }}
          onChange={(file) => file && onChoose(file)}
        >
          {(props) => (
            <Button {...props} disabled={lack !== null}>
              Choose a file
            </Button>
          )}
        </FileButton>
      </div>
      <Panel title="What must be in it">
        <Text fz="md" mb="sm">
          <strong>CSV</strong>: the first line names the columns. <code>external_id</code> is your own id: a record that
          has it already is written over, so a file can be imported again. Empty values are none.
        </Text>
        <Code text={sampleOf(definition, 'csv')} label="an example as CSV" />
        <Text fz="md" my="sm">
          <strong>NDJSON</strong>: one record a line, as the API takes it.
        </Text>
        <Code text={sampleOf(definition, 'ndjson')} label="an example as NDJSON" />
        <Text fz="sm" c="dimmed" mt="sm">
          For files of a terminal:{' '}
          <code>{`hydracore entities import ${definition.slug}.csv --definition ${definition.slug}`}</code>
        </Text>
      </Panel>
    </>
  );
}
