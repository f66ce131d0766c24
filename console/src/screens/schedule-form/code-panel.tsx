import { Paper, Tabs, Text, Title } from '@mantine/core';
import { Code } from '../../show/code.tsx';
import { curlOf, type Sample, typescriptOf } from './samples.ts';

/** The same without the console. */
export function CodePanel({ sample }: { readonly sample: Omit<Sample, 'origin'> }) {
  const all = { ...sample, origin: location.origin };
  return (
    <Paper component="section" aria-label="The same by the API" p="lg">
      <Title order={2}>The same by the API</Title>
      <Text fz="md" c="dimmed" mb="sm">
        What this form sends, as it is now.
      </Text>
      <Tabs defaultValue="curl" variant="default">
        <Tabs.List mb="sm">
          <Tabs.Tab value="curl">curl</Tabs.Tab>
          <Tabs.Tab value="typescript">TypeScript</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="curl">
          <Code text={curlOf(all)} label="the command" />
        </Tabs.Panel>
        <Tabs.Panel value="typescript">
          <Code text={typescriptOf(all)} label="the program" />
        </Tabs.Panel>
      </Tabs>
    </Paper>
  );
}
