import { afterAll, expect, it } from 'vitest';
import { Collector } from '../support/collector.ts';
import { freePort } from './database.ts';
import { Receiver } from './receiver.ts';
import { madeFolder } from './made.ts';
import { Cleanup } from './server.ts';
import { eventually } from './waiting.ts';

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

it('a real server shows its metrics to this machine, sends traces where it is told, and checks its invariants', async () => {
  const collector = await new Collector().start();
  cleanup.add(() => collector.stop());
  const receiver = await new Receiver().start();
  cleanup.add(() => receiver.stop());
  const server = await cleanup
    .start({ cwd: await madeFolder(cleanup), env: { OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/prefix/` } })
    .ready();
  const { id } = await server.schedule(receiver.url, { schedule_type: 'RATE', schedule_expression: '1s' });
  await server.call('POST', `/v1/schedules/${id}/trigger`);
  await eventually('two deliveries', () => receiver.deliveries.length >= 2);

  const response = await fetch(`${server.url}/metrics`);
  expect(response.status).toBe(200);
  const text = await response.text();
  const value = (sample: string) =>
    Number(
      text
        .split('\n')
        .find((line) => line.startsWith(`${sample} `))
        ?.split(' ')[1],
    );
  expect(value('hydracore_attempts_started_total')).toBeGreaterThanOrEqual(2);
  expect(value('hydracore_run_lateness_seconds_count')).toBeGreaterThanOrEqual(2);
  expect(value('hydracore_loop_pass_seconds_count{loop="planner"}')).toBeGreaterThan(0);
  expect(value('hydracore_database_up')).toBe(1);
  expect(Math.abs(value('hydracore_clock_drift_seconds'))).toBeLessThan(1);
  expect(value('hydracore_invariant_violations{invariant="schedule_overdue"}')).toBe(0);
  expect((await fetch(`${server.url}/metrics`, { headers: { Via: '1.1 proxy' } })).status).toBe(401);
  const { body } = await server.call('GET', '/v1/admin/invariants');
  expect(body).toMatchObject({ ok: true, last: { ok: true } });

  // What is left is sent as the server stops.
  expect(await server.stop()).toMatchObject({ code: 0 });
  expect(collector.paths).toEqual(new Set(['POST /prefix/v1/traces application/json']));
  const attempts = collector.spans.filter((span) => span.name === 'attempt WEBHOOK');
  const sent = attempts.map((span) => `00-${span.traceId}-${span.spanId}-01`);
  for (const { headers } of receiver.deliveries) expect(sent).toContain(headers['traceparent']);
  expect(collector.spans.map((span) => span.name)).toContain('POST /v1/schedules');
});

it('where the clocks of machine and database are days apart, it says so, plans nothing and answers nobody', async () => {
  const port = await freePort();
  const server = cleanup.start({
    cwd: await madeFolder(cleanup),
    env: { HYDRACORE_PORT: String(port), HYDRACORE_TEST_CLOCK_SKEW_MS: String(-3 * 86_400_000) },
  });
  const at = `http://127.0.0.1:${port}`;
  const reason = await eventually('it says why it is not ready', async () => {
    if (server.ended) throw new Error(`it ended:\n${server.stderr}`);
    const answer = await fetch(`${at}/readyz`).catch(() => null);
    const body = (await answer?.json()) as { reason: string } | undefined;
    return body?.reason.includes('clock') && body.reason;
  });
  expect(reason).toBe(
    "This machine's clock is 72 hours behind the database's. By more than a day one of them is wrong, and nothing is planned until it is set right.",
  );
  expect(server.stdout).toContain('the clocks differ too much to plan by them; trying again');
  expect(server.stdout).not.toContain('is ready');
  expect(await server.stop()).toMatchObject({ code: 0 });
});
