import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { isSignedOut } from './errors.ts';
import { endedElsewhere } from './session.ts';

const onError = (error: unknown) => {
  if (isSignedOut(error)) endedElsewhere();
};

/** What the API answered, kept for the screens. The client sends again what is worth it, so this one does not. */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: { queries: { retry: false, staleTime: 5_000 }, mutations: { retry: false } },
});
