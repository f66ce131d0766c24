import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTracing, type Tracing } from '../../src/watch/tracing.ts';
import { Collector } from '../support/collector.ts';
import { Node, World } from '../support/world.ts';
import { serve } from '../../src/actions/testing.ts';

const CALLER = { trace: '0af7651916cd43dd8448eb211c80319c', span: 'b7ad6b7169203331' };
const TRACEPARENT = `00-${CALLER.trace}-${CALLER.span}-01`;
const FAR = { start_at: '2027-04-01T00:00:00Z' };
const [SERVER, CLIENT, INTERNAL] = [2, 3, 1];
const ERROR = 2;

let collector: Collector;
let tracing: Tracing;
let world: World;
let lines: string[];

async function open(endpoint: string): Promise<void> {
  lines = [];
  const log = (level: string, message: string) => void lines.push(`${level} ${message}`);
  tracing = startTracing({ endpoint, node: 'node-1', log, delayMs: 10 });
  world = await World.open('2027-03-01T08:59:30Z', {
    log: () => undefined,
    traceRequest: tracing.traceRequest,
    traceAttempt: tracing.traceAttempt,
  });
}

beforeEach(async () => {
  collector = await new Collector().start();
  await open(collector.url);
});
afterEach(async () => {
  await tracing.close(1_000);
  await world.close();
  await collector.stop();
});

/** Everything that was traced so far: sent, and taken. */
async function spans() {
  await tracing.close(5_000);
  return collector.spans;
}

describe('a trace', () => {
  it('goes from the request of a trigger to its delivery', async () => {
    const received: (string | undefined)[] = [];
    await using receiver = await serve((request, response) => {
      received.push(request.headers['traceparent'] as string | undefined);
      response.end();
    });
    world.performs = true;
    const { id } = await world.create({
      ...FAR,
      action_type: 'WEBHOOK',
      action_config: { url: `${receiver.url}?key=hidden-key`, auth: { type: 'bearer', token: 'hidden-token' } },
    });
    const { body: run } = await world.call('POST', `/v1/schedules/${id}/trigger`, undefined, {
      traceparent: TRACEPARENT,
      'X-Request-Id': 'order-1',
    });
    await world.settle();

    const request = (await spans()).find((span) => span.name === 'POST /v1/schedules/{schedule_id}/trigger');
    expect(request).toMatchObject({
      kind: SERVER,
      traceId: CALLER.trace,
      parentSpanId: CALLER.span,
      attributes: {
        'http.route': '/v1/schedules/{schedule_id}/trigger',
        'http.response.status_code': 202,
        'hydracore.request_id': 'order-1',
        'hydracore.tenant_id': world.tenantId,
        'hydracore.schedule_id': id,
        'hydracore.run_id': run.id,
      },
    });
    const attempt = collector.spans.find((span) => span.name === 'attempt WEBHOOK');
    expect(attempt).toMatchObject({
      kind: CLIENT,
      traceId: run.id.replaceAll('-', ''),
      parentSpanId: undefined,
      links: [{ traceId: CALLER.trace, spanId: request?.spanId }],
      attributes: {
        'hydracore.run_id': run.id,
        'hydracore.attempt': 1,
        'hydracore.trigger': 'MANUAL',
        'http.request.method': 'POST',
        'http.response.status_code': 200,
        'hydracore.outcome': 'delivered',
      },
    });
    expect(received).toEqual([`00-${attempt?.traceId}-${attempt?.spanId}-01`]);
    expect(collector.paths).toEqual(new Set(['POST /v1/traces application/json']));
    expect(collector.resources[0]).toMatchObject({
      'service.name': 'hydracore-schedules',
      'service.instance.id': 'node-1',
    });
    expect(collector.text).not.toMatch(/hidden|hc_live|whsec/);
  });

  it('has all attempts of a run, on whatever node, each with its outcome and error', async () => {
    const error = { code: 'http_status', message: 'said something private' };
    world.script = ({ run }) =>
      run.attempt === 1
        ? { kind: 'retryable', error, request: null, response: { status: 503 } }
        : { kind: 'delivered', request: null, response: null };
    const { id } = await world.create({
      schedule_type: 'AT',
      schedule_expression: '2027-03-01T09:00:00Z',
      retry_backoff_seconds: 5,
    });
    world.clock.set(Date.parse('2027-03-01T09:00:00Z'));
    await world.node.plan();
    await world.node.dispatcher.settle();
    world.clock.set(Date.parse('2027-03-01T09:00:10Z'));
    const other = new Node(world, 'node-2', 10);
    await other.dispatch();
    await other.dispatcher.settle();
    const [run] = await world.runs(id);
    expect(run.status).toBe('SUCCEEDED');
    const attempts = (await spans()).filter((span) => span.name === 'attempt LOG_EVENT');
    expect(new Set(attempts.map((span) => span.traceId))).toEqual(new Set([run.id.replaceAll('-', '')]));
    expect(new Set(attempts.map((span) => span.spanId)).size).toBe(2);
    expect(attempts).toMatchObject([
      { kind: INTERNAL, status: ERROR, links: [], attributes: { 'error.type': 'http_status', 'hydracore.attempt': 1 } },
      { status: 0, attributes: { 'hydracore.outcome': 'delivered', 'hydracore.attempt': 2 } },
    ]);
    expect(collector.text).not.toContain('private');
  });

  it('of a caller that does not sample is obeyed, and passed on; what is no trace context is ignored', async () => {
    const { id } = await world.create(FAR);
    const trigger = async (traceparent: string) =>
      (await world.call('POST', `/v1/schedules/${id}/trigger`, undefined, { traceparent })).body.id;
    const unsampled = await trigger(`00-${CALLER.trace}-${CALLER.span}-00`);
    const broken = await trigger('00-not-a-trace-01');
    const zero = await trigger(`00-${'0'.repeat(32)}-${CALLER.span}-01`);
    const stored = await world.db.query<{ id: string; traceparent: string }>('SELECT id, traceparent FROM runs');
    const kept = new Map(stored.map((run) => [run.id, run.traceparent]));
    expect(kept.get(unsampled)).toMatch(new RegExp(`^00-${CALLER.trace}-[0-9a-f]{16}-00$`));
    for (const run of [broken, zero]) expect(kept.get(run)).toMatch(/^00-(?!0{32})[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    const requests = (await spans()).filter((span) => span.name.endsWith('/trigger'));
    expect(requests.map((span) => span.attributes['hydracore.run_id'])).toEqual([broken, zero]);
    expect(requests.every((span) => span.parentSpanId === undefined)).toBe(true);
  });

  it('marks a request that failed inside the server', async () => {
    await world.db.query('ALTER TABLE schedules RENAME TO elsewhere');
    expect((await world.call('GET', '/v1/schedules')).status).toBe(500);
    expect((await world.call('GET', '/healthz')).status).toBe(200);
    expect(await spans()).toMatchObject([{ name: 'GET /v1/schedules', status: ERROR }]);
  });
});

describe('a collector', () => {
  it('that refuses is warned of once, and said to work again once; the work goes on', async () => {
    collector.status = 400;
    const told = async (text: string) => {
      while (!lines.some((line) => line.includes(text))) {
        await world.create(FAR);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    await told('can not be sent');
    await world.create(FAR);
    await world.create(FAR);
    collector.status = 200;
    await told('again');
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['warn', 'info']);
  });

  it('that does not answer does not hold up a stop', async () => {
    await collector.stop();
    await world.create(FAR);
    const began = performance.now();
    await tracing.close(200);
    expect(performance.now() - began).toBeLessThan(4_000);
    collector = await new Collector().start();
  });
});

describe('without traces', () => {
  it('nothing is kept of a caller’s trace, and attempts get the trace of their run', async () => {
    const plain = await World.open('2027-03-01T08:59:30Z');
    try {
      const seen: (string | undefined)[] = [];
      plain.script = (target) => (seen.push(target.traceparent), { kind: 'delivered', request: null, response: null });
      const { id } = await plain.create(FAR);
      await plain.call('POST', `/v1/schedules/${id}/trigger`, undefined, { traceparent: TRACEPARENT });
      await plain.settle();
      expect(seen).toEqual([undefined]);
      expect(await plain.db.query('SELECT traceparent FROM runs')).toEqual([{ traceparent: null }]);
    } finally {
      await plain.close();
    }
  });
});
