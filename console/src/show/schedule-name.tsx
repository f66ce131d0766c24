import { useQuery } from '@tanstack/react-query';
import { scheduleNameOf } from '../api/runs.ts';
import { useMay } from './may.ts';

/** A schedule's name, where it is known; each is asked for once. */
export function ScheduleName({ id }: { readonly id: string }) {
  const may = useMay();
  const { data } = useQuery({ ...scheduleNameOf(id), enabled: may('schedules:read') });
  if (data === null) return <>a deleted schedule</>;
  return <>{data ?? `schedule ${id.slice(0, 8)}…`}</>;
}
