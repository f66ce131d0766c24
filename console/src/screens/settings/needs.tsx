import type { ReactNode } from 'react';
import { EmptyState } from '../../show/empty-state.tsx';
import { type Scope, useLack } from '../../show/may.ts';

interface NeedsProps {
  readonly scope: Scope;
  readonly children: ReactNode;
}

/** What the key of the session may not see: says which scope it takes. */
export function Needs({ scope, children }: NeedsProps) {
  const lack = useLack()(scope);
  if (lack === null) return children;
  return (
    <EmptyState title="Not for this key">
      {lack} Sign in with a key that has it, or have one made by who has <code>keys:manage</code>.
    </EmptyState>
  );
}
