import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ComponentType } from 'react';
import { actionTypesOf } from '../../api/action-types.ts';
import { ErrorNotice } from '../../show/error-notice.tsx';
import { useDraft } from './draft-context.tsx';
import type { Json } from './draft.ts';
import { FIRST_EMAIL } from './email-draft.ts';
import { EmailFields } from './email-fields.tsx';
import { JsonField } from './fields.tsx';
import { LogEventFields } from './log-event-fields.tsx';
import { Section } from './section.tsx';
import { UpdateEntityFields } from './update-entity-fields.tsx';
import { WebhookFields } from './webhook-fields.tsx';

/** The types that have fields of their own, and what their config begins with. Any other is written as JSON. */
const FORMS: Readonly<
  Record<string, { readonly Fields: ComponentType; readonly first: Json; readonly label: string }>
> = {
  WEBHOOK: { Fields: WebhookFields, first: { url: '' }, label: 'Call a webhook' },
  EMAIL: { Fields: EmailFields, first: FIRST_EMAIL, label: 'Send an e-mail' },
  LOG_EVENT: { Fields: LogEventFields, first: { message: '' }, label: 'Log an event' },
  UPDATE_ENTITY: { Fields: UpdateEntityFields, first: { set: {} }, label: 'Update a record' },
};

/** What it does then. */
export function ActionSection() {
  const { draft, set, isEdit, errorOf } = useDraft();
  const { data = [], error } = useQuery(actionTypesOf());
  const chosen = data.find(({ type }) => type === draft.action_type);
  const Fields = FORMS[draft.action_type]?.Fields;
  return (
    <Section title="What happens">
      {error && <ErrorNotice title="The types of actions could not be read" error={error} />}
      <Select
        label="Action"
        description={chosen?.description}
        data={data.map(({ type }) => ({ value: type, label: FORMS[type]?.label ?? type }))}
        value={draft.action_type}
        disabled={isEdit}
        allowDeselect={false}
        onChange={(type) => {
          if (type !== null) set({ action_type: type, action_config: FORMS[type]?.first ?? {} });
        }}
        error={errorOf('action_type') ?? errorOf('action_config')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
      />
      {Fields ? (
        <Fields />
      ) : (
        <JsonField
          path="action_config"
          label="Configuration"
          description="JSON. GET /v1/action-types has its schema."
          value={draft.action_config}
          isObject
          rows={6}
          onChange={(value) => set({ action_config: (value as Json | undefined) ?? {} })}
        />
      )}
    </Section>
  );
}
