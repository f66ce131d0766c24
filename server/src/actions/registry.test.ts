import { afterAll, expect, it } from 'vitest';
import { createEgress } from './egress.ts';
import { actionTypes, findAction } from './registry.ts';

const egress = createEgress({ allow: [], allowLoopback: true, connectTimeoutMs: 1_000, maxConnectionsPerHost: 1 });
afterAll(() => egress.close());

it.each(['WEBHOOK', 'webhook', 'Send_Webhook', 'http'])('finds WEBHOOK as %s', (name) => {
  expect(findAction(name)?.type).toBe('WEBHOOK');
});

it.each(['LOG_EVENT', 'log'])('finds LOG_EVENT as %s', (name) => {
  expect(findAction(name)?.type).toBe('LOG_EVENT');
});

it.each(['', 'constructor', '__proto__', 'SMTP'])('finds nothing as %j', (name) => {
  expect(findAction(name)).toBeUndefined();
});

it('lists each type with a JSON Schema that says what it takes', () => {
  const types = actionTypes(egress);
  expect(types.map(({ type }) => type)).toEqual(['WEBHOOK', 'EMAIL', 'LOG_EVENT', 'UPDATE_ENTITY']);
  expect(types[0]?.config_schema).toMatchObject({
    type: 'object',
    required: ['url'],
    additionalProperties: false,
    properties: {
      method: { enum: expect.arrayContaining(['GET', 'POST']), default: 'POST' },
      auth: { oneOf: expect.anything() },
    },
  });
  expect(types[1]?.config_schema).toMatchObject({ required: ['to', 'subject'], additionalProperties: false });
  expect(types[2]?.config_schema).toMatchObject({ required: ['message'], additionalProperties: false });
  expect(types.map(({ unavailable }) => unavailable)).toEqual([
    null,
    'EMAIL is not available, as this server has no mail server: its operator has to set HYDRACORE_SMTP_URL and HYDRACORE_SMTP_FROM',
    null,
    null,
  ]);
  expect(JSON.parse(JSON.stringify(types))).toEqual(types);
});
