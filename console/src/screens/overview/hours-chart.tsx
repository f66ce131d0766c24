import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { type Hour, hourName, OUTCOMES } from './hours-data.ts';
import styles from './overview.module.css';

const TICK = { fontSize: 11, fill: 'var(--mantine-color-dimmed)' };

/** Stacked bars, one an hour. In a file of its own: what draws it is loaded only where it is shown. */
export function HoursChart({ hours }: { readonly hours: readonly Hour[] }) {
  return (
    <ResponsiveContainer width="100%" height={220}>
      <BarChart data={[...hours]} margin={{ top: 6, right: 4, bottom: 0, left: 0 }} accessibilityLayer={false}>
        <CartesianGrid vertical={false} stroke="var(--hc-line)" />
        <XAxis dataKey="hour" tickFormatter={tickOf} tick={TICK} tickLine={false} axisLine={false} minTickGap={28} />
        <YAxis allowDecimals={false} tick={TICK} tickLine={false} axisLine={false} width={44} tickFormatter={countOf} />
        <Tooltip cursor={{ fill: 'var(--hc-sunken)', stroke: 'none' }} content={HourTip} isAnimationActive={false} />
        {OUTCOMES.map((outcome) => (
          <Bar
            key={outcome}
            dataKey={outcome}
            stackId="all"
            isAnimationActive={false}
            fill={`var(--hc-out-${outcome})`}
          />
        ))}
      </BarChart>
    </ResponsiveContainer>
  );
}

interface HourTipProps {
  readonly active?: boolean;
  readonly payload?: readonly { readonly payload?: unknown }[];
}

function HourTip({ active, payload }: HourTipProps) {
  const hour = payload?.[0]?.payload as Hour | undefined;
  if (active !== true || !hour) return null;
  return (
    <div className={styles.tip}>
      <strong>{`${tickOf(hour.hour)} – ${tickOf(new Date(Date.parse(hour.hour) + 3_600_000).toISOString())}`}</strong>
      {OUTCOMES.filter((outcome) => hour[outcome] > 0).map((outcome) => (
        <div key={outcome} className={styles.legend} data-outcome={outcome}>
          {`${hour[outcome].toLocaleString('en')} ${outcome}`}
        </div>
      ))}
      {OUTCOMES.every((outcome) => hour[outcome] === 0) && <div>nothing ended</div>}
    </div>
  );
}

function tickOf(instant: string): string {
  return hourName(instant);
}

function countOf(count: number): string {
  return Intl.NumberFormat('en', { notation: 'compact' }).format(count);
}
