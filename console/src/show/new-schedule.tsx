import type { ButtonProps } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Refused } from './act.tsx';
import { LinkButton } from './links.tsx';
import { useLack } from './may.ts';

/** The way to a new schedule. */
export function NewSchedule({ children = 'New schedule', ...props }: ButtonProps) {
  const lack = useLack()('schedules:write');
  const looks = { ...props, leftSection: <IconPlus size={16} aria-hidden /> };
  if (lack !== null) {
    return (
      <Refused why={lack} {...looks}>
        {children}
      </Refused>
    );
  }
  return (
    <LinkButton to="/schedules/new" {...looks}>
      {children}
    </LinkButton>
  );
}
