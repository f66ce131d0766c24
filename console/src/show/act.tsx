import { Button, type ButtonProps, Tooltip } from '@mantine/core';
import type { MouseEvent } from 'react';
import { type Scope, useLack } from './may.ts';

interface ActProps extends ButtonProps {
  /** What the key needs for it. */
  readonly scope: Scope;
  /** Why it can't be done now, whatever the key; null: it can. */
  readonly hindrance?: string | null;
  readonly onClick: () => void;
}

/** A button that does something. What can't be done stays in its place and says why, also to the keyboard. */
export function Act({ scope, hindrance = null, onClick, children, ...props }: ActProps) {
  const why = useLack()(scope) ?? hindrance;
  if (why === null) {
    return (
      <Button {...props} onClick={onClick}>
        {children}
      </Button>
    );
  }
  return (
    <Refused why={why} {...props}>
      {children}
    </Refused>
  );
}

/** The button of what can't be done: it stands in its place, and says why to whoever comes to it. */
export function Refused({ why, children, ...props }: ButtonProps & { readonly why: string }) {
  const refuse = (event: MouseEvent) => event.preventDefault();
  return (
    <Tooltip label={why} maw={320}>
      <Button {...props} data-disabled aria-disabled="true" aria-description={why} onClick={refuse}>
        {children}
      </Button>
    </Tooltip>
  );
}
