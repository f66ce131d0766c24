import { randomInt } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { check } from './checker.ts';
import type { Violation } from './evidence.ts';
import { latenessOf } from './lateness.ts';
import { report } from './report.ts';
import { runRig } from './rig.ts';
import { sampleEvidence } from './sample.ts';
import { tryMutants } from './self-test.ts';

/**
 * `npm run faults -- [--seed N] [--seconds 480] [--short]`: breaks three servers for so long, then checks what they did.
 * `npm run faults -- --self-test`: tries the checker on evidence that is bent on purpose. Ends with 1 on any violation.
 */
const SHORT_SECONDS = 60;
/** What the evidence of the last run is kept in, to look into. */
const KEPT = 'test-results/faults/evidence.json';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seconds: { type: 'string', default: '480' },
    short: { type: 'boolean', default: false },
    'self-test': { type: 'boolean', default: false },
  },
});
const say = (text: string) => void process.stdout.write(`${text}\n`);

if (values['self-test']) selfTest();
else await breakThings();

function selfTest(): void {
  const evidence = sampleEvidence();
  const violations = check(evidence);
  const trials = tryMutants(evidence);
  say(`untouched: ${violations.length} violations`);
  for (const { name, result } of trials) say(`${result.padEnd(8)} ${name}`);
  if (violations.length > 0 || trials.some((trial) => trial.result !== 'caught')) process.exitCode = 1;
}

async function breakThings(): Promise<void> {
  const seed = values.seed === undefined ? randomInt(2 ** 31) : wholeNumber('seed', values.seed, 0);
  const seconds = values.short ? SHORT_SECONDS : wholeNumber('seconds', values.seconds, 30);
  say(`seed ${seed}, ${seconds} s of faults`);
  const result = await runRig({ seed, seconds, say });
  await mkdir(dirname(KEPT), { recursive: true });
  await writeFile(KEPT, JSON.stringify(result.evidence));
  const lateness = latenessOf(result.evidence);
  const violations = [
    ...check(result.evidence),
    ...result.deaths.map((message) => ({ check: 'servers', message })),
    // A short run shares its machine with whatever else CI does: its figures are shown, and not judged.
    ...(values.short ? [] : lateViolations(lateness)),
  ];
  const trials = tryMutants(result.evidence);
  violations.push(
    ...trials
      .filter((t) => t.result === 'missed')
      .map((t) => ({ check: 'checker', message: `it did not notice ${t.name}` })),
  );
  say(report(result, { violations, lateness, trials }));
  say(
    violations.length === 0
      ? '\nnothing was lost'
      : `\nagain with: npm run faults -- --seed ${seed} --seconds ${seconds}`,
  );
  if (violations.length > 0) process.exitCode = 1;
}

function lateViolations(lateness: ReturnType<typeof latenessOf>): Violation[] {
  return lateness.flatMap(({ phase, p99, limit }) =>
    p99 > limit ? [{ check: 'lateness', message: `p99 ${phase} is ${p99} ms, more than ${limit} ms` }] : [],
  );
}

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least)
    throw new Error(`--${name} takes a whole number of at least ${least}, not ${text}`);
  return value;
}
