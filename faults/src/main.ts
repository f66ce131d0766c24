import { writeFile, mkdir } from 'node:fs/promises';
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { runRig } from './rig.ts';
const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seconds: { type: 'string', default: '480' },
    short: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed ?? randomInt(2 ** 31));
const say = (t: string) => process.stdout.write(t + '\n');
say(`seed ${seed}`);
const r = await runRig({ seed, seconds: values.short ? 60 : Number(values.seconds), say });
await mkdir('test-results', { recursive: true });
await writeFile('test-results/evidence.json', JSON.stringify(r.evidence));
console.log(
  r.deaths,
  r.errors,
  r.evidence.runs.length,
  r.evidence.deliveries.length,
  r.evidence.overdue,
  r.evidence.endlessBodies,
  r.evidence.leaks,
);
