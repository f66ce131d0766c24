import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Visit } from './support/browser.ts';

const visit = new Visit();
/** The most that the first screen may weigh, compressed: scripts and styles. */
const MOST_FIRST_LOAD = 350 * 1024;

beforeAll(async () => {
  await visit.open();
});
afterAll(() => visit.cleanup.run());

describe('the way in', () => {
  it('is by an API key, and leads to where one wanted to go', async () => {
    const { page, server } = visit;
    await page.goto(`${server.url}/schedules?status=PAUSED`);
    await page.getByRole('heading', { name: 'HydraCore Schedules' }).waitFor();
    expect(await visit.inaccessible()).toEqual([]);
    await page.getByRole('textbox', { name: 'API key' }).fill('hc_live_wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('This API key is not valid').waitFor();
    await visit.signIn();
    await page.getByRole('heading', { name: 'Schedules', exact: true }).waitFor();
    expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe('/schedules?status=PAUSED');
    expect(await page.evaluate('document.cookie + JSON.stringify(localStorage)')).not.toContain('hc_live');
  });

  it('is short: what is loaded for the first screen', async () => {
    const { page, server, context } = visit;
    const tab = await context.newPage();
    const sizes = new Map<string, number>();
    tab.on('response', async (response) => {
      const { pathname } = new URL(response.url());
      if (!/\.(?:js|css)$/.test(pathname)) return;
      expect(response.headers()['content-encoding'], pathname).toMatch(/^(?:br|gzip)$/);
      const gzip = await fetch(response.url(), { headers: { 'Accept-Encoding': 'gzip' } });
      // What it weighs as gzip, as it travels: fetch unpacks it, the header is the wire's.
      sizes.set(pathname, Number(gzip.headers.get('content-length')));
    });
    await tab.goto(`${server.url}/schedules`);
    await tab.getByRole('heading', { name: 'Schedules', exact: true }).waitFor();
    // The stream of events never ends: once it stands all is loaded.
    await tab.locator('[data-state="live"]:visible').waitFor();
    const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    expect(sizes.size).toBeGreaterThan(1);
    expect(total).toBeGreaterThan(10_000);
    expect(total).toBeLessThan(MOST_FIRST_LOAD);
    await tab.close();
    await page.bringToFront();
  });

  it('is asked for again when the session ends, and leads back', async () => {
    const { page, server, context } = visit;
    await page.goto(`${server.url}/schedules?status=ACTIVE`);
    await page.getByRole('heading', { name: 'Schedules', exact: true }).waitFor();
    await context.clearCookies();
    await page.reload();
    await page.getByRole('textbox', { name: 'API key' }).waitFor();
    await visit.signIn();
    await page.getByRole('heading', { name: 'Schedules', exact: true }).waitFor();
    expect(page.url()).toContain('status=ACTIVE');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('textbox', { name: 'API key' }).waitFor();
    expect(await context.cookies()).toEqual([]);
  });
});

it('sends no request elsewhere, and nothing goes wrong on the way', () => {
  expect(visit.foreign()).toEqual([]);
  expect(visit.problems).toEqual([]);
  expect(visit.requests.some((url) => url.includes('/console/'))).toBe(true);
});
