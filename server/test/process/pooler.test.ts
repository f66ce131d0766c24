import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { DatabaseProxy, freePort, startDatabase } from './database.ts';
import { Cleanup } from './server.ts';
import { eventually, inParallel } from './waiting.ts';

const PGBOUNCER = '/usr/sbin/pgbouncer';
const CALLS = 200;
const cleanup = new Cleanup();
afterAll(() => cleanup.run());

/** PgBouncer by transaction, with fewer connections than the server has: whoever asks next gets any of them. */
async function startPooler(databasePort: number): Promise<number> {
  const folder = await cleanup.folder();
  const port = await freePort();
  await writeFile(
    join(folder, 'pgbouncer.ini'),
    `[databases]
hydracore = host=127.0.0.1 port=${databasePort} dbname=hydracore
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${join(folder, 'users.txt')}
pool_mode = transaction
default_pool_size = 3
`,
  );
  await writeFile(join(folder, 'users.txt'), '"hydracore_server" ""\n');
  await chmod(folder, 0o755);
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const child = spawn(PGBOUNCER, ['-q', ...user, join(folder, 'pgbouncer.ini')], { stdio: 'ignore' });
  cleanup.add(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  await eventually(
    'PgBouncer answers',
    () =>
      new Promise<boolean>((resolve) => {
        const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
        socket.on('connect', () => socket.destroy());
      }),
  );
  return port;
}

describe.skipIf(!existsSync(PGBOUNCER))('behind a transaction pooler', () => {
  it('tenants stay apart, and schedules fire', async () => {
    const database = await startDatabase(inject('madeDataDir'));
    cleanup.add(() => database.stop());
    const proxy = new DatabaseProxy(await freePort(), database.socket);
    await proxy.start();
    cleanup.add(() => proxy.cut());
    const port = await startPooler(proxy.port);
    const server = await cleanup
      .start({
        cwd: await cleanup.folder(),
        env: {
          ...proxy.environment,
          HYDRACORE_DATABASE_URL: `postgresql://hydracore_server@127.0.0.1:${port}/hydracore`,
          HYDRACORE_DATABASE_POOLER: 'transaction',
          HYDRACORE_BOOTSTRAP_API_KEY: `hc_live_${'k'.repeat(32)}`,
        },
      })
      .ready();

    const { body: tenant } = await server.call('POST', '/v1/tenants', { name: 'other' });
    const { body: key } = await server.call('POST', '/v1/api-keys', {
      name: 'other',
      scopes: ['*'],
      tenant_id: tenant.id,
    });
    const fields = { schedule_type: 'RATE', schedule_expression: '1s', action_type: 'LOG_EVENT' };
    const made: string[] = [];
    await inParallel(
      Array.from({ length: CALLS }, (_, index) => index),
      20,
      async (index) => {
        const headers: Record<string, string> = index % 2 === 0 ? {} : { 'x-api-key': key.key };
        const name = index % 2 === 0 ? 'ours' : 'theirs';
        const body = { ...fields, name, action_config: { message: 'x' }, ...(index > 3 && { start_at: '2099-01-01' }) };
        const reply = await server.call('POST', '/v1/schedules', body, headers);
        expect(reply.status).toBe(201);
        made.push(reply.body.id);
        const list = await server.call('GET', '/v1/schedules?limit=200', undefined, headers);
        expect(new Set(list.body.schedules.map((s: { name: string }) => s.name))).toEqual(new Set([name]));
      },
    );
    expect(new Set(made).size).toBe(CALLS);
    await eventually('they fire', async () => {
      const { body } = await server.call('GET', '/v1/runs?status=SUCCEEDED');
      return body.total > 4;
    });
    expect(await server.stop()).toMatchObject({ code: 0 });
  });
});
