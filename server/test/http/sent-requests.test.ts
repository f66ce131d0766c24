import { afterEach, beforeEach, expect, it } from 'vitest';
import { serve, type Receiver } from '../../src/actions/testing.ts';
import { World } from '../support/world.ts';

let world: World;
let receiver: Receiver;
let status: number;
let got: { headers: Record<string, string>; body: string }[];

beforeEach(async () => {
  got = [];
  status = 200;
  receiver = await serve((request, response, body) => {
    got.push({ headers: request.headers as Record<string, string>, body });
    response.statusCode = status;
    response.end();
  });
  world = await World.open('2027-03-01T09:00:00.000Z');
  world.performs = true;
});
afterEach(async () => {
  await receiver[Symbol.asyncDispose]();
  await world.close();
});

interface Shown {
  readonly id: string;
  readonly attempts: readonly { request: { headers: Record<string, string>; body: string | null } }[];
}

it.each<[string, object, object, readonly string[]]>([
  ['nothing but a URL', {}, {}, ['envelope']],
  ['a customer', {}, { customer_id: '0199a1b2-0000-7000-8000-000000000009', external_id: 'deal-7' }, ['envelope']],
  ['a body of its own', { body: { deal: '{{schedule.external_id}}' } }, { external_id: 'deal-7' }, ['body']],
  ['headers of its own', { headers: { 'X-Team': 'billing' } }, {}, ['envelope', 'headers']],
])('are told as they were received, though the ledger keeps less of them: %s', async (_, config, about, kept) => {
  status = 500;
  const made = await world.create({
    ...about,
    schedule_type: 'ONE_TIME',
    schedule_expression: 'at(2027-03-01T09:01:00)',
    max_retries: 1,
    retry_backoff_seconds: 60,
    action_type: 'WEBHOOK',
    action_config: { url: receiver.url, ...config },
  });
  await world.advanceTo('2027-03-01T09:01:00.000Z');
  status = 200;
  await world.advanceTo('2027-03-01T09:10:00.000Z');
  expect(got).toHaveLength(2);

  const { body } = await world.call('GET', `/v1/runs?schedule_id=${made.id}`);
  const [run] = (body as { runs: Shown[] }).runs;
  expect((await world.call('GET', `/v1/runs/${run?.id}`)).body).toMatchObject({ attempts: run?.attempts });
  for (const [i, { headers, body }] of got.entries()) {
    const shown = run?.attempts[i]?.request;
    expect(shown?.body).toBe(body);
    const { 'webhook-signature': signature, ...rest } = shown?.headers ?? {};
    expect(signature).toBe('********');
    expect(Object.keys(rest)).toContain('traceparent');
    expect(headers).toMatchObject(rest);
  }

  const rows = await world.db.query<{ sent: Record<string, unknown> }>(
    `SELECT a::jsonb -> 'sent' AS sent FROM runs, unnest(attempts) a WHERE tenant_id = $1 AND schedule_id = $2`,
    [world.tenantId, made.id],
  );
  const always = ['method', 'trace', 'url'];
  expect(rows.map(({ sent }) => Object.keys(sent).toSorted())).toEqual(
    [0, 1].map(() => [...always, ...kept].toSorted()),
  );
});
