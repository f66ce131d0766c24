import { afterAll, beforeAll, expect, it } from 'vitest';
import { Visit } from './support/browser.ts';

const visit = new Visit();

beforeAll(async () => {
  await visit.open();
  await visit.page.goto(visit.server.url);
  await visit.signIn();
  await visit.page.getByRole('heading', { name: 'Overview' }).waitFor();
});
afterAll(() => visit.cleanup.run());

it('make a key that is shown once, and revoke it', async () => {
  const { page, server } = visit;
  await page.goto(`${server.url}/settings`);
  await page.getByRole('heading', { name: 'Who you are' }).waitFor();
  expect(await visit.inaccessible()).toEqual([]);
  await page.getByRole('link', { name: 'API keys' }).click();
  await page.getByRole('button', { name: 'New key' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('reader');
  await page.getByRole('textbox', { name: 'Only for this customer' }).fill('nobody');
  expect(await visit.inaccessible()).toEqual([]);
  await page.getByRole('button', { name: 'Create the key' }).click();
  await page.getByRole('dialog').locator('[aria-invalid="true"]').waitFor();
  await page.getByRole('textbox', { name: 'Only for this customer' }).fill('');
  await page.getByRole('button', { name: 'Create the key' }).click();
  const shown = page.getByLabel('the key', { exact: true });
  const key = (await shown.textContent()) ?? '';
  expect(key).toMatch(/^hc_live_/);
  await page.getByRole('button', { name: 'I have kept it' }).click();
  await page.getByText('schedules:read, runs:read').waitFor();
  expect(await page.locator('main').textContent()).not.toContain(key);
  await page.getByRole('button', { name: 'What to do with reader' }).click();
  await page.getByRole('menuitem', { name: 'Rotate…' }).click();
  await page.getByRole('textbox', { name: 'The old one works on for' }).fill('0');
  await page.getByRole('button', { name: 'Rotate the key' }).click();
  const rotated = (await page.getByLabel('the key', { exact: true }).textContent()) ?? '';
  await page.getByRole('button', { name: 'I have kept it' }).click();
  const status = async (one: string) =>
    (await fetch(`${server.url}/v1/whoami`, { headers: { 'X-Api-Key': one } })).status;
  expect([await status(key), await status(rotated)]).toEqual([401, 200]);
  await page.getByRole('button', { name: 'What to do with reader' }).click();
  await page.getByRole('menuitem', { name: 'Revoke…' }).click();
  await page.getByRole('button', { name: 'Revoke the key' }).click();
  await page.getByText('reader is revoked.').waitFor();
  expect(await status(rotated)).toBe(401);
});

it('keep secrets, which nobody sees again', async () => {
  const { page, server } = visit;
  await page.goto(`${server.url}/settings/secrets`);
  await page.getByRole('heading', { name: 'No secret yet' }).waitFor();
  await page.getByRole('button', { name: 'New secret' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('CRM_TOKEN');
  await page.getByRole('textbox', { name: 'Value' }).fill('s3cr3t-of-the-crm');
  await page.getByRole('button', { name: 'Set the secret' }).click();
  await page.getByText('CRM_TOKEN is set').waitFor();
  await page.getByRole('button', { name: 'Delete CRM_TOKEN' }).waitFor();
  expect(await page.content()).not.toContain('s3cr3t-of-the-crm');
  expect(await visit.inaccessible()).toEqual([]);
  await page.getByRole('button', { name: 'Delete CRM_TOKEN' }).click();
  await page.getByRole('button', { name: 'Delete the secret' }).click();
  await page.getByRole('heading', { name: 'No secret yet' }).waitFor();
});

it('rotate what signs webhooks, and narrow where they go', async () => {
  const { page, server } = visit;
  await page.goto(`${server.url}/settings/signing`);
  await page.getByText('Signs now').waitFor();
  await page.getByRole('button', { name: 'Rotate' }).click();
  await page.getByRole('button', { name: 'Rotate it' }).click();
  expect(await page.getByLabel('the secret', { exact: true }).textContent()).toMatch(/^whsec_/);
  await page.getByRole('button', { name: 'I have kept it' }).click();
  await page.getByText('Signs beside it').waitFor();
  expect(await visit.inaccessible()).toEqual([]);
  await page.getByRole('link', { name: 'Egress' }).click();
  await page.getByRole('textbox', { name: 'Denied' }).fill('not a host!');
  await page.getByRole('button', { name: 'Save the policy' }).click();
  await page.locator('[aria-invalid="true"]').waitFor();
  await page.getByRole('textbox', { name: 'Denied' }).fill('evil.example\n203.0.113.0/24');
  await page.getByRole('button', { name: 'Save the policy' }).click();
  await page.getByText('holds for every attempt from now on').waitFor();
  expect((await server.call('GET', '/v1/egress-policy')).body.deny).toEqual(['evil.example', '203.0.113.0/24']);
  await page.getByRole('link', { name: 'Quotas' }).click();
  await page
    .getByText(/^[\d,]+ of [\d,]+$/)
    .first()
    .waitFor();
  expect(await visit.inaccessible()).toEqual([]);
});

it('tell in the audit log who did all that', async () => {
  const { page, server } = visit;
  await page.goto(`${server.url}/settings/audit`);
  await page.getByRole('button', { name: 'set egress policy' }).waitFor();
  expect(await visit.inaccessible()).toEqual([]);
  await page.getByRole('textbox', { name: 'Operation' }).fill('createApiKey');
  await page.getByText('1–1 of 1').waitFor();
  await page.getByRole('button', { name: 'create api key' }).click();
  await page.getByRole('dialog').getByText('"name": "reader"').waitFor();
  expect(await visit.inaccessible()).toEqual([]);
});

it('sends no request elsewhere, and nothing goes wrong on the way', () => {
  expect(visit.foreign()).toEqual([]);
  expect(visit.problems).toEqual([]);
});
