import type { Preview } from '@hydracore/client';
import styles from './fires.module.css';
import { monthsOf } from './month.ts';

const WEEKDAYS = [
  ['Mo', 'Monday'],
  ['Tu', 'Tuesday'],
  ['We', 'Wednesday'],
  ['Th', 'Thursday'],
  ['Fr', 'Friday'],
  ['Sa', 'Saturday'],
  ['Su', 'Sunday'],
] as const;

/** The days of the next fires, on the first months that have some, by the schedule's own calendar. */
export function FireCalendar({
  occurrences,
  months = 2,
}: {
  readonly occurrences: Preview['occurrences'];
  readonly months?: number;
}) {
  const shown = monthsOf(
    occurrences.map(({ local_time }) => local_time),
    months,
  );
  return (
    <div className={styles.months}>
      {shown.map(({ key, title, weeks }) => (
        <table key={key} className={styles.month}>
          <caption>{title}</caption>
          <thead>
            <tr>
              {WEEKDAYS.map(([short, name]) => (
                <th key={short} scope="col" abbr={name}>
                  {short}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {weeks.map((week) => (
              <tr key={week.find((day) => day !== null)?.day}>
                {week.map((day, i) =>
                  day === null ? (
                    <td key={WEEKDAYS[i]?.[0]}>{'\u00a0'}</td>
                  ) : (
                    <td
                      key={WEEKDAYS[i]?.[0]}
                      {...(day.fires > 0 && { 'data-fires': true, title: `${day.fires} of the fires below` })}
                    >
                      {day.day}
                    </td>
                  ),
                )}
              </tr>
            ))}
          </tbody>
        </table>
      ))}
    </div>
  );
}
