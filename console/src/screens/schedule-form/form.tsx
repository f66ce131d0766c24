import { Accordion, Button, Group, Stack } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { ErrorNotice } from '../../show/error-notice.tsx';
import { ActionSection } from './action-section.tsx';
import { CodePanel } from './code-panel.tsx';
import type { Draft } from './draft.ts';
import { DraftProvider, FOLDED, useDrafting } from './draft-context.tsx';
import { TextField } from './fields.tsx';
import styles from './form.module.css';
import { PolicySection, TiesSection } from './policy-section.tsx';
import { PreviewPanel } from './preview-panel.tsx';
import type { Sample } from './samples.ts';
import { Section } from './section.tsx';
import { WhenSection } from './when-section.tsx';

/** Does something, and shows what is wrong with it at the fields. */
export type Attempt = (doing: () => Promise<unknown>) => Promise<void>;

interface FormProps {
  readonly first: Draft;
  readonly isEdit?: boolean;
  /** The button: a verb. */
  readonly action: string;
  /** What is sent for a draft. */
  readonly sampleOf: (draft: Draft) => Omit<Sample, 'origin'>;
  readonly pending: boolean;
  readonly error: unknown;
  /** Instead of the notice of a failure: what can be done about this one. What it tries shows its problems as saving does. */
  readonly notice?: ((attempt: Attempt) => ReactNode) | undefined;
  readonly onSave: (draft: Draft) => Promise<unknown>;
  readonly cancel: ReactNode;
}

/** A schedule as a form: on the left what it is, on the right when it fires and what is sent. */
export function ScheduleForm({
  first,
  isEdit = false,
  action,
  sampleOf,
  pending,
  error,
  notice,
  onSave,
  cancel,
}: FormProps) {
  const { drafting, show, isReadable, problems } = useDrafting(first, isEdit);
  const [opened, setOpened] = useState<string[]>([]);
  const attempt: Attempt = async (doing) => {
    try {
      await doing();
    } catch (failure) {
      const { fields } = show(failure);
      // What is wrong must be seen.
      if (FOLDED.some((name) => fields[name] !== undefined)) setOpened(['policies']);
      setTimeout(() => document.querySelector<HTMLElement>('form [aria-invalid="true"]')?.focus());
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReadable) void attempt(() => onSave(drafting.draft));
  };
  return (
    <DraftProvider value={drafting}>
      <form className={styles.columns} onSubmit={submit} noValidate>
        <Stack gap="md" className={styles.fields ?? ''}>
          {notice?.(attempt)}
          {notice === undefined && problems.rest.length > 0 && (
            <ErrorNotice title="It is not saved" error={error} words={problems.rest} />
          )}
          <Section title="Schedule">
            <TextField name="name" label="Name" placeholder="Nightly report" required />
            <TextField name="description" label="Description" placeholder="For those who find it later" lines={2} />
          </Section>
          <WhenSection />
          <ActionSection />
          <Accordion
            multiple
            variant="default"
            value={opened}
            onChange={setOpened}
            classNames={{ item: styles.item ?? '' }}
          >
            <Accordion.Item value="policies">
              <Accordion.Control>Overlap, retries, catch-up and more</Accordion.Control>
              <Accordion.Panel>
                <Stack gap="md">
                  <PolicySection />
                  <TiesSection />
                </Stack>
              </Accordion.Panel>
            </Accordion.Item>
          </Accordion>
          <Group gap="xs" className={styles.actions ?? ''}>
            <Button type="submit" loading={pending} disabled={!isReadable}>
              {action}
            </Button>
            {cancel}
          </Group>
        </Stack>
        <Stack gap="md" className={styles.aside ?? ''}>
          <PreviewPanel />
          <CodePanel sample={sampleOf(drafting.draft)} />
        </Stack>
      </form>
    </DraftProvider>
  );
}
