import { IconCalendarTime, type Icon } from '@tabler/icons-react';

/** A place in the navigation. `g` and its key go there. */
export interface Place {
  readonly to: '/schedules';
  readonly label: string;
  readonly icon: Icon;
  readonly key: string;
}

/** The places, in the order of the navigation. */
export const PLACES: readonly Place[] = [{ to: '/schedules', label: 'Schedules', icon: IconCalendarTime, key: 's' }];
