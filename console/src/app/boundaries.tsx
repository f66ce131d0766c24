import { Button, Center, Loader } from '@mantine/core';
import { HydraCoreError } from '@hydracore/client';
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import { EmptyState } from '../show/empty-state.tsx';
import { ErrorNotice } from '../show/error-notice.tsx';
import { LinkButton } from '../show/links.tsx';

/** Where nothing is. */
export function Lost() {
  return (
    <EmptyState title="There is nothing here" action={<LinkButton to="/schedules">To the schedules</LinkButton>}>
      The address may be mistyped, or what it showed is gone.
    </EmptyState>
  );
}

/** A screen whose thing could not be read: it is gone, or something failed. */
export function Unread({ title, error }: { readonly title: string; readonly error: unknown }) {
  if (error instanceof HydraCoreError && error.code === 'not_found') return <Lost />;
  return <ErrorNotice title={title} error={error} />;
}

/** A screen that failed. */
export function Broken({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const again = async () => {
    reset();
    await router.invalidate();
  };
  return (
    <ErrorNotice title="This screen could not be shown" error={error}>
      <Button variant="default" size="xs" onClick={() => void again()}>
        Try again
      </Button>
    </ErrorNotice>
  );
}

export function Loading() {
  return (
    <Center h={240}>
      <Loader size="sm" aria-label="Loading" />
    </Center>
  );
}
