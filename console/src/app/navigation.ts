import {
  IconAddressBook,
  IconAlarm,
  IconCalendarTime,
  IconHistory,
  IconLayoutDashboard,
  IconSettings,
  type Icon,
} from '@tabler/icons-react';

/** A place in the navigation. `g` and its key go there. */
export interface Place {
  readonly to: '/' | '/upcoming' | '/schedules' | '/runs' | '/entities' | '/settings';
  readonly label: string;
  readonly icon: Icon;
  readonly key: string;
}

/** The places, in the order of the navigation. */
export const PLACES: readonly Place[] = [
  { to: '/', label: 'Overview', icon: IconLayoutDashboard, key: 'o' },
  { to: '/upcoming', label: 'Upcoming', icon: IconAlarm, key: 'u' },
  { to: '/schedules', label: 'Schedules', icon: IconCalendarTime, key: 's' },
  { to: '/runs', label: 'Runs', icon: IconHistory, key: 'r' },
  { to: '/entities', label: 'Entities', icon: IconAddressBook, key: 'e' },
  { to: '/settings', label: 'Settings', icon: IconSettings, key: 't' },
];

/** Whether an address is in a place. */
export function isIn(pathname: string, { to }: Place): boolean {
  return to === '/' ? pathname === '/' : pathname === to || pathname.startsWith(`${to}/`);
}
