import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
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
  // What a policy stops, a page may catch and say nothing of.
  await page.exposeFunction('tellViolation', (what: string) => problems.push(what));
  await page.addInitScript(`document.addEventListener('securitypolicyviolation', (e) =>
    tellViolation([e.effectiveDirective, e.blockedURI, e.sourceFile, e.lineNumber].join(' ')))`);
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(String(error)));
});
afterAll(() => cleanup.run());

describe('the API page', () => {
  it('shows every operation, sends no request off the machine, and has no console error', async () => {
    await page.goto(`${server.url}/docs`);
    await page.getByRole('heading', { name: 'HydraCore Schedules' }).first().waitFor();
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
    // The part of the page that has an editor and sends requests.
    await page
      .getByRole('button', { name: /Test Request/ })
      .first()
      .click();
    await page.getByRole('button', { name: /^Send/ }).first().waitFor();
    const foreign = requests.filter((url) => !url.startsWith(server.url) && !/^(?:data|blob):/.test(url));
    expect(foreign).toEqual([]);
    expect(problems).toEqual([]);
    expect(requests).toContain(`${server.url}/openapi.json`);
    if (process.env.HYDRACORE_TEST_SCREENSHOTS) {
      await page.screenshot({ path: join(process.env.HYDRACORE_TEST_SCREENSHOTS, 'docs.png') });
    }
  });
});

describe('a session in a browser', () => {
  it('serves the pages of the server alone, and no script reads its cookie', async () => {
    const tab = await browser.newPage();
    await tab.goto(`${server.url}/docs`);
    const send = async (method: string, path: string, body?: unknown): Promise<number> =>
      await tab.evaluate(
        async ([method, path, body]) => (await fetch(path, { method, ...(body !== null && { body }) })).status,
        [method, path, body === undefined ? null : JSON.stringify(body)] as const,
      );
    const schedule = {
      name: 'by a page',
      schedule_type: 'RATE',
      schedule_expression: '1h',
      action_type: 'LOG_EVENT',
      action_config: { message: 'hello' },
    };
    expect(await send('GET', '/v1/schedules')).toBe(401);
    const key = (await readFile(join(server.dataDir, 'api-key'), 'utf8')).trim();
    expect(await send('POST', '/v1/session', { api_key: key })).toBe(201);
    expect(await tab.evaluate('document.cookie')).toBe('');
    expect(await send('POST', '/v1/schedules', schedule)).toBe(201);
    const before = (await server.call('GET', '/v1/schedules')).body as { total: number };

    // Another port of this machine is another origin of the same site: the cookie goes along with its forms.
    const evil = createServer((_, response) => {
      response.setHeader('Content-Type', 'text/html');
      response.end(
        `<form method="post" enctype="text/plain" action="${server.url}/v1/schedules"><input name="${JSON.stringify({
          ...schedule,
          description: '',
        })
          .slice(0, -2)
          .replaceAll('"', '&quot;')}" value="&quot;}" /></form>`,
      );
    });
    await once(evil.listen(0, '127.0.0.1'), 'listening');
    cleanup.add(async () => evil.close());
    const { port } = evil.address() as AddressInfo;
    await tab.goto(`http://127.0.0.1:${port}/`);
    const [answer] = await Promise.all([
      tab.waitForResponse((response) => response.url() === `${server.url}/v1/schedules`),
      tab.evaluate(`document.querySelector('form').submit()`),
    ]);
    expect((await answer.request().allHeaders())['cookie']).toContain('hydracore_session=');
    expect([answer.status(), (await answer.json()).code]).toEqual([403, 'origin_refused']);
    // A script of that page gets no further, and reads nothing.
    await tab.goto(`http://127.0.0.1:${port}/`);
    for (const method of ['GET', 'POST', 'DELETE']) {
      const read = await tab.evaluate(
        async ([method, url]) =>
          await fetch(url, { method, credentials: 'include' }).then(
            () => 'read',
            () => 'not read',
          ),
        [method, `${server.url}/v1/session`] as const,
      );
      expect([method, read]).toEqual([method, 'not read']);
    }
    expect((await server.call('GET', '/v1/schedules')).body).toMatchObject({ total: before.total });

    await tab.goto(`${server.url}/docs`);
    expect(await send('GET', '/v1/session')).toBe(200);
    expect(await send('DELETE', '/v1/session')).toBe(204);
    expect(await send('GET', '/v1/schedules')).toBe(401);
    await tab.close();
  });
});
