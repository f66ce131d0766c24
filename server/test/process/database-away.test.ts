import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { DatabaseProxy, freePort, startDatabase, type SharedDatabase } from './database.ts';
import { Receiver } from './receiver.ts';
import { Cleanup, type ServerProcess } from './server.ts';
import { eventually } from './waiting.ts';

/** Status and body of a path, asked without the server's help: it has not told its address yet. */
async function ask(url: string): Promise<{ status: number; reason: string | null } | null> {
  try {
    const response = await fetch(url);
    const { reason } = (await response.json()) as { reason?: string | null };
    return { status: response.status, reason: reason ?? null };
  } catch {
    return null;
  }
}

describe('a database that is not there', () => {
  const cleanup = new Cleanup();
  let database: SharedDatabase;
  let proxy: DatabaseProxy;
  let receiver: Receiver;
  let env: Record<string, string>;

  beforeAll(async () => {
    database = await startDatabase(inject('madeDataDir'));
    cleanup.add(() => database.stop());
    proxy = new DatabaseProxy(await freePort(), database.socket);
    cleanup.add(() => proxy.cut());
    receiver = await new Receiver().start();
    cleanup.add(() => receiver.stop());
    env = { ...proxy.environment, HYDRACORE_BOOTSTRAP_API_KEY: `hc_live_${'k'.repeat(32)}` };
  });
  afterAll(() => cleanup.run());

  it('is waited for: the server is up, says why it is not ready, and can be stopped', async () => {
    const port = await freePort();
    const server = cleanup.start({ cwd: await cleanup.folder(), env: { ...env, HYDRACORE_PORT: String(port) } });
    const away = await eventually('it says why it is not ready', async () => {
      const seen = await ask(`http://127.0.0.1:${port}/readyz`);
      return seen?.reason?.includes('database') && seen;
    });
    expect(away).toMatchObject({
      status: 503,
      reason: expect.stringContaining(`ECONNREFUSED 127.0.0.1:${proxy.port}`),
    });
    expect((await ask(`http://127.0.0.1:${port}/healthz`))?.status).toBe(200);
    expect(server.ended).toBe(false);
    expect(server.stdout).not.toContain('is ready');
    expect(await server.stop()).toMatchObject({ code: 0 });
  });

  it('goes away again just as the server begins to work: that is waited for, too', async () => {
    await proxy.start();
    proxy.cutAfter = says('FROM tenant_quotas WHERE runs_per_minute IS NOT NULL');
    const server = cleanup.start({ cwd: await cleanup.folder(), env });
    await eventually('the connections are cut', () => proxy.cutAfter === undefined);
    await eventually('it has noticed', () => {
      if (server.ended) throw new Error(`it ended:\n${server.stderr}`);
      return server.stdout.includes('the database does not answer');
    });
    await proxy.start();
    await server.ready();
    expect(await ask(`${server.url}/readyz`)).toMatchObject({ status: 200 });
    expect(await server.stop()).toMatchObject({ code: 0 });
    await proxy.cut();
  });

  it('is taken into use when it comes, and again each time that it comes back; nothing is lost meanwhile', async () => {
    const port = await freePort();
    const server = cleanup.start({ cwd: await cleanup.folder(), env: { ...env, HYDRACORE_PORT: String(port) } });
    await eventually('it is up', async () => (await ask(`http://127.0.0.1:${port}/healthz`))?.status === 200);
    await proxy.start();
    await server.ready();
    expect(await ask(`${server.url}/readyz`)).toMatchObject({ status: 200, reason: null });

    const { id } = await server.schedule(receiver.url, {
      schedule_type: 'RATE',
      schedule_expression: 'rate(1 seconds)',
      overlap_policy: 'ALLOW_ALL',
    });
    await eventually('it delivers', () => receiver.deliveries.length >= 2);

    // Between statements, then in the middle of a transaction: at its start, and when only its commit is missing.
    for (const cutAfter of [undefined, () => true, says('BEGIN'), says('COMMIT')]) {
      await breakFor(server, cutAfter);
    }

    expect((await server.call('POST', `/v1/schedules/${id}/pause`)).status).toBe(200);
    const runs = await eventually(
      'every run is final',
      async () => {
        const { body } = await server.call('GET', `/v1/schedules/${id}/runs?limit=100`);
        const open = body.runs.some((run: { status: string }) => run.status === 'PENDING' || run.status === 'RUNNING');
        return !open && (body.runs as { id: string; status: string; scheduled_for: string }[]);
      },
      45_000,
    );
    const planned = runs.map((run) => Date.parse(run.scheduled_for)).sort((a, b) => a - b);
    expect(planned, 'one run for each second, none left out').toEqual(
      planned.map((_, index) => (planned[0] ?? 0) + index * 1_000),
    );
    expect(new Set(runs.map((run) => run.status))).toEqual(new Set(['SUCCEEDED']));
    const delivered = receiver.byRun();
    for (const run of runs) expect(delivered.has(run.id), `${run.scheduled_for} was delivered`).toBe(true);
    expect(server.ended).toBe(false);
    expect(await server.stop()).toMatchObject({ code: 0 });
  });

  it('is read-only after a failover: nobody is told that all is well, and the one that takes writes is found', async () => {
    await proxy.cut();
    await proxy.start();
    const server = await cleanup.start({ cwd: await cleanup.folder(), env: { ...env, HYDRACORE_PORT: '0' } }).ready();
    const { id } = await server.schedule(receiver.url, {
      schedule_type: 'RATE',
      schedule_expression: 'rate(1 seconds)',
    });
    // As behind an address that still leads to the old primary: whoever connects from now on stays with one that takes no writes.
    await database.query('ALTER DATABASE hydracore SET default_transaction_read_only = on');
    await proxy.cut();
    await proxy.start();
    const away = await eventually('it says that it can not work', async () => {
      const seen = await ask(`${server.url}/readyz`);
      return seen?.reason?.includes('read-only') && seen;
    });
    expect(away.status).toBe(503);
    const one = { name: 'one', schedule_type: 'RATE', schedule_expression: 'rate(1 days)', action_type: 'LOG_EVENT' };
    expect(await server.call('POST', '/v1/schedules', { ...one, action_config: { message: 'x' } })).toMatchObject({
      status: 503,
      body: { code: 'unavailable' },
    });
    // A server that starts meanwhile waits for it.
    const port = await freePort();
    const second = cleanup.start({ cwd: await cleanup.folder(), env: { ...env, HYDRACORE_PORT: String(port) } });
    await eventually('the second one says why it waits', async () => {
      if (second.ended) throw new Error(`it ended:\n${second.stderr}`);
      return (await ask(`http://127.0.0.1:${port}/readyz`))?.reason?.includes('read-only');
    });

    // The address leads to the new primary. Connections that are open do not notice.
    await database.query('ALTER DATABASE hydracore RESET default_transaction_read_only');
    const back = Date.now();
    await eventually('it goes on', () => receiver.deliveries.some((delivery) => delivery.scheduledFor > back));
    await eventually('it is ready', async () => (await ask(`${server.url}/readyz`))?.status === 200);
    await second.ready();
    expect((await server.call('POST', `/v1/schedules/${id}/pause`)).status).toBe(200);
    expect(await second.stop()).toMatchObject({ code: 0 });
    expect(await server.stop()).toMatchObject({ code: 0 });
  });

  const says = (word: string) => (sent: string) => sent.includes(word);

  /** Cuts the server off, sees it say so, lets it back, and sees it deliver what was due meanwhile and go on. */
  async function breakFor(server: ServerProcess, cutAfter: ((sent: string) => boolean) | undefined): Promise<void> {
    if (cutAfter) {
      proxy.cutAfter = cutAfter;
      await eventually('the connections are cut', () => proxy.cutAfter === undefined);
    } else {
      await proxy.cut();
    }
    const cutAt = Date.now();
    const away = await eventually('it says that the database is away', async () => {
      if (server.ended) throw new Error(`the server ended:\n${server.stdout}${server.stderr}`);
      const seen = await ask(`${server.url}/readyz`);
      return seen?.status === 503 && seen;
    });
    expect(away.reason).toContain('The database does not answer');
    expect((await ask(`${server.url}/healthz`))?.status, server.stderr).toBe(200);
    expect(await server.call('GET', '/v1/schedules')).toMatchObject({ status: 503 });
    await eventually('an occurrence is due while it is away', () => Date.now() > cutAt + 1_500);

    await proxy.start();
    await eventually('it is ready again', async () => (await ask(`${server.url}/readyz`))?.status === 200);
    const back = Date.now();
    await eventually('it delivers what was due while the database was away', () =>
      receiver.deliveries.some((delivery) => delivery.scheduledFor > cutAt && delivery.scheduledFor < back),
    );
    await eventually('it goes on', () =>
      receiver.deliveries.some((delivery) => delivery.scheduledFor > back && delivery.arrivedAt > back),
    );
  }
});
