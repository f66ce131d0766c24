import { clockTime, dayName, viewerZone } from '../../show/time.ts';
import type { Fire } from './fire.ts';

/**
 * When it fires by the schedule's own clock, with the day where that is another; null: by the viewer's clock it is the same. What
 * goes by a length of time has no clock. Pure.
 */
export function zoneWords(
  { schedule: { timezone, schedule_type }, fire_at }: Fire,
  viewer: string = viewerZone(),
): string | null {
  if (schedule_type === 'RATE') return null;
  const at = Date.parse(fire_at);
  const [theirs, ours] = [timezone, viewer].map((zone) => [dayName(at, zone), clockTime(at, zone)]);
  const [theirDay = '', theirTime = ''] = theirs ?? [];
  if (theirTime === ours?.[1] && theirDay === ours[0]) return null;
  const day = theirDay === ours?.[0] ? '' : `${theirDay.slice(0, theirDay.lastIndexOf(' '))}, `;
  return `${day}${theirTime.slice(0, 5)} in ${timezone}`;
}
