import { afterAll, expect, it } from 'vitest';
import { Receiver } from './receiver.ts';
import { madeFolder } from './made.ts';
import { Cleanup } from './server.ts';
import { eventually } from './waiting.ts';

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

it('a server holds its tenants to the limits of its configuration, until the operator grants one more', async () => {
  const receiver = await new Receiver().start();
  cleanup.add(() => receiver.stop());
  const env = {
    HYDRACORE_QUOTA_SCHEDULES: '1',
    HYDRACORE_QUOTA_RUNS_PER_MINUTE: '2',
    HYDRACORE_RATE_LIMIT_PER_KEY: '5000',
    HYDRACORE_RATE_LIMIT_PER_TENANT: '0',
    HYDRACORE_BOOTSTRAP_API_KEY: `hc_live_${'l'.repeat(32)}`,
  };
  const server = await cleanup.start({ cwd: await madeFolder(cleanup), env }).ready();
  const schedule = { schedule_type: 'CRON', schedule_expression: '0 0 1 1 *' };
  const { id } = await server.schedule(receiver.url, schedule);
  const second = { name: 'x', ...schedule, action_type: 'LOG_EVENT', action_config: { message: 'x' } };
  expect(await server.call('POST', '/v1/schedules', second)).toMatchObject({
    status: 409,
    body: { code: 'quota_exceeded', quota: 'schedules', limit: 1, used: 1 },
  });

  for (let i = 0; i < 4; i += 1) {
    expect((await server.call('POST', `/v1/schedules/${id}/trigger`)).status).toBe(202);
  }
  await eventually('two have started', () => receiver.deliveries.length === 2);
  const { body: quotas } = await server.call('GET', '/v1/quotas');
  expect(quotas.runs_per_minute).toMatchObject({ limit: 2, source: 'SERVER' });
  const granted = { schedules: 2, runs_per_minute: 1_000 };
  expect((await server.call('PUT', `/v1/tenants/${quotas.tenant_id}/quotas`, granted)).status).toBe(200);
  expect((await server.call('POST', '/v1/schedules', second)).status).toBe(201);
  await eventually('the others have started', () => receiver.deliveries.length === 4);

  const { headers } = await fetch(`${server.url}/v1/schedules`, {
    headers: { 'X-Api-Key': env.HYDRACORE_BOOTSTRAP_API_KEY },
  });
  expect(headers.get('ratelimit-policy')).toBe('"key";q=5000;w=60');
  expect(headers.get('ratelimit')).toMatch(/^"key";r=49\d\d;t=\d+$/);
});
