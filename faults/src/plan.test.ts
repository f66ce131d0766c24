import { expect, it } from 'vitest';
import { planFaults } from './plan.ts';
import { Random } from './random.ts';

const plan = (seed: number, seconds: number) => planFaults(new Random(seed), seconds);
const seeds = Array.from({ length: 50 }, (_, seed) => seed);

it('plans the same by the same seed', () => {
  expect(plan(7, 60)).toEqual(plan(7, 60));
  expect(plan(7, 60)).not.toEqual(plan(8, 60));
});

it('has every kind of fault in a minute, those that outlast a lease among them', () => {
  for (const seed of seeds) {
    const faults = plan(seed, 60);
    expect(new Set(faults.map((fault) => fault.kind)), `seed ${seed}`).toEqual(
      new Set('stop,cut-off,kill,database restart,database stop,delay,black hole,reset,half-open'.split(',')),
    );
    for (const kind of ['stop', 'cut-off']) {
      expect(Math.max(...faults.filter((fault) => fault.kind === kind).map((fault) => fault.ms))).toBeGreaterThan(
        30_000,
      );
    }
  }
});

it('leaves one server that is neither stopped nor cut off, and is over in time', () => {
  for (const seed of seeds) {
    const faults = plan(seed, 480);
    const out = faults.filter((fault) => fault.kind === 'stop' || fault.kind === 'cut-off');
    for (const { at } of out) {
      const now = out.filter((other) => other.at <= at && other.at + other.ms > at);
      expect(new Set(now.map((fault) => fault.server)).size, `seed ${seed} at ${at}`).toBeLessThan(3);
    }
    expect(Math.max(...faults.map((fault) => fault.at + fault.ms))).toBeLessThanOrEqual(480_000);
    expect(faults.filter((fault) => fault.kind === 'blackout')).toHaveLength(1);
  }
});
