/** A month as a calendar shows it: weeks from Monday, with how many fires each day has. Pure. */
export interface Month {
  /** `2027-03` */
  readonly key: string;
  readonly title: string;
  /** null: a day of another month. */
  readonly weeks: readonly (readonly (Day | null)[])[];
}

interface Day {
  readonly day: number;
  readonly fires: number;
}

const TITLE = new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric', timeZone: 'UTC' });

/**
 * The first months in which something fires.
 * @param localTimes as the schedule's zone has them: `2027-03-01T09:00:00+01:00`
 * @param most how many months
 */
export function monthsOf(localTimes: readonly string[], most: number): Month[] {
  const fires = new Map<string, number>();
  for (const local of localTimes) {
    const date = local.slice(0, 10);
    fires.set(date, (fires.get(date) ?? 0) + 1);
  }
  const keys = [...new Set([...fires.keys()].map((date) => date.slice(0, 7)))].sort().slice(0, most);
  return keys.map((key) => monthOf(key, fires));
}

function monthOf(key: string, fires: ReadonlyMap<string, number>): Month {
  const [year = 0, month = 1] = key.split('-').map(Number);
  const first = Date.UTC(year, month - 1, 1);
  const length = (Date.UTC(year, month, 1) - first) / 86_400_000;
  // 1 January 1970 was a Thursday.
  const before = (((first / 86_400_000 + 3) % 7) + 7) % 7;
  const days: (Day | null)[] = Array.from({ length: before }, () => null);
  for (let day = 1; day <= length; day += 1) {
    days.push({ day, fires: fires.get(`${key}-${String(day).padStart(2, '0')}`) ?? 0 });
  }
  while (days.length % 7 !== 0) days.push(null);
  const weeks = Array.from({ length: days.length / 7 }, (_, week) => days.slice(week * 7, week * 7 + 7));
  return { key, title: TITLE.format(first), weeks };
}
