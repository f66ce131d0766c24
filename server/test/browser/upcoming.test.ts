import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Receiver } from '../process/receiver.ts';
import { eventually } from '../process/waiting.ts';
import { Visit } from './support/browser.ts';

const visit = new Visit();
const receiver = new Receiver();
const LOG = { action_type: 'LOG_EVENT', action_config: { message: 'hello' } };
const [ACME, OTHER] = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'];
const DAY_MS = 86_400_000;

const post = async (path: string, body: object = {}) => {
  const answer = await visit.server.call('POST', path, body);
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body;
};
const make = async (name: string, fields: object) =>
  (await post('/v1/schedules', { name, ...LOG, ...fields })) as { id: string };
const once = (name: string, ms: number, fields: object = {}) =>
  make(name, { schedule_type: 'ONE_TIME', schedule_expression: new Date(Date.now() + ms).toISOString(), ...fields });
const runsOf = async (id: string, status: string) =>
  (await visit.server.call('GET', `/v1/runs?schedule_id=${id}&status=${status}`)).body.runs as { id: string }[];
const firstRun = async (id: string, status: string) =>
  await eventually(`a run is ${status}`, async () => (await runsOf(id, status)).at(-1)?.id);
const hook = (url: string) => ({ action_type: 'WEBHOOK', action_config: { url } });

beforeAll(async () => {
  await visit.open();
  await receiver.start();
  visit.cleanup.add(() => receiver.stop());
  await visit.page.goto(`${visit.server.url}/upcoming`);
  await visit.signIn();
  await visit.page.getByRole('heading', { name: 'Upcoming' }).waitFor();
});
afterAll(() => visit.cleanup.run());

describe('what is to come', () => {
  it('says that nothing is, and shows what comes without a reload', async () => {
    const { page } = visit;
    await page.getByRole('heading', { name: 'Nothing is to come' }).waitFor();
    expect(await visit.inaccessible()).toEqual([]);
    await page.locator('[data-state="live"]:visible').waitFor();
    await once('In an hour', 50 * 60_000, { customer_id: ACME });
    await page.getByRole('link', { name: 'In an hour' }).waitFor();
    await page.getByText('1 schedule fires').waitFor();
  });

  it('goes by hours and days, and each leads to its schedule', async () => {
    const { page } = visit;
    await once('In a month', 31 * DAY_MS, { customer_id: OTHER });
    await make('Daily in Tokyo', {
      schedule_type: 'CRON',
      schedule_expression: '30 12 * * *',
      timezone: 'Asia/Tokyo',
      customer_id: ACME,
    });
    const paused = await once('Paused', DAY_MS, { customer_id: ACME });
    await post(`/v1/schedules/${paused.id}/pause`);
    await page.getByText('3 schedules fire').waitFor();
    const rows = page.locator('main section > ol > li');
    await page.getByRole('link', { name: 'Daily in Tokyo' }).waitFor();
    const shown = await page.locator('main section li').getByRole('link').allTextContents();
    expect(shown).toHaveLength(3);
    expect(shown.at(-1)).toBe('In a month');
    await rows.filter({ hasText: 'Daily in Tokyo' }).getByText('12:30 in Asia/Tokyo').waitFor();
    expect(await page.getByRole('heading', { level: 2 }).allTextContents()).toEqual(
      expect.arrayContaining([expect.stringMatching(/^(?:Today|Tomorrow), \d\d:00–\d\d:59 \d$/)]),
    );
    await page.getByRole('link', { name: '1 paused schedule' }).waitFor();
    expect(await visit.inaccessible()).toEqual([]);
  });

  it('says by the keys what comes after that', async () => {
    const { page } = visit;
    const after = page.getByRole('button', { name: 'After that: Daily in Tokyo' });
    expect(await after.getAttribute('aria-expanded')).toBe('false');
    await after.focus();
    await page.keyboard.press('Enter');
    await page.getByText('After that it is due:').waitFor();
    expect(await after.getAttribute('aria-expanded')).toBe('true');
    const row = page.locator('main section > ol > li').filter({ hasText: 'Daily in Tokyo' });
    expect(await row.locator('ul time').count()).toBe(9);
    expect(await visit.inaccessible()).toEqual([]);
    // What fires once has nothing after it.
    expect(await page.getByRole('button', { name: 'After that: In an hour' }).count()).toBe(0);
  });

  it('is narrowed to a customer and to a time, and the address says how', async () => {
    const { page } = visit;
    await page
      .getByRole('button', { name: `Only of customer ${ACME}` })
      .first()
      .click();
    await page.getByText('2 schedules fire').waitFor();
    await page.getByText('1 paused schedule that matches fires nothing until resumed.').waitFor();
    await page.getByRole('combobox', { name: 'Until' }).click();
    await page.getByRole('option', { name: 'Within the hour' }).click();
    await page.getByText(/1 schedule fires before /).waitFor();
    expect(new URL(page.url()).search).toBe(`?customer=${ACME}&until=hour`);
    await page.reload();
    await page.getByText(/1 schedule fires before /).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('tokyo');
    await page.getByRole('heading', { name: 'Nothing fires' }).waitFor();
    await page.getByRole('link', { name: 'Look further ahead' }).click();
    await page.getByRole('link', { name: 'Daily in Tokyo' }).waitFor();
    await page.getByRole('link', { name: 'pending runs' }).click();
    await page.getByRole('heading', { name: 'Runs' }).waitFor();
    expect(new URL(page.url()).search).toContain(`customer=${ACME}`);
  });

  it('has pages, and tells of an address that the API refuses', async () => {
    const { page, server } = visit;
    const schedules = Array.from({ length: 60 }, (_, i) => ({
      name: `Many ${String(i).padStart(2, '0')}`,
      schedule_type: 'ONE_TIME',
      schedule_expression: new Date(Date.now() + 40 * DAY_MS + i * 60_000).toISOString(),
      ...LOG,
    }));
    await post('/v1/schedules/bulk', { schedules });
    await page.goto(`${server.url}/upcoming?text=many`);
    await page.getByText('Page 1 of 2').waitFor();
    await page.getByRole('button', { name: 'next page' }).click();
    await page.getByRole('link', { name: 'Many 59' }).waitFor();
    expect(new URL(page.url()).search).toBe('?text=many&page=2');
    expect(await visit.inaccessible()).toEqual([]);
    await page.goto(`${server.url}/upcoming?text=many&page=9`);
    await page.getByRole('link', { name: 'To the first page' }).click();
    await page.getByText('Page 1 of 2').waitFor();
    await page.goto(`${server.url}/upcoming?customer=nobody`);
    await page.getByRole('alert').getByText('customer_id').waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('o');
    await page.getByRole('link', { name: 'all that is to come' }).click();
    await page.getByRole('heading', { name: 'Upcoming' }).waitFor();
  });
});

describe('why did this not run', () => {
  it('a paused schedule says who can tell, and what became of the pause', async () => {
    const { page, server } = visit;
    const { id } = await make('Stands still', { schedule_type: 'RATE', schedule_expression: 'rate(1 second)' });
    await firstRun(id, 'SUCCEEDED');
    await post(`/v1/schedules/${id}/pause`);
    await page.goto(`${server.url}/schedules/${id}`);
    await page.getByText('Somebody paused it: nothing fires until it is resumed.').waitFor();
    expect(await visit.inaccessible()).toEqual([]);
    await page.getByRole('link', { name: 'the audit log' }).click();
    await page
      .getByText(/pause schedule/)
      .first()
      .waitFor();
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await post(`/v1/schedules/${id}/resume`);
    await page.goto(`${server.url}/runs/${await firstRun(id, 'MISSED')}`);
    await page.getByText('It was missed because the schedule was paused.').waitFor();
    await page.getByText('To make up for it, backfill').waitFor();
    await visit.server.call('DELETE', `/v1/schedules/${id}`);
  });

  it('a skipped run leads to the one that was open', async () => {
    const { page, server } = visit;
    receiver.reply = () => 'never';
    const rate = { schedule_type: 'RATE', schedule_expression: 'rate(1 second)' };
    const { id } = await make('Meets itself', { ...rate, ...hook(receiver.url) });
    await page.goto(`${server.url}/runs/${await firstRun(id, 'SKIPPED')}`);
    await page.getByText('an earlier run of the schedule had not ended').waitFor();
    await page.getByText('Skipped for').waitFor();
    await page.getByRole('link', { name: 'the run that was in its way' }).click();
    await page.getByText('An attempt is under way').waitFor();
    expect(page.url()).toContain(await firstRun(id, 'RUNNING'));
    await visit.server.call('DELETE', `/v1/schedules/${id}`);
  });

  it('a schedule that its failures paused says so, and leads to them', async () => {
    const { page, server } = visit;
    receiver.reply = () => ({ status: 500 });
    const rate = { schedule_type: 'RATE', schedule_expression: 'rate(1 second)' };
    const fails = { ...hook(receiver.url), max_retries: 0, pause_on_failure_count: 1 };
    const { id } = await make('Fails', { ...rate, ...fails });
    await firstRun(id, 'FAILED');
    await page.goto(`${server.url}/schedules/${id}`);
    await page.getByText('It was paused by too many failures in a row').waitFor();
    expect(await visit.inaccessible()).toEqual([]);
    await page.getByRole('link', { name: 'its failed runs' }).click();
    await page.getByRole('link', { name: 'Fails' }).click();
    await page.getByText('It failed').first().waitFor();
  });

  it('a run whose destination does not answer says that it waits', async () => {
    const { page, server } = visit;
    const dead = await new Receiver().start();
    const { url } = dead;
    await dead.stop();
    const { id } = await make('Answers not', {
      schedule_type: 'RATE',
      schedule_expression: 'rate(1 day)',
      max_retries: 0,
      pause_on_failure_count: 100,
      ...hook(url),
    });
    // Ten in a row without an answer, and nothing is sent there for a while; then one run at a time, the oldest, to see.
    for (let i = 0; i < 10; i += 1) await post(`/v1/schedules/${id}/trigger`);
    await eventually('all have failed', async () => (await runsOf(id, 'FAILED')).length === 10);
    for (let i = 0; i < 3; i += 1) await post(`/v1/schedules/${id}/trigger`);
    const waits = await eventually('they wait', async () => (await runsOf(id, 'PENDING'))[0]?.id);
    // Half a minute later, by the viewer's clock.
    await page.clock.setFixedTime(Date.now() + 30_000);
    await page.goto(`${server.url}/runs?schedule=${id}&status=PENDING`);
    await page.getByText('It is due and has not started').first().waitFor();
    await page.goto(`${server.url}/runs/${waits}`);
    await page.getByText('or its destination does not answer').waitFor();
    await page.clock.setFixedTime(Date.now());
  });

  it('a record says which schedules are not for it, and what they want', async () => {
    const { page, server } = visit;
    const fields = [
      { name: 'renews_on', type: 'DATE' },
      { name: 'status', type: 'STRING' },
    ];
    const { id: definition } = await post('/v1/entity-definitions', { slug: 'contracts', name: 'Contracts', fields });
    const data = { renews_on: new Date(Date.now() + 20 * DAY_MS).toISOString().slice(0, 10), status: 'cancelled' };
    const { id: record } = await post(`/v1/entity-definitions/${definition}/records`, { external_id: 'acct-1', data });
    const by = {
      schedule_type: 'RELATIVE',
      relative_entity_definition_id: definition,
      relative_field_name: 'renews_on',
    };
    const only = await make('Reminder', { ...by, relative_filter: { status: 'active' } });
    await make('Long gone', { ...by, relative_offset_days: -60 });
    const { id: paused } = await make('For all', by);
    await post(`/v1/schedules/${paused}/pause`);
    await page.goto(`${server.url}/schedules/${only.id}`);
    await page.getByRole('link', { name: 'those it goes by' }).click();
    await page.getByRole('link', { name: 'acct-1' }).click();
    expect(new URL(page.url()).pathname).toBe(`/entities/${definition}/records/${record}`);
    await page.getByRole('heading', { name: 'Nothing comes by these' }).waitFor();
    await page.getByText('It is for records with {"status":"active"}.').waitFor();
    await page.getByText('The schedule is paused: somebody paused it.').waitFor();
    await page.getByText(/it was due at \w{3}, \d+ \w+ \d{4}, /).waitFor();
    expect(await visit.inaccessible()).toEqual([]);
  });
});

it('sends no request elsewhere, and nothing goes wrong on the way', () => {
  expect(visit.foreign()).toEqual([]);
  expect(visit.problems).toEqual([]);
});
