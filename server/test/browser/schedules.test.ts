import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Visit } from './support/browser.ts';

const visit = new Visit();
const LOG = { action_type: 'LOG_EVENT', action_config: { message: 'hello' } };

beforeAll(async () => {
  // Nothing is sent by it: what the form makes of it is what is looked at.
  const mail = { HYDRACORE_SMTP_URL: 'smtp://127.0.0.1:9', HYDRACORE_SMTP_FROM: 'HydraCore <hydracore@example.com>' };
  await visit.open({}, mail);
  const schedules = Array.from({ length: 63 }, (_, i) => ({
    name: `Report ${String(i).padStart(2, '0')}`,
    schedule_type: 'CRON',
    schedule_expression: '0 2 * * *',
    ...LOG,
  }));
  const { body } = await visit.server.call('POST', '/v1/schedules/bulk', { schedules });
  expect(body.created).toBe(63);
  await visit.page.goto(`${visit.server.url}/schedules`);
  await visit.signIn();
  await visit.page.getByText('63 schedules.').waitFor();
});
afterAll(() => visit.cleanup.run());

const total = async (query: string) =>
  ((await visit.server.call('GET', `/v1/schedules?limit=1&${query}`)).body as { total: number }).total;

describe('the list', () => {
  it('is narrowed by what one types, and its address says how', async () => {
    const { page } = visit;
    expect(await visit.inaccessible()).toEqual([]);
    await page.getByText('1–50 of 63').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('report 1');
    await page.getByText('10 match.').waitFor();
    expect(page.url()).toContain('text=report+1');
    await page.reload();
    await page.getByText('10 match.').waitFor();
    expect(await page.getByRole('searchbox').inputValue()).toBe('report 1');
    await page.getByRole('searchbox').fill('nothing like that');
    await page.getByRole('heading', { name: 'Nothing matches' }).waitFor();
    expect(await visit.inaccessible()).toEqual([]);
    await page.getByRole('link', { name: 'Show all schedules' }).click();
    await page.getByText('63 schedules.').waitFor();
    await page.getByRole('button', { name: 'next page' }).click();
    await page.getByText('51–63 of 63').waitFor();
    await page.goBack();
    await page.getByText('1–50 of 63').waitFor();
  });

  it('passes over what is no filter of its address', async () => {
    const { page, server } = visit;
    await page.goto(`${server.url}/schedules?utm_source=mail&text=report+1`);
    await page.getByText('10 match.').waitFor();
    await page.goto(`${server.url}/runs?utm_source=mail&customer_id=nobody`);
    await page.getByRole('heading', { name: 'Runs' }).waitFor();
    await page.getByText('No run yet').waitFor();
  });

  it('is led back to from a schedule that is gone', async () => {
    const { page, server } = visit;
    await page.goto(`${server.url}/schedules/${crypto.randomUUID()}`);
    await page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
    await page.getByRole('link', { name: 'To the schedules' }).click();
    await page.getByText('63 schedules.').waitFor();
  });

  it('tells an address that the API refuses in its words', async () => {
    const { page, server } = visit;
    await page.goto(`${server.url}/schedules?customer=nobody`);
    await page.getByRole('alert').getByText('customer_id').waitFor();
  });

  it('pauses and deletes many, and says before how many', async () => {
    const { page, server } = visit;
    await page.goto(`${server.url}/schedules`);
    await page.getByLabel('Select Report 62').check();
    await page.getByLabel('Select Report 61').check();
    expect(await visit.inaccessible()).toEqual([]);
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.getByText('2 schedules will be paused.').waitFor();
    expect(await total('status=PAUSED')).toBe(0);
    await page.getByRole('button', { name: 'Pause 2 schedules' }).click();
    await page.getByText('2 schedules paused.').waitFor();
    expect(await total('status=PAUSED')).toBe(2);

    // All that match, on every page.
    await page.getByLabel('Select all on this page').check();
    await page.getByRole('button', { name: 'Select all 63 that match' }).click();
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.getByText('61 schedules will be paused.').waitFor();
    await page.getByText('Left as they are: 2 so already.').waitFor();
    expect(await visit.inaccessible()).toEqual([]);
    await page.getByRole('button', { name: 'Cancel' }).click();

    await page.getByRole('searchbox').fill('report 5');
    await page.getByText('10 match.').waitFor();
    await page.getByLabel('Select all on this page').check();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByRole('button', { name: 'Delete 10 schedules' }).click();
    await page.getByText('10 schedules deleted.').waitFor();
    expect(await total('')).toBe(53);
  });
});

describe('a new schedule', () => {
  it('explains itself as one types, and is created', async () => {
    const { page, server } = visit;
    await page.goto(`${server.url}/schedules`);
    await page.getByRole('link', { name: 'New schedule' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Open of business');
    await page.getByRole('combobox', { name: 'It fires' }).click();
    await page.getByRole('option', { name: 'Cron expression' }).click();
    const expression = page.getByRole('textbox', { name: 'Cron expression' });
    await expression.fill('0 25 * * *');
    // What is wrong, in the API's words.
    const preview = page.getByRole('region', { name: 'Preview' });
    await preview.getByText(/"25".*hour|hour.*"25"/).waitFor();
    await page.getByRole('combobox', { name: 'Time zone' }).fill('Europe/Lisbon');
    await page.getByRole('option', { name: 'Europe/Lisbon' }).click();
    await expression.fill('30 1 28 MAR *');
    await preview.getByText('01:30 on 2027-03-28 does not exist: the clock jumps').waitFor();
    await preview.getByText('March 2027', { exact: true }).waitFor();
    expect(await visit.inaccessible()).toEqual([]);

    await page.getByRole('button', { name: 'Create the schedule' }).click();
    await page.getByText('must not be empty').waitFor();
    await page.getByRole('combobox', { name: 'Action' }).click();
    await page.getByRole('option', { name: 'Log an event' }).click();
    await page.getByRole('textbox', { name: 'Message' }).fill('We are open');
    await page.getByRole('tab', { name: 'TypeScript' }).click();
    await page.getByText("message: 'We are open'").waitFor();
    await page.getByRole('button', { name: 'Create the schedule' }).click();
    await page.getByRole('heading', { name: 'Open of business' }).waitFor();
    const { body } = await server.call('GET', '/v1/schedules?name_contains=Open%20of');
    expect(body.schedules).toEqual([
      expect.objectContaining({
        schedule_expression: '30 1 28 MAR *',
        timezone: 'Europe/Lisbon',
        action_config: expect.objectContaining({ message: 'We are open' }),
      }),
    ]);
  });

  it('names the field that is wrong, also where it is folded away', async () => {
    const { page, server } = visit;
    await page.goto(`${server.url}/schedules/new`);
    await page.getByRole('textbox', { name: 'Name' }).fill('Wrong');
    await page.getByRole('textbox', { name: 'URL' }).fill('https://example.com');
    await page.getByRole('button', { name: 'Overlap, retries, catch-up and more' }).click();
    await page.getByRole('textbox', { name: 'Retries' }).fill('99');
    await page.getByRole('button', { name: 'Overlap, retries, catch-up and more' }).click();
    await page.getByRole('button', { name: 'Create the schedule' }).click();
    await page.getByText('must be at most 10').waitFor();
    expect(await page.getByRole('textbox', { name: 'Retries' }).getAttribute('aria-invalid')).toBe('true');
    expect(await visit.inaccessible()).toEqual([]);
  });

  it('sends an e-mail to whom one names', async () => {
    const { page, server } = visit;
    await page.goto(`${server.url}/schedules/new`);
    await page.getByRole('textbox', { name: 'Name' }).fill('Reminder');
    await page.getByRole('combobox', { name: 'Action' }).click();
    await page.getByRole('option', { name: 'Send an e-mail' }).click();
    await page.getByRole('textbox', { name: 'Subject' }).fill('Of {{ schedule.name }}');
    const to = page.getByRole('combobox', { name: 'To', exact: true });
    for (const address of ['"Lovelace, Ada" <ada@example.com>', 'bob']) {
      await to.fill(address);
      await page.keyboard.press('Enter');
    }
    await page.getByRole('textbox', { name: 'Text' }).fill('Soon.');
    await page.getByRole('button', { name: 'Create the schedule' }).click();
    // In the API's words, at the field.
    await page.getByText('bob is not one e-mail address').waitFor();
    expect(await to.getAttribute('aria-invalid')).toBe('true');
    expect(await visit.inaccessible()).toEqual([]);
    await to.focus();
    await page.keyboard.press('Backspace');
    await to.fill('bob@example.com');
    await page.getByRole('combobox', { name: 'Bcc' }).fill('hidden@example.com');
    // What is typed counts without Enter, too.
    await page.getByRole('button', { name: 'Create the schedule' }).click();
    await page.getByRole('heading', { name: 'Reminder' }).waitFor();
    const { body } = await server.call('GET', '/v1/schedules?name_contains=Reminder');
    expect(body.schedules[0]).toMatchObject({ action_type: 'EMAIL' });
    expect(body.schedules[0].action_config).toEqual({
      to: ['"Lovelace, Ada" <ada@example.com>', 'bob@example.com'],
      bcc: ['hidden@example.com'],
      subject: 'Of {{ schedule.name }}',
      text: 'Soon.',
    });
  });

  it('goes by a date in records, of which it knows the kinds', async () => {
    const { page, server } = visit;
    const definition = {
      slug: 'contracts',
      name: 'Contracts',
      fields: [
        { name: 'ends_on', type: 'DATE' },
        { name: 'customer', type: 'STRING' },
      ],
    };
    const { body } = await server.call('POST', '/v1/entity-definitions', definition);
    await server.call('POST', `/v1/entity-definitions/${body.id}/records`, { data: { ends_on: '2100-06-30' } });
    await page.goto(`${server.url}/schedules/new`);
    await page.getByRole('combobox', { name: 'It fires' }).click();
    await page.getByRole('option', { name: 'Before or after a date in records' }).click();
    await page.getByRole('combobox', { name: 'Records' }).click();
    await page.getByRole('option', { name: 'Contracts' }).click();
    await page.getByRole('combobox', { name: 'Date' }).click();
    expect(await page.getByRole('option').allTextContents()).toEqual(['ends_on']);
    await page.getByRole('option', { name: 'ends_on' }).click();
    await page.getByRole('region', { name: 'Preview' }).getByText('31 May 2100').waitFor();
  });
});

describe('the page of a schedule', () => {
  it('shows what became of it, and steers it', async () => {
    const { page, server } = visit;
    const { body: made } = await server.call('POST', '/v1/schedules', {
      name: 'Steered',
      schedule_type: 'RATE',
      schedule_expression: 'rate(1 day)',
      ...LOG,
    });
    await page.goto(`${server.url}/schedules/${made.id}`);
    await page.getByRole('heading', { name: 'No run yet' }).waitFor();
    await page.getByRole('button', { name: 'Trigger now' }).click();
    await page.getByRole('cell', { name: 'manual' }).waitFor();
    await page.getByRole('cell', { name: 'Succeeded' }).waitFor();
    await page.getByRole('link', { name: /^Succeeded: / }).focus();
    expect(await visit.inaccessible()).toEqual([]);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    await page.getByText('It is paused').waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('button', { name: 'Pause' }).waitFor();

    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Backfill…' }).click();
    await page.getByLabel('From').fill('2999-01-01T00:00');
    await page.getByLabel('Through').fill('2999-01-02T00:00');
    await page.getByRole('button', { name: 'Begin the backfill' }).click();
    await page.getByRole('dialog').locator('[aria-invalid="true"]').first().waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();

    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Duplicate…' }).click();
    expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('Steered (copy)');
    await page.goBack();
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Delete…' }).click();
    await page.getByRole('button', { name: 'Delete the schedule' }).click();
    await page.getByText('Steered is deleted.').waitFor();
    expect((await server.call('GET', `/v1/schedules/${made.id}`)).status).toBe(404);
  });

  it('shows how far its backfills have come, and steers them', async () => {
    const { page, server } = visit;
    const minutely = { name: 'Filled', schedule_type: 'CRON', schedule_expression: '* * * * *', ...LOG };
    const { body: made } = await server.call('POST', '/v1/schedules', minutely);
    await page.goto(`${server.url}/schedules/${made.id}`);
    await page.getByRole('heading', { name: 'History' }).waitFor();
    expect(await page.getByRole('region', { name: 'Backfills' }).count()).toBe(0);
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Backfill…' }).click();
    await page.getByLabel('From').fill('2026-01-01T00:00');
    await page.getByLabel('Through').fill('2026-01-03T23:59');
    await page.getByRole('button', { name: 'Begin the backfill' }).click();
    const backfills = page.getByRole('region', { name: 'Backfills' });
    await backfills.getByText('Running').waitFor();
    await backfills.getByText(/^[1-9]\d* of 4,320 planned$/).waitFor();
    await backfills.getByRole('button', { name: 'Pause' }).click();
    await backfills.getByText('Paused').waitFor();
    expect(await visit.inaccessible()).toEqual([]);
    await backfills.getByRole('button', { name: 'Resume' }).click();
    await backfills.getByText('Running').waitFor();
    await backfills.getByRole('button', { name: 'Cancel…' }).click();
    await page
      .getByRole('dialog')
      .getByText(/^[\d,]+ of its occurrences are not planned yet/)
      .waitFor();
    await page.getByRole('button', { name: 'Cancel the backfill' }).click();
    await backfills.getByText('Cancelled').waitFor();
    expect(await backfills.getByRole('button', { name: 'Pause' }).getAttribute('aria-disabled')).toBe('true');
    const { body } = await server.call('GET', `/v1/schedules/${made.id}/backfills`);
    expect(body.backfills).toEqual([expect.objectContaining({ status: 'CANCELLED', status_reason: 'BY_USER' })]);
  });

  it('tells who edits it that somebody else was faster, and saves over that when asked to', async () => {
    const { page, server } = visit;
    const { body: made } = await server.call('POST', '/v1/schedules', {
      name: 'Contended',
      schedule_type: 'RATE',
      schedule_expression: 'rate(1 day)',
      ...LOG,
    });
    await page.goto(`${server.url}/schedules/${made.id}/edit`);
    await page.getByRole('textbox', { name: 'Description' }).fill('mine');
    await server.call('PUT', `/v1/schedules/${made.id}`, { name: 'Theirs' });
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Somebody else has changed it meanwhile').waitFor();
    expect(await visit.inaccessible()).toEqual([]);
    await page.getByRole('button', { name: 'Save my changes over theirs' }).click();
    await page.getByRole('heading', { name: 'Theirs' }).waitFor();
    expect((await server.call('GET', `/v1/schedules/${made.id}`)).body).toMatchObject({
      name: 'Theirs',
      description: 'mine',
      version: 3,
    });
  });
});

it('sends no request elsewhere, and nothing goes wrong on the way', () => {
  expect(visit.foreign()).toEqual([]);
  expect(visit.problems).toEqual([]);
});
