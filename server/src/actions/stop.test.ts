import { expect, test, vi } from 'vitest';
import { Stop } from './stop.ts';

test('calls once those who still listen when it stops, and only then', () => {
  const stop = new Stop();
  const [called, gone] = [vi.fn(), vi.fn()];
  stop.on(called);
  stop.on(gone);
  stop.off(gone);
  expect(stop.stopped).toBe(false);
  stop.stop(new Error('first'));
  stop.stop(new Error('second'));
  expect(stop.stopped).toBe(true);
  expect(called).toHaveBeenCalledTimes(1);
  expect(gone).not.toHaveBeenCalled();
});

test.each(['before', 'after'])('its signal, asked for %s it stops, is aborted with the reason', (when) => {
  const stop = new Stop();
  const early = when === 'before' ? stop.signal : null;
  const reason = new Error('enough');
  stop.stop(reason);
  expect((early ?? stop.signal).aborted).toBe(true);
  expect(stop.signal.reason).toBe(reason);
});

test.each(['before', 'after'])('follows a signal that is aborted %s', (when) => {
  const controller = new AbortController();
  if (when === 'before') controller.abort();
  const stop = Stop.of(controller.signal);
  if (when === 'after') controller.abort();
  expect(stop.stopped).toBe(true);
});
