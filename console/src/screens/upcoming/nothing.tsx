import { EmptyState } from '../../show/empty-state.tsx';
import { LinkButton } from '../../show/links.tsx';
import type { UpcomingFilter } from './filter.ts';

/** Where nothing is to come. */
export function Nothing({ filter }: { readonly filter: UpcomingFilter }) {
  const { page, ...conditions } = filter;
  if (page !== undefined) {
    return (
      <EmptyState
        title="Nothing is on this page"
        action={
          <LinkButton to="/upcoming" search={conditions} variant="default">
            To the first page
          </LinkButton>
        }
      >
        There is less to come than there was.
      </EmptyState>
    );
  }
  if (Object.keys(conditions).length === 0) {
    return (
      <EmptyState title="Nothing is to come" action={<LinkButton to="/schedules">To the schedules</LinkButton>}>
        No schedule is active: all are paused, or have fired for the last time.
      </EmptyState>
    );
  }
  const { until, ...rest } = conditions;
  return (
    <EmptyState
      title="Nothing fires"
      action={
        <LinkButton to="/upcoming" search={until ? rest : {}} variant="default">
          {until ? 'Look further ahead' : 'Show all that is to come'}
        </LinkButton>
      }
    >
      {until ? 'No schedule that matches fires by then.' : 'No active schedule matches.'}
    </EmptyState>
  );
}
