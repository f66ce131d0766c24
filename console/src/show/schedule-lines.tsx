import type { Schedule } from '@hydracore/client';
import { Text } from '@mantine/core';
import { Link } from './links.tsx';
import { actionWords } from './schedule-words.ts';

/** A schedule in a list: its name, which leads to it, and what it does. */
export function ScheduleLines({ schedule }: { readonly schedule: Schedule }) {
  return (
    <>
      <Link
        to="/schedules/$scheduleId"
        params={{ scheduleId: schedule.id }}
        fw={550}
        c="var(--mantine-color-text)"
        lineClamp={2}
        title={schedule.name}
      >
        {schedule.name}
      </Link>
      <Text fz="sm" c="dimmed" truncate title={actionWords(schedule)}>
        {actionWords(schedule)}
      </Text>
    </>
  );
}
