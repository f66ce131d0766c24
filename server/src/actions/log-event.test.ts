import { afterAll, expect, it } from 'vitest';
import { logEvent } from './log-event.ts';
import { testContext, testEgress, testTarget } from './testing.ts';

const egress = testEgress();
afterAll(() => egress.close());

const perform = async (input: Record<string, unknown>, record: Record<string, unknown> = {}, signal?: AbortSignal) => {
  const lines: unknown[][] = [];
  const context = testContext(egress, {
    log: (...line) => lines.push(line),
    ...(signal === undefined ? {} : { signal }),
  });
  const outcome = await logEvent.perform(testTarget(logEvent.config.parse(input), { record }), context);
  return { outcome, lines };
};

it('writes to the log and keeps it as the response', async () => {
  const { outcome, lines } = await perform(
    { message: 'Hi {{ record.name }}', level: 'warn', data: { who: '{{ customer_id }}', n: 1 } },
    { name: 'Ada' },
  );
  const response = { level: 'WARN', message: 'Hi Ada', data: { who: 'c-1', n: 1 } };
  expect(outcome).toEqual({ kind: 'delivered', request: null, response });
  const { schedule, run } = testTarget({});
  expect(lines).toEqual([
    ['warn', 'Hi Ada', { tenant_id: 'tenant-1', schedule_id: schedule.id, run_id: run.id, data: response.data }],
  ]);
});

it('is INFO without data by default', async () => {
  expect((await perform({ message: 'x' })).outcome).toMatchObject({
    response: { level: 'INFO', message: 'x', data: null },
  });
});

it('keeps nothing that jsonb refuses, and not too much', async () => {
  const { outcome } = await perform({ message: 'a\0', data: { k: '\0\ud800' } });
  expect(outcome.response).toMatchObject({ message: 'a', data: { k: '\ufffd' } });
  const long = await perform({ message: 'a', data: ['x'.repeat(20_000)] });
  expect(long.outcome.response).toMatchObject({ data_truncated: true });
  expect(JSON.stringify(long.outcome.response).length).toBeLessThan(17_000);
});

it('names the place of a template that fails', async () => {
  const { outcome, lines } = await perform({ message: 'x', data: ['{{ "now" | date: "%Y", "No/Zone" }}'] });
  expect(outcome).toMatchObject({
    kind: 'rejected',
    error: { code: 'template_error', message: expect.stringMatching(/^data\.0: /) },
  });
  expect(lines).toEqual([]);
});

it('does nothing once aborted', async () => {
  const { outcome, lines } = await perform({ message: 'x' }, {}, AbortSignal.abort());
  expect(outcome.kind).toBe('aborted');
  expect(lines).toEqual([]);
});

it('tells of bad templates before the first attempt', () => {
  const config = logEvent.config.parse({ message: '{{ 1 | foo }}', data: { a: '{%' } });
  expect(logEvent.check(config, egress).map(({ path }) => path)).toEqual([['message'], ['data', 'a']]);
});

it.each([{}, { message: '' }, { message: 1 }, { message: 'x', level: 'LOUD' }, { message: 'x', more: 1 }])(
  'refuses %j',
  (input) => {
    expect(logEvent.config.safeParse(input).success).toBe(false);
  },
);
