import { Tooltip } from '@mantine/core';
import { useNow } from '../app/clock.ts';
import { localTime, relativeTime, viewerZone, zoneName } from './time.ts';

interface InstantProps {
  /** RFC 3339; null: there is none. */
  readonly at: string | null;
  /** The schedule's zone: shown too, on a closer look. */
  readonly timezone?: string | undefined;
  /** What stands there: how far away, or the date and time. */
  readonly as?: 'relative' | 'local';
  /** Whether the zone stands beside it, too. */
  readonly zone?: boolean;
  /** Whether Tab stops here. In rows of a table it does not. */
  readonly focusable?: boolean;
}

/** An instant: in the viewer's zone, and on hover or focus in the schedule's zone and UTC as well. */
export function Instant({ at, timezone, as = 'local', zone = true, focusable = false }: InstantProps) {
  const now = useNow(as === 'relative' ? 5_000 : 3_600_000);
  if (at === null) return <span aria-label="none">–</span>;
  const instant = Date.parse(at);
  const zones = [...new Set([viewerZone(), ...(timezone === undefined ? [] : [timezone]), 'UTC'])];
  const told = zones.map((zone) => `${localTime(instant, zone)} (${zone})`);
  return (
    <Tooltip
      label={told.map((line) => (
        <div key={line}>{line}</div>
      ))}
    >
      <time
        dateTime={at}
        {...(focusable && { tabIndex: 0 })}
        {...(as === 'relative' && { 'aria-label': `${relativeTime(instant, now)}, ${told[0]}` })}
      >
        {as === 'relative' ? relativeTime(instant, now) : `${localTime(instant)}${zone ? ` ${zoneName(instant)}` : ''}`}
      </time>
    </Tooltip>
  );
}
