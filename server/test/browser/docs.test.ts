import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cleanup, type ServerProcess } from '../process/server.ts';

const cleanup = new Cleanup();
let server: ServerProcess;
let browser: BrowserContext;
let page: Page;
const requests: string[] = [];
const problems: string[] = [];

beforeAll(async () => {
  server = await cleanup.start({ cwd: await cleanup.folder() }).ready();
  const profile = await mkdtemp(join(tmpdir(), 'hydracore-browser-'));
  cleanup.add(() => rm(profile, { recursive: true, force: true }));
  browser = await chromium.launchPersistentContext(profile, {
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
  cleanup.add(() => browser.close());
  page = await browser.newPage();
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(String(error)));
});
afterAll(() => cleanup.run());

describe('the API page', () => {
  it('shows every operation, sends no request off the machine, and has no console error', async () => {
    await page.goto(`${server.url}/`);
    await page.getByRole('heading', { name: 'HydraCore Schedules' }).first().waitFor();
    expect(page.url()).toBe(`${server.url}/docs`);
    for (const operation of [
      'List schedules',
      'Create a schedule',
      'Trigger a schedule',
      'List the runs of a schedule',
    ]) {
      await page.getByText(operation).first().waitFor();
    }
    // A visitor opens an operation and reads its fields; whatever the page fetches for that is on the list as well.
    await page.getByText('Create a schedule').first().click();
    await page.getByText('schedule_expression').first().waitFor();
    const foreign = requests.filter((url) => !url.startsWith(server.url) && !/^(?:data|blob):/.test(url));
    expect(foreign).toEqual([]);
    expect(problems).toEqual([]);
    expect(requests).toContain(`${server.url}/openapi.json`);
    if (process.env.HYDRACORE_TEST_SCREENSHOTS) {
      await page.screenshot({ path: join(process.env.HYDRACORE_TEST_SCREENSHOTS, 'docs.png') });
    }
  });
});
