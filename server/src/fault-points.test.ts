import { expect, it, vi } from 'vitest';
import { crashAt } from './fault-points.ts';

it('kills the process at that passing of that point, and at no other', () => {
  const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
  const pass = crashAt({ point: 'after_send', passing: 2 });
  pass('after_send');
  pass('before_commit');
  expect(kill).not.toHaveBeenCalled();
  pass('after_send');
  pass('after_send');
  expect(kill.mock.calls).toEqual([[process.pid, 'SIGKILL']]);
  kill.mockClear();
  crashAt(null)('after_send');
  expect(kill).not.toHaveBeenCalled();
  kill.mockRestore();
});
