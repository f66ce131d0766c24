import { type Hour, hourName, OUTCOMES } from './hours-data.ts';
import styles from './overview.module.css';

/** The same as numbers: for who does not see the chart, or wants them exactly. */
export function HoursTable({ hours }: { readonly hours: readonly Hour[] }) {
  return (
    <details className={styles.numbers}>
      <summary>As a table</summary>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by keys */}
      <div className={styles.scroll} tabIndex={0} role="region" aria-label="Runs by hour">
        <table>
          <thead>
            <tr>
              <th scope="col">Hour</th>
              {OUTCOMES.map((outcome) => (
                <th key={outcome} scope="col">
                  {outcome}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {hours.toReversed().map((hour) => (
              <tr key={hour.hour}>
                <th scope="row">{hourName(hour.hour)}</th>
                {OUTCOMES.map((outcome) => (
                  <td key={outcome}>{hour[outcome].toLocaleString('en')}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
