import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { runFuzz } from './session.ts';

/**
 * `npm run fuzz -- [--seed N] [--seconds 60] [--case K]`: sends a server of its own what no client should send, and looks
 * at every answer, the log and the database. Ends with 1 on findings.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seconds: { type: 'string', default: '60' },
    case: { type: 'string' },
  },
});
const say = (text: string) => void process.stdout.write(`${text}\n`);
const seed = values.seed === undefined ? randomInt(2 ** 31) : wholeNumber('seed', values.seed, 0);
const seconds = wholeNumber('seconds', values.seconds, 1);
const only = values.case === undefined ? null : wholeNumber('case', values.case, 0);

say(`seed ${seed}, ${only === null ? `${seconds} s` : `case ${only} alone`}`);
const { findings, cases, statuses } = await runFuzz({ seed, seconds, only, say });
const counts = [...statuses].sort(([a], [b]) => (a < b ? -1 : 1)).map(([status, count]) => `${count} × ${status}`);
say(`\n${cases} cases: ${counts.join(', ')}`);
say(
  findings === 0
    ? 'nothing found'
    : `${findings} findings; all of it again: npm run fuzz -- --seed ${seed} --seconds ${seconds}`,
);
if (findings > 0) process.exitCode = 1;

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least)
    throw new Error(`--${name} takes a whole number of at least ${least}, not ${text}`);
  return value;
}
