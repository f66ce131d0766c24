import { afterAll, beforeAll, expect, test } from 'vitest';
import { Receiver } from './receiver.ts';

let receiver: Receiver;
beforeAll(async () => {
  receiver = await Receiver.start();
});
afterAll(() => receiver.stop());

test('what comes is answered and told, and then forgotten', async () => {
  const due = '2027-01-01T00:00:00.250Z';
  const before = Date.now();
  const answer = await fetch(`${receiver.url}17`, { method: 'POST', headers: { 'x-hydracore-scheduled-for': due } });
  expect([answer.status, await answer.text()]).toEqual([200, 'ok']);
  await fetch(`${receiver.url}18`, { method: 'POST', body: '{}' });
  expect(await receiver.waitFor(2, 5_000)).toBe(2);
  const { ids, due: dues, at, hanging } = await receiver.take();
  expect([...ids]).toEqual([17, 18]);
  expect([...dues]).toEqual([Date.parse(due), NaN]);
  expect(at[0]).toBeGreaterThanOrEqual(before);
  expect(hanging).toBe(0);
  expect(await receiver.count()).toBe(0);
});

test('the other port never answers, and counts', async () => {
  const abort = new AbortController();
  const asked = fetch(`${receiver.silentUrl}1`, { method: 'POST', signal: abort.signal });
  let hanging = 0;
  while (hanging === 0) hanging += (await receiver.take()).hanging;
  abort.abort();
  await expect(asked).rejects.toThrow('aborted');
  expect(hanging).toBe(1);
});
