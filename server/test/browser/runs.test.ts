import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Receiver } from '../process/receiver.ts';
import { Visit } from './support/browser.ts';

const visit = new Visit();
const receiver = new Receiver();
const LOG = { action_type: 'LOG_EVENT', action_config: { message: 'hello' } };
const LIVE = '[data-state="live"]:visible';
/** The most bytes that a first page may weigh, compressed, before its chart, and with it. */
const MOST_FIRST_LOAD = 250_000;
const MOST_WITH_CHART = 350_000;

beforeAll(async () => {
  await visit.open();
  await receiver.start();
  visit.cleanup.add(() => receiver.stop());
  receiver.reply = () => ({ status: 500 });
  await visit.page.goto(visit.server.url);
  await visit.signIn();
  await visit.page.getByRole('heading', { name: 'Overview' }).waitFor();
});
afterAll(() => visit.cleanup.run());

const made = async (fields: object) => {
  const { status, body } = await visit.server.call('POST', '/v1/schedules', fields);
  expect(status, JSON.stringify(body)).toBe(201);
  return body as { id: string };
};

describe('the overview', () => {
  it('shows who is new how to begin, and then what happens, without a reload', async () => {
    const { page, server } = visit;
    await page.getByRole('heading', { name: 'Nothing is scheduled yet' }).waitFor();
    await page.getByText(`curl -X POST ${server.url}/v1/schedules`).waitFor();
    expect(await visit.inaccessible()).toEqual([]);
    await page.locator(LIVE).waitFor();
    await page.evaluate('window.stays = true');
    await made({ name: 'Every second', schedule_type: 'RATE', schedule_expression: 'rate(1 second)', ...LOG });
    // It turns up among what comes, and as runs that ended.
    await page.getByRole('region', { name: 'Next' }).getByRole('link', { name: 'Every second' }).waitFor();
    await page.getByRole('img', { name: /hours: \d+ succeeded/ }).waitFor();
    await page.locator('.recharts-bar-rectangle').first().waitFor();
    await page.getByText('As a table').click();
    expect(await page.getByRole('row').count()).toBe(26);
    expect(await visit.inaccessible()).toEqual([]);
    expect(await page.evaluate('window.stays')).toBe(true);
  });

  it('is not heavier than a first page may be', async () => {
    const { context, server } = visit;
    const tab = await context.newPage();
    const names = new Set<string>();
    tab.on('response', (response) => {
      const { pathname } = new URL(response.url());
      if (/\.(?:js|css)$/.test(pathname)) names.add(pathname);
    });
    await tab.goto(server.url);
    await tab.locator('.recharts-bar-rectangle').first().waitFor();
    await tab.close();
    expect(names.size).toBeGreaterThan(5);
    const weightOf = async (some: string[]) => {
      const sizes = await Promise.all(some.map(async (name) => await sizeOf(`${server.url}${name}`)));
      return sizes.reduce((sum, size) => sum + size, 0);
    };
    const all = [...names];
    const chart = all.filter((name) => name.includes('hours-chart'));
    expect(await weightOf(chart)).toBeGreaterThan(50_000);
    // Everything but the chart stands while that is still on its way.
    expect(await weightOf(all.filter((name) => !chart.includes(name)))).toBeLessThan(MOST_FIRST_LOAD);
    expect(await weightOf(all)).toBeLessThan(MOST_WITH_CHART);
  });
});

describe('runs', () => {
  it('say why one failed, and it is tried again', async () => {
    const { page, server } = visit;
    const { id } = await made({
      name: 'Failing hook',
      schedule_type: 'RATE',
      schedule_expression: 'rate(1 day)',
      action_type: 'WEBHOOK',
      action_config: { url: receiver.url, body: { order: 17 }, auth: { type: 'bearer', token: 'not-to-be-seen' } },
      max_retries: 0,
    });
    await server.call('POST', `/v1/schedules/${id}/trigger`);
    await page.goto(`${server.url}/runs`);
    await page.getByRole('combobox', { name: 'Status' }).click();
    await page.getByRole('option', { name: 'Failed' }).click();
    await page.getByRole('link', { name: 'Failing hook' }).waitFor();
    expect(new URL(page.url()).search).toBe('?status=FAILED');
    expect(await visit.inaccessible()).toEqual([]);
    await page.getByRole('link', { name: 'Failing hook' }).click();

    await page.getByText('It failed, and so did every retry that the schedule allows.').waitFor();
    await page.getByText('"order": 17').waitFor();
    await page
      .getByText(/^\d+ headers$/)
      .first()
      .click();
    expect(await page.locator('main').textContent()).not.toContain('not-to-be-seen');
    expect(await visit.inaccessible()).toEqual([]);
    const failed = page.url();
    receiver.reply = () => ({ status: 200 });
    await page.getByRole('button', { name: 'Retry' }).click();
    await page.getByText('this is the new run').waitFor();
    await page.getByText('It succeeded.').waitFor();
    expect(page.url()).not.toBe(failed);
    await page.getByRole('link', { name: /^the failed run/ }).click();
    await page.getByRole('link', { name: 'all its runs' }).click();
    await page.getByText('2 match.').waitFor();
    expect(await page.getByRole('combobox', { name: 'Schedule' }).inputValue()).toBe('Failing hook');
  });

  it('can be stopped, and one that fires shows up by itself', async () => {
    const { page, server } = visit;
    receiver.reply = () => 'never';
    const { id } = await made({
      name: 'Hanging hook',
      schedule_type: 'ONE_TIME',
      schedule_expression: `at(${new Date(Date.now() + 4_000).toISOString()})`,
      action_type: 'WEBHOOK',
      action_config: { url: receiver.url },
    });
    await page.goto(`${server.url}/runs?schedule=${id}`);
    await page.getByRole('heading', { name: 'Nothing matches' }).waitFor();
    // No reload, nothing pressed: it is due, and here it is.
    await page.getByRole('link', { name: 'Hanging hook' }).click();
    await page.getByText('It is under way.').waitFor();
    await page.getByRole('button', { name: 'Cancel the run' }).click();
    await page.getByText('Somebody cancelled it').waitFor();
    receiver.reply = () => ({ status: 200 });
  });
});

it('an action that this server can not do is there, and says why', async () => {
  const { page, server } = visit;
  await page.goto(`${server.url}/schedules/new`);
  await page.getByRole('combobox', { name: 'Action' }).click();
  await page.getByRole('option', { name: 'Send an e-mail' }).click();
  await page.getByText('EMAIL is not available, as this server has no mail server').waitFor();
  expect(await page.getByRole('textbox', { name: 'Subject' }).isDisabled()).toBe(true);
  expect(await page.getByRole('combobox', { name: 'To', exact: true }).isDisabled()).toBe(true);
  expect(await visit.inaccessible()).toEqual([]);
});

it('what a key may not is there, and says why', async () => {
  const { page, server } = visit;
  const { body } = await server.call('GET', '/v1/runs?status=FAILED&limit=1');
  const reads = { name: 'reader', scopes: ['schedules:read', 'runs:read'] };
  const { body: reader } = await server.call('POST', '/v1/api-keys', reads);
  await page.goto(`${server.url}/runs/${body.runs[0].id}`);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('textbox', { name: 'API key' }).fill(reader.key);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  await page.goto(`${server.url}/runs/${body.runs[0].id}`);
  const retry = page.getByRole('button', { name: 'Retry' });
  expect(await retry.getAttribute('aria-disabled')).toBe('true');
  await retry.focus();
  await page.getByRole('tooltip').getByText('Your key lacks the scope runs:write.').waitFor();
  await page.keyboard.press('Enter');
  expect((await server.call('GET', `/v1/runs?schedule_id=${body.runs[0].schedule_id}`)).body.total).toBe(2);
  await page.goto(`${server.url}/schedules/${body.runs[0].schedule_id}`);
  for (const name of ['Trigger now', 'Pause', 'Edit']) {
    expect(await page.getByRole('button', { name }).getAttribute('aria-disabled'), name).toBe('true');
  }
  await page.getByRole('button', { name: 'Trigger now' }).focus();
  await page.getByRole('tooltip').getByText('Your key lacks the scope schedules:trigger.').waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByText('Your key lacks the scope schedules:write.').waitFor();
  expect(await page.getByRole('menuitem', { name: 'Delete…' }).isDisabled()).toBe(true);
  expect(await page.getByRole('menuitem', { name: 'Backfill…' }).isDisabled()).toBe(true);
  await page.goto(`${server.url}/schedules`);
  await page.getByLabel('Select Failing hook').check();
  for (const name of ['New schedule', 'Pause', 'Resume', 'Delete']) {
    expect(await page.getByRole('button', { name, exact: true }).getAttribute('aria-disabled'), name).toBe('true');
  }
  expect(await visit.inaccessible()).toEqual([]);
  expect((await server.call('GET', `/v1/runs?schedule_id=${body.runs[0].schedule_id}`)).body.total).toBe(2);
  await page.goto(`${server.url}/settings/keys`);
  await page.getByText('Your key lacks the scope keys:manage.').waitFor();
  expect(await visit.inaccessible()).toEqual([]);
});

it('sends no request elsewhere, and nothing goes wrong on the way', () => {
  expect(visit.foreign()).toEqual([]);
  expect(visit.problems).toEqual([]);
});

it('says when the stream of events is interrupted', async () => {
  await visit.page.locator(LIVE).waitFor();
  await visit.server.stop();
  await visit.page.locator('[data-state="interrupted"]:visible').waitFor();
});

async function sizeOf(url: string): Promise<number> {
  const answer = await fetch(url, { headers: { 'Accept-Encoding': 'gzip' } });
  // What it weighs as it travels: fetch unpacks it, the header is the wire's.
  return Number(answer.headers.get('content-length'));
}
