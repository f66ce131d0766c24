import { editDistance } from '../time/index.ts';

/** Longer ones are no names that somebody meant. */
const MOST_LETTERS = 64;

/**
 * The name that somebody probably meant: the nearest, with at most a third of its letters wrong, or else the only one that
 * begins or ends with it (`expression`). `scheduleType` and `Schedule-Type` are as good as `schedule_type`.
 */
export function nearName(given: string, names: readonly string[]): string | undefined {
  if (given === '' || given.length > MOST_LETTERS) return undefined;
  const wanted = plain(given);
  let best: string | undefined;
  let bestDistance = Math.floor(wanted.length / 3) + 1;
  for (const name of names) {
    const distance = editDistance(wanted, plain(name));
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  if (best !== undefined) return best;
  const longer = names.filter((name) => name.startsWith(`${wanted}_`) || name.endsWith(`_${wanted}`));
  return longer.length === 1 ? longer[0] : undefined;
}

function plain(name: string): string {
  return name
    .replaceAll(/(?<=[a-z\d])(?=[A-Z])/g, '_')
    .replaceAll(/[\s-]/g, '_')
    .toLowerCase();
}
