import { expect, it } from 'vitest';
import { keepSecrets, maskSecrets } from './secrets.ts';
import { webhook } from './webhook.ts';

const MASK = '********';
const bearer = { url: 'https://x/', auth: { type: 'bearer', token: 't0k3n' } };
const basic = { url: 'https://x/', auth: { type: 'basic', username: 'u', password: 'p' } };

it('masks a copy', () => {
  expect(maskSecrets(webhook, bearer)).toEqual({ url: 'https://x/', auth: { type: 'bearer', token: MASK } });
  expect(maskSecrets(webhook, basic)).toEqual({ ...basic, auth: { ...basic.auth, password: MASK } });
  expect(bearer.auth.token).toBe('t0k3n');
});

it.each([{}, { auth: null }, { auth: { type: 'none' } }, { auth: 'x' }, { auth: [] }])('leaves %j alone', (config) => {
  expect(maskSecrets(webhook, config)).toEqual(config);
  expect(keepSecrets(webhook, config, bearer)).toEqual(config);
});

it('keeps the stored secret where the mask comes back, and takes a new one', () => {
  expect(keepSecrets(webhook, { ...maskSecrets(webhook, bearer), url: 'https://y/' }, bearer)).toEqual({
    url: 'https://y/',
    auth: bearer.auth,
  });
  const changed = { auth: { type: 'bearer', token: 'new' } };
  expect(keepSecrets(webhook, changed, bearer)).toEqual(changed);
});

it('leaves the mask where nothing is stored under it', () => {
  const masked = { auth: { type: 'bearer', token: MASK } };
  expect(keepSecrets(webhook, masked, basic)).toEqual(masked);
});
