import { Button, Center, Loader } from '@mantine/core';
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
