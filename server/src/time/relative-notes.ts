import { MONTH_NAMES, monthLength, type CivilDate } from './calendar.ts';

const ORDINALS: Readonly<Record<number, string>> = { 29: '29th', 30: '30th', 31: '31st' };

/** That a date which comes round is due on its month's last day, for want of its own. Nothing where it is due on its own. */
export function shortMonthNotes(own: CivilDate, turn: CivilDate, recurrence: 'MONTHLY' | 'YEARLY'): string[] {
  const { year, month, day } = turn;
  if (day >= own.day || day !== monthLength(year, month)) return [];
  return recurrence === 'YEARLY'
    ? [`The record's day is 29 February, which ${year} does not have: 28 February counts.`]
    : [
        `The record's day is the ${ORDINALS[own.day]}, which ${MONTH_NAMES[month - 1]} ${year} does not have: the last day of the month counts.`,
      ];
}
