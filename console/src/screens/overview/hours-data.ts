import type { Overview } from '@hydracore/client';

export type Hour = NonNullable<Overview['hours']>[number];

/** The ways in which runs end, from the bottom of the bars to their top. */
export const OUTCOMES = ['succeeded', 'failed', 'missed', 'skipped', 'cancelled'] as const;
export type Outcome = (typeof OUTCOMES)[number];
export type Totals = Readonly<Record<Outcome, number>>;

/** How many of each over all hours. */
export function totalsOf(hours: readonly Hour[]): Totals {
  const totals = { succeeded: 0, failed: 0, missed: 0, skipped: 0, cancelled: 0 };
  for (const hour of hours) for (const outcome of OUTCOMES) totals[outcome] += hour[outcome];
  return totals;
}

/** How many runs ended in all. */
export function endedOf(hours: readonly Hour[]): number {
  const totals = totalsOf(hours);
  return OUTCOMES.reduce((sum, outcome) => sum + totals[outcome], 0);
}

/** Of those that were tried, which part succeeded: `99.2 %`. Not rounded up to all; null: none was tried. */
export function successShare({ succeeded, failed }: Totals): string | null {
  const tried = succeeded + failed;
  if (tried === 0) return null;
  if (failed === 0) return '100 %';
  return `${(Math.floor((succeeded / tried) * 1_000) / 10).toFixed(1)} %`;
}

/** The chart in a sentence, for who does not see it. */
export function chartWords(totals: Totals): string {
  const parts = OUTCOMES.filter((one) => totals[one] > 0).map((one) => `${totals[one].toLocaleString('en')} ${one}`);
  return `Runs that ended in the last 24 hours: ${parts.length === 0 ? 'none' : parts.join(', ')}.`;
}

/** `14:00`, in the viewer's zone; with the day where it is another. */
export function hourName(instant: string, timezone?: string): string {
  const options = {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(timezone && { timeZone: timezone }),
  } as const;
  return new Intl.DateTimeFormat('en-GB', options).format(Date.parse(instant));
}
