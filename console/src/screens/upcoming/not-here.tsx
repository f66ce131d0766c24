import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { listOf } from '../../api/schedules.ts';
import { Link } from '../../show/links.tsx';
import type { UpcomingFilter } from './filter.ts';
import styles from './upcoming.module.css';

/** What one could look for here in vain. */
export function NotHere({ filter: { text, customer } }: { readonly filter: UpcomingFilter }) {
  const narrow = { ...(text !== undefined && { text }), ...(customer !== undefined && { customer }) };
  const { data } = useQuery(
    listOf({
      status: 'PAUSED',
      limit: 1,
      ...(text !== undefined && { name_contains: text }),
      ...(customer !== undefined && { customer_id: customer }),
    }),
  );
  const paused = data?.total ?? 0;
  return (
    <div className={styles.notHere}>
      {paused > 0 && (
        <Text fz="md">
          <Link inherit underline="always" to="/schedules" search={{ status: 'PAUSED', ...narrow }}>
            {`${paused.toLocaleString('en')} paused ${paused === 1 ? 'schedule' : 'schedules'}`}
          </Link>
          {customer === undefined && text === undefined ? '' : ' that match'}
          {paused === 1 && (customer !== undefined || text !== undefined) ? 'es' : ''}
          {paused === 1 ? ' fires' : ' fire'} nothing until resumed.
        </Text>
      )}
      <Text fz="sm" c="dimmed">
        What has been due already and waits, for a retry or for an earlier run to end, is not here but among the{' '}
        <Link
          inherit
          underline="always"
          to="/runs"
          search={{ status: 'PENDING', ...(customer !== undefined && { customer }) }}
        >
          pending runs
        </Link>
        .
      </Text>
    </div>
  );
}
