import { Alert, TagsInput, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { actionTypesOf } from '../../api/action-types.ts';
import { addressesOf, addressesSent, namedProblem, textSent } from './email-draft.ts';
import { useConfig } from './use-config.ts';

/** EMAIL: a message through the server's own mail server. Where that has none, it is shown and says why. */
export function EmailFields() {
  const { change, text, errorOf } = useConfig();
  const { data = [] } = useQuery(actionTypesOf());
  const unavailable = data.find(({ type }) => type === 'EMAIL')?.unavailable ?? null;
  const disabled = unavailable !== null;
  return (
    <>
      {disabled && (
        <Alert color="hydra" title="Not on this server">
          {unavailable}.
        </Alert>
      )}
      <Addresses
        disabled={disabled}
        name="to"
        label="To"
        description="Each may be a template of one address; one that renders to nothing is left out"
        required
      />
      <Addresses disabled={disabled} name="cc" label="Cc" description="Copies that everybody sees" />
      <Addresses disabled={disabled} name="bcc" label="Bcc" description="Copies that nobody else sees" />
      <TextInput
        disabled={disabled}
        label="Reply to"
        description="Where answers go; empty: to whom the mail is from"
        value={text('reply_to')}
        error={errorOf('reply_to')}
        onChange={(event) => change({ reply_to: textSent(event.currentTarget.value.trim()) })}
      />
      <TextInput
        disabled={disabled}
        label="Subject"
        description="One line; may be a template: {{ schedule.name }}, {{ record.data.… }}"
        required
        value={text('subject')}
        error={errorOf('subject')}
        onChange={(event) => change({ subject: event.currentTarget.value })}
      />
      <Textarea
        disabled={disabled}
        label="Text"
        description="The plain text, may be a template. It is needed, or the HTML, or both"
        autosize
        minRows={4}
        maxRows={20}
        value={text('text')}
        error={errorOf('text')}
        onChange={(event) => change({ text: textSent(event.currentTarget.value) })}
      />
      <Textarea
        disabled={disabled}
        label="HTML"
        description="What a template inserts is not escaped unless it says so: {{ record.data.name | escape }}"
        autosize
        minRows={2}
        maxRows={20}
        spellCheck={false}
        value={text('html')}
        error={errorOf('html')}
        onChange={(event) => change({ html: textSent(event.currentTarget.value) })}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13 } }}
      />
    </>
  );
}

interface AddressesProps {
  readonly name: 'to' | 'cc' | 'bcc';
  readonly label: string;
  readonly description: string;
  readonly required?: boolean;
  readonly disabled: boolean;
}

/** Recipients as tags. A comma is part of some names, so that Enter alone ends one. */
function Addresses({ name, required = false, ...props }: AddressesProps) {
  const { config, change, errorOf } = useConfig();
  const tags = addressesOf(config[name]);
  return (
    <TagsInput
      {...props}
      required={required}
      {...(tags.length === 0 && { placeholder: 'Ada <ada@example.com>, then Enter' })}
      splitChars={[]}
      value={tags}
      error={namedProblem(errorOf(name), tags)}
      onChange={(changed) => change({ [name]: addressesSent(changed, config[name], required) })}
    />
  );
}
