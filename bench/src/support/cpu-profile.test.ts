import { expect, test } from 'vitest';
import { breakdown, type CpuProfile } from './cpu-profile.ts';

const node = (id: number, functionName: string, url = '', children: number[] = []) => ({
  id,
  callFrame: { functionName, url, lineNumber: 9 },
  children,
});

const SERVER = 'file:///home/me/hydracore/server/src';
const profile: CpuProfile = {
  nodes: [
    node(1, '(root)', '', [2, 3, 4]),
    node(2, '(idle)'),
    node(3, 'plan', `${SERVER}/engine/planner.ts`, [5]),
    node(4, '(garbage collector)'),
    node(5, 'query', 'file:///home/me/hydracore/node_modules/pg/lib/client.js', [6]),
    // The same function again, below itself.
    node(6, 'plan', `${SERVER}/engine/planner.ts`, [7]),
    node(7, 'read', 'node:internal/fs/read'),
  ],
  samples: [2, 3, 5, 6, 7, 4, 5],
  timeDeltas: [50_000, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000],
};

test('time is summed by part, by function and with what is called; idling is not busy', () => {
  const { busyMs, parts, own, withCallees } = breakdown(profile);
  expect(busyMs).toBe(63);
  expect(parts).toEqual([
    ['node_modules/pg', 34],
    ['(garbage collector)', 16],
    // With what Node did for it.
    ['server/engine/planner.ts', 13],
  ]);
  expect(own).toContainEqual(['plan server/src/engine/planner.ts:10', 5]);
  // Once, although it is on the stack twice.
  expect(withCallees).toEqual([['plan server/src/engine/planner.ts:10', 47]]);
});
