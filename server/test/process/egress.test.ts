import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve, serveProxy, type Asked } from '../../src/actions/testing.ts';
import { Receiver } from './receiver.ts';
import { madeFolder } from './made.ts';
import { Cleanup, type ServerProcess } from './server.ts';
import { eventually } from './waiting.ts';

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

/** The run that a trigger starts, once it is final. */
async function fired(server: ServerProcess, url: string) {
  const { id } = await server.schedule(url, {
    schedule_type: 'ONE_TIME',
    schedule_expression: '2099-01-01T00:00:00Z',
    max_retries: 3,
  });
  const { body } = await server.call('POST', `/v1/schedules/${id}/trigger`);
  return await eventually('the run ends', async () => {
    const run = (await server.call('GET', `/v1/runs/${body.id}`)).body;
    return run.status === 'SUCCEEDED' || run.status === 'FAILED' ? run : undefined;
  });
}

const BLOCKED = { status: 'FAILED', attempt: 1, error: { code: 'egress_blocked' } };

describe('a real server', () => {
  let receiver: Receiver;
  beforeAll(async () => {
    receiver = await new Receiver().start();
    cleanup.add(() => receiver.stop());
  });

  it('heeds no proxy of the environment, and lets nothing go where it may not', async () => {
    let proxied = 0;
    const trap = await serve((_req, res) => res.end(String(++proxied)));
    cleanup.add(async () => await trap[Symbol.asyncDispose]());
    const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'];
    const env = { ...Object.fromEntries(names.map((name) => [name, trap.url])), NODE_USE_ENV_PROXY: '1' };
    const server = await cleanup.start({ cwd: await madeFolder(cleanup), env }).ready();
    expect(await fired(server, receiver.url)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await fired(server, 'http://169.254.169.{{ 254 }}/latest/meta-data/')).toMatchObject(BLOCKED);
    const { status } = await server.call('PUT', '/v1/egress-policy', { allow: ['example.com'], deny: [] });
    expect(status).toBe(200);
    expect(
      await fired(server, receiver.url.replace('/hook', '/{{ run.id }}').replace('127.0.0.1', '{{ "127.0.0.1" }}')),
    ).toMatchObject(BLOCKED);
    expect(proxied).toBe(0);
    expect(receiver.deliveries).toHaveLength(1);
  });

  it('sends everything through its own proxy, whose password is nowhere to be seen', async () => {
    const asked: Asked[] = [];
    const proxy = await serveProxy(asked);
    cleanup.add(async () => await proxy[Symbol.asyncDispose]());
    const env = {
      HYDRACORE_EGRESS_PROXY: `http://hydra:correcthorse@127.0.0.1:${proxy.port}`,
      HYDRACORE_LOG_LEVEL: 'debug',
      NO_PROXY: '*',
    };
    const server = await cleanup.start({ cwd: await madeFolder(cleanup), env }).ready();
    expect(await fired(server, receiver.url)).toMatchObject({ status: 'SUCCEEDED' });
    const authorization = `Basic ${Buffer.from('hydra:correcthorse').toString('base64')}`;
    expect(asked).toEqual([{ authority: new URL(receiver.url).host, authorization }]);
    expect(await fired(server, 'http://169.254.169.{{ 254 }}/latest/meta-data/')).toMatchObject(BLOCKED);
    expect(asked).toHaveLength(1);
    await server.stop();
    expect(server.stdout + server.stderr).not.toMatch(/correcthorse|aHlkcmE6/);
    expect(server.stdout).toContain('webhooks go through a proxy');
  });
});
