import { registerHooks } from 'node:module';
import { expect, it, vi } from 'vitest';
import type { ServerEvent } from '@hydracore/client';

vi.stubGlobal('location', { origin: 'http://127.0.0.1' });
// Vite knows where the client's sources are; here Node does.
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '@hydracore/client'
      ? { url: new URL('../../../client/src/index.ts', import.meta.url).href, shortCircuit: true }
      : next(specifier, context),
});
const { staleBy } = await import('./live.ts');

const event = (type: ServerEvent['type'], data: object) => ({ type, id: 'e', data }) as unknown as ServerEvent;

it('an event makes stale what shows it, and no preview of a form', () => {
  expect(staleBy(event('run', { run_id: 'r', schedule_id: 's' }))).toEqual([
    ['overview'],
    ['schedules', 'list'],
    ['schedules', 's'],
    ['runs', 'list'],
    ['runs', 'r'],
  ]);
  expect(staleBy(event('schedule', { schedule_id: 's' }))).toEqual([
    ['overview'],
    ['schedules', 'list'],
    ['schedules', 's'],
  ]);
  expect(staleBy(event('reset', { reason: 'TOO_OLD' }))).toEqual([['overview'], ['runs'], ['schedules']]);
});
