import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectToEmbedded } from './database.ts';
import { Receiver } from './receiver.ts';
import { Cleanup, isAlive, type ServerProcess } from './server.ts';
import { eventually } from './waiting.ts';

const run = promisify(execFile);

describe('a new user: an empty folder and no configuration', () => {
  const cleanup = new Cleanup();
  let folder: string;
  let server: ServerProcess;
  let key: string;
  let hello: string;

  beforeAll(async () => {
    folder = await cleanup.folder();
    server = await cleanup.start({ cwd: folder }).ready();
    key = (await readFile(join(folder, '.hydracore', 'api-key'), 'utf8')).trim();
  });
  afterAll(() => cleanup.run());

  it('makes an API key and a webhook secret that only the owner can read', async () => {
    expect(key).toMatch(/^hc_live_[A-Za-z0-9]{33}$/);
    for (const file of ['api-key', 'webhook-secret', 'key-pepper']) {
      expect((await stat(join(server.dataDir, file))).mode & 0o777).toBe(0o600);
    }
  });

  it('stores the hash of the key with the pepper, and not the key', async () => {
    const pepper = (await readFile(join(server.dataDir, 'key-pepper'), 'utf8')).trim();
    expect(pepper).toMatch(/^[0-9a-f]{64}$/);
    const database = await connectToEmbedded(server.dataDir);
    try {
      const { rows } = await database.query<{ whole: string; key_hash: Buffer }>(
        'SELECT api_keys::text AS whole, key_hash FROM api_keys',
      );
      expect(rows.map((row) => row.key_hash)).toEqual([createHmac('sha256', pepper).update(key).digest()]);
      const stored = rows[0]?.whole ?? '';
      expect(stored).not.toContain(key);
      expect(stored).not.toContain(Buffer.from(key).toString('hex'));
    } finally {
      await database.end();
    }
  });

  it('is ready, alive, and says where everything is', async () => {
    expect(server.stdout).toContain(`${server.url}/docs`);
    expect(server.stdout).toContain('in .hydracore/api-key');
    expect(server.stdout).toContain('in .hydracore/webhook-secret');
    expect(server.stdout).not.toContain(key);
    expect(await server.call('GET', '/readyz')).toEqual({ status: 200, body: { status: 'ready', reason: null } });
    expect((await server.call('GET', '/healthz')).status).toBe(200);
  });

  it('fires the schedule that the printed command makes', async () => {
    const command = /^ {4}(curl [\s\S]*?\}')$/m.exec(server.stdout)?.[1] ?? '';
    const { stdout } = await run('sh', ['-c', command], { cwd: folder });
    const schedule = JSON.parse(stdout) as { id: string; status: string };
    expect(schedule).toMatchObject({ name: 'Hello', status: 'ACTIVE', schedule_type: 'RATE' });
    hello = schedule.id;
    const done = await eventually('the schedule fires', async () => {
      const { body } = await server.call('GET', `/v1/schedules/${hello}/runs`);
      return body.runs.find((run: { status: string }) => run.status === 'SUCCEEDED');
    });
    expect(done).toMatchObject({ trigger: 'SCHEDULE', attempt: 1, reason: null, error: null });
    expect(JSON.stringify(done)).toContain('Hello from Hello');
  });

  it('delivers each second, signed as Standard Webhooks say', async () => {
    const receiver = await new Receiver().start();
    try {
      const secret = (await readFile(join(server.dataDir, 'webhook-secret'), 'utf8')).trim();
      const { id } = await server.schedule(receiver.url, {
        schedule_type: 'RATE',
        schedule_expression: 'rate(1 seconds)',
      });
      await eventually('four deliveries', () => receiver.deliveries.length >= 4);
      expect((await server.call('DELETE', `/v1/schedules/${id}`)).status).toBe(204);
      const webhook = new Webhook(secret);
      for (const { headers, body, run, schedule, attempt } of receiver.deliveries) {
        const verified = webhook.verify(body, headers as Record<string, string>);
        expect(verified).toMatchObject({ type: 'schedule.fired', data: { run_id: run, schedule_id: id } });
        expect({ schedule, attempt }).toEqual({ schedule: id, attempt: 1 });
        expect(() => webhook.verify(`${body} `, headers as Record<string, string>)).toThrow(/signature/i);
      }
      const instants = receiver.deliveries.map((delivery) => delivery.scheduledFor);
      expect(instants).toEqual(instants.map((_, index) => (instants[0] ?? 0) + index * 1_000));
      for (const { arrivedAt, scheduledFor } of receiver.deliveries) {
        // Never early; and "on time" even on a machine that is busy with other tests.
        expect(arrivedAt - scheduledFor).toBeGreaterThanOrEqual(-5);
        expect(arrivedAt - scheduledFor).toBeLessThan(900);
      }
    } finally {
      await receiver.stop();
    }
  });

  it('fires for a record of a customer, and with it', async () => {
    const receiver = await new Receiver().start();
    try {
      const fields = [{ name: 'meets_at', type: 'DATETIME' }];
      const { body: definition } = await server.call('POST', '/v1/entity-definitions', {
        slug: 'calls',
        name: 'Calls',
        fields,
      });
      const { id } = await server.schedule(receiver.url, {
        schedule_type: 'RELATIVE',
        schedule_expression: null,
        relative_entity_definition_id: definition.id,
        relative_field_name: 'meets_at',
      });
      const meets_at = new Date(Date.now() + 1_500).toISOString();
      const path = `/v1/entity-definitions/${definition.id}/records`;
      const { body: record } = await server.call('POST', path, { external_id: 'call-1', data: { meets_at } });
      expect((await server.call('GET', `/v1/schedules/${id}`)).body.next_run_at).toBe(meets_at);
      await eventually('the delivery', () => receiver.deliveries.length > 0);
      const [delivery] = receiver.deliveries;
      expect(delivery?.scheduledFor).toBe(Date.parse(meets_at));
      const { data } = JSON.parse(delivery?.body ?? '{}');
      expect(data.record).toEqual({
        id: record.id,
        definition_id: definition.id,
        external_id: 'call-1',
        customer_id: null,
        data: { meets_at },
      });
      await server.call('DELETE', `/v1/schedules/${id}`);
    } finally {
      await receiver.stop();
    }
  });

  it('goes on with the same key and data after a stop and a start', async () => {
    const postgres = await server.postgresPid();
    expect(await server.stop()).toMatchObject({ code: 0 });
    expect(isAlive(postgres)).toBe(false);

    const started = performance.now();
    server = await cleanup.start({ cwd: folder }).ready();
    expect(performance.now() - started).toBeLessThan(15_000);
    expect((await readFile(join(server.dataDir, 'api-key'), 'utf8')).trim()).toBe(key);
    expect((await server.call('GET', `/v1/schedules/${hello}`)).body).toMatchObject({
      name: 'Hello',
      status: 'ACTIVE',
    });
    expect((await server.call('GET', `/v1/schedules/${hello}/runs`)).body.total).toBeGreaterThan(0);
  });
});
