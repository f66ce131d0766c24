import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { cpuOf, ownCpuOf, parseStat, postgresKind, residentMb } from './proc.ts';

test('a line of /proc is read behind the name, whatever is in that', () => {
  const line =
    '4242 (a) b (c 1 2) S 17 4242 4242 0 -1 4194560 900 800 7 6 150 25 30 5 20 0 11 0 12345 1000 200 18446744073709551615\n';
  expect(parseStat(line)).toEqual({ parent: 17, cpu: 1_750, ended: 350 });
});

test.each([
  ['postgres: hydracore bench_product_1 [local] idle', 'client backends'],
  ['postgres: hydracore bench_product_1 127.0.0.1(53412) SELECT', 'client backends'],
  ['postgres: walwriter \0\0', 'walwriter'],
  ['postgres: background writer ', 'background writer'],
  ['postgres: autovacuum worker bench_product_1', 'autovacuum'],
  ['postgres: autovacuum launcher ', 'autovacuum'],
  ['postgres: io worker 2', 'io worker'],
  ['', 'other'],
])('%j serves as %j', (title, kind) => {
  expect(postgresKind(title)).toBe(kind);
});

describe.skipIf(process.platform !== 'linux')('on Linux', () => {
  test('what a child has used counts while it lives and once it has ended', async () => {
    const busy = `const until = performance.now() + 300; while (performance.now() < until); console.log('done'); process.stdin.resume();`;
    const before = (await cpuOf(process.pid)) ?? NaN;
    const ownBefore = (await ownCpuOf(process.pid)) ?? NaN;
    const child = spawn(process.execPath, ['-e', busy], { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    const child_ms = (await ownCpuOf(child.pid ?? 0)) ?? NaN;
    expect(child_ms).toBeGreaterThan(0);
    const living = ((await cpuOf(process.pid)) ?? NaN) - before;
    expect(living).toBeGreaterThanOrEqual(child_ms);
    child.stdin.end();
    await once(child, 'exit');
    expect(((await cpuOf(process.pid)) ?? NaN) - before).toBeGreaterThanOrEqual(living);
    const own = ((await ownCpuOf(process.pid)) ?? NaN) - ownBefore;
    expect(living - own).toBeGreaterThanOrEqual(child_ms - 20);
    expect(await cpuOf(child.pid ?? 0)).toBeNull();
  });

  test('memory is read', async () => {
    expect(await residentMb(process.pid)).toBeCloseTo(process.memoryUsage.rss() / 2 ** 20, -2);
  });
});
