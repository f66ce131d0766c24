import { NumberInput, Select, Textarea, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { Draft } from './draft.ts';
import { useDraft } from './draft-context.tsx';

type NamesOf<T> = { [K in keyof Draft]: Draft[K] extends T ? (T extends Draft[K] ? K : never) : never }[keyof Draft];
type TextName = {
  [K in keyof Draft]: Draft[K] extends string ? (string extends Draft[K] ? K : never) : never;
}[keyof Draft];

interface FieldProps {
  readonly label: string;
  readonly description?: string;
  readonly placeholder?: string;
}

/** A text of the draft. */
export function TextField({
  name,
  required = false,
  lines = 1,
  ...props
}: FieldProps & { readonly name: TextName; readonly required?: boolean; readonly lines?: number }) {
  const { draft, set, errorOf } = useDraft();
  const shared = {
    ...props,
    required,
    value: draft[name],
    error: errorOf(name),
    onChange: (event: { readonly currentTarget: { readonly value: string } }) =>
      set({ [name]: event.currentTarget.value }),
  };
  return lines > 1 ? <Textarea autosize minRows={lines} maxRows={12} {...shared} /> : <TextInput {...shared} />;
}

/** A whole number of the draft. */
export function NumberField({
  name,
  suffix,
  ...props
}: FieldProps & { readonly name: NamesOf<number | string>; readonly suffix?: string }) {
  const { draft, set, errorOf } = useDraft();
  return (
    <NumberInput
      {...props}
      allowDecimal={false}
      {...(suffix !== undefined && { suffix: ` ${suffix}` })}
      value={draft[name]}
      error={errorOf(name)}
      onChange={(value) => set({ [name]: value })}
    />
  );
}

interface ChoiceFieldProps<N extends keyof Draft> extends FieldProps {
  readonly name: N;
  /** Each with the sentence that explains it. */
  readonly choices: readonly (readonly [value: Draft[N] & string, label: string, explained: string])[];
}

/** One of a few, with a line that explains the one that is chosen. */
export function ChoiceField<N extends keyof Draft>({ name, choices, ...props }: ChoiceFieldProps<N>) {
  const { draft, set, errorOf } = useDraft();
  return (
    <Select
      {...props}
      description={choices.find(([value]) => value === draft[name])?.[2] ?? props.description}
      data={choices.map(([value, label]) => ({ value, label }))}
      value={draft[name] as string}
      error={errorOf(name)}
      allowDeselect={false}
      onChange={(value) => set({ [name]: value })}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
    />
  );
}

interface JsonFieldProps extends FieldProps {
  /** Where it is in the body. */
  readonly path: string;
  readonly value: unknown;
  /** Whether only an object will do. */
  readonly isObject?: boolean;
  /** Whether what is no JSON is a text instead of a mistake. */
  readonly isText?: boolean;
  readonly onChange: (value: unknown) => void;
  readonly rows?: number;
}

/** Any JSON, as its text. Empty: undefined. While it can't be read nothing is sent. */
export function JsonField({
  path,
  value,
  isObject = false,
  isText = false,
  onChange,
  rows = 3,
  ...props
}: JsonFieldProps) {
  const { errorOf, setUnreadable } = useDraft();
  const [text, setText] = useState(() => textOf(value));
  // The field may go while its text is wrong: then it is in nobody's way.
  useEffect(() => () => setUnreadable(path, undefined), [path, setUnreadable]);
  const change = (typed: string) => {
    setText(typed);
    const read = readJson(typed, isObject, isText);
    setUnreadable(path, read.problem);
    if (read.problem === undefined) onChange(read.value);
  };
  return (
    <Textarea
      {...props}
      autosize
      minRows={rows}
      maxRows={16}
      spellCheck={false}
      value={text}
      error={errorOf(path)}
      onChange={(event) => change(event.currentTarget.value)}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13 } }}
    />
  );
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

function readJson(text: string, isObject: boolean, isText: boolean): { value?: unknown; problem?: string } {
  if (text.trim() === '') return { value: undefined };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return isText ? { value: text } : { problem: `This is not JSON: ${(error as Error).message}` };
  }
  const isOne = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject && !isOne ? { problem: 'This must be a JSON object: {…}' } : { value };
}
