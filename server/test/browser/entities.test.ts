import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../process/waiting.ts';
import { Visit } from './support/browser.ts';

const visit = new Visit();

beforeAll(async () => {
  await visit.open();
  await visit.page.goto(visit.server.url);
  await visit.signIn();
  await visit.page.getByRole('heading', { name: 'Overview' }).waitFor();
});
afterAll(() => visit.cleanup.run());

it('are defined, imported with a bar, and corrected by hand', async () => {
  const { page, server } = visit;
  await page.goto(`${server.url}/entities`);
  await page.getByRole('heading', { name: 'No definition yet' }).waitFor();
  await page.getByRole('button', { name: 'New definition' }).click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Contracts');
  await page.getByRole('textbox', { name: 'Name of field 1' }).fill('ends on');
  await page.getByRole('combobox', { name: 'Type of ends on' }).click();
  await page.getByRole('option', { name: 'Date', exact: true }).click();
  await page.getByRole('button', { name: 'Add a field' }).click();
  await page.getByRole('textbox', { name: 'Name of field 2' }).fill('amount');
  await page.getByRole('combobox', { name: 'Type of amount' }).click();
  await page.getByRole('option', { name: 'Number' }).click();
  await page.getByRole('button', { name: 'Create the definition' }).click();
  // The API's words, at the field.
  await page.locator('[aria-invalid="true"][aria-label="Name of field 1"]').waitFor();
  expect(await visit.inaccessible()).toEqual([]);
  await page.getByRole('textbox', { name: 'Name of field 1' }).fill('ends_on');
  await page.getByRole('button', { name: 'Create the definition' }).click();
  await page.getByRole('heading', { name: 'No record yet' }).waitFor();
  expect(await visit.inaccessible()).toEqual([]);

  await page.getByRole('button', { name: 'Import a file' }).click();
  await page.getByText('external_id,ends_on,amount').waitFor();
  await page.evaluate(`window.seen = [];
      new MutationObserver(() => {
        const bar = document.querySelector('[role="progressbar"]');
        if (bar) window.seen.push(Number(bar.getAttribute('aria-valuenow')));
      }).observe(document.body, { subtree: true, childList: true, attributes: true });`);
  const lines = Array.from({ length: 10_000 }, (_, i) => `c-${i},${i === 4_321 ? '2027-02-30' : '2027-06-30'},${i}.5`);
  await page.getByLabel('File with records').setInputFiles({
    name: 'contracts.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(['external_id,ends_on,amount', ...lines].join('\n')),
  });
  await page.getByText('9,999 created, 0 updated, 1 failed').waitFor({ timeout: 30_000 });
  await page.getByText('line 4,323').waitFor();
  const seen = [...new Set(await page.evaluate<number[]>('window.seen'))];
  expect(seen.at(-1)).toBe(100);
  expect(seen.filter((percent) => percent > 0 && percent < 100).length).toBeGreaterThan(2);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  expect(await visit.inaccessible()).toEqual([]);

  await page.getByRole('link', { name: 'To the records' }).click();
  await page.getByText('1–50 of 9,999').waitFor();
  expect(await visit.inaccessible()).toEqual([]);
  await page.getByRole('combobox', { name: 'Field' }).click();
  await page.getByRole('option', { name: 'amount' }).click();
  await page.getByRole('textbox', { name: 'Value of amount' }).fill('77.5');
  await page.getByText('1 matches').waitFor();
  await page.getByRole('link', { name: 'c-77' }).click();
  await page.getByRole('heading', { name: 'No schedule goes by these records' }).waitFor();
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByRole('textbox', { name: 'amount' }).fill('a lot');
  await page.getByRole('button', { name: 'Save the record' }).click();
  await page.getByRole('dialog').locator('[aria-invalid="true"]').waitFor();
  await page.getByRole('textbox', { name: 'amount' }).fill('80');
  await page.getByRole('button', { name: 'Save the record' }).click();
  await page.getByText('c-77 is saved.').waitFor();
  const { body } = await server.call('GET', `/v1/entity-definitions/${idIn(page.url())}/records?external_id=c-77`);
  expect(body.records[0].data).toEqual({ ends_on: '2027-06-30', amount: 80 });
});

it('say what fires for a record, and what hangs on a definition', async () => {
  const { page, server } = visit;
  const definition = idIn(page.url());
  const { status } = await server.call('POST', '/v1/schedules', {
    name: 'A month before',
    schedule_type: 'RELATIVE',
    schedule_expression: '09:00',
    relative_entity_definition_id: definition,
    relative_field_name: 'ends_on',
    relative_offset_days: -30,
    action_type: 'LOG_EVENT',
    action_config: { message: 'hello' },
  });
  expect(status).toBe(201);
  await page.reload();
  await page.getByRole('link', { name: 'A month before' }).waitFor();
  await page.getByText('31 May 2027').waitFor();
  expect(await visit.inaccessible()).toEqual([]);
  await page.goto(`${server.url}/entities/${definition}`);
  await page.getByRole('button', { name: 'Definition' }).click();
  await page.getByRole('menuitem', { name: 'Delete…' }).click();
  await page.getByRole('dialog').getByRole('link', { name: 'A month before' }).waitFor();
  expect(await page.getByRole('button', { name: 'Delete the definition' }).isDisabled()).toBe(true);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Definition' }).click();
  await page.getByRole('menuitem', { name: 'Edit its fields' }).click();
  await page.getByRole('button', { name: 'Remove amount' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  // What the records stand against, in the API's words.
  await page.getByRole('alert').getByText('Records stand against this').waitFor();
});

it('an import of a file that does not fit, or that is cancelled, says what is stored', async () => {
  const { page, server } = visit;
  const definition = idIn(page.url());
  const choose = (text: string) =>
    page
      .getByLabel('File with records')
      .setInputFiles({ name: 'a.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
  await page.goto(`${server.url}/entities/${definition}/import`);
  await choose('external_id,amuont\na,1\n');
  await page.getByRole('alert').getByText('"amuont" is no field of contracts').waitFor();
  await page.getByRole('button', { name: 'Import another file' }).click();
  // Its second part is held up, so that there is something to cancel.
  let parts = 0;
  await page.route('**/records/bulk', async (route) => {
    parts += 1;
    if (parts === 1) await route.continue();
  });
  await choose(['external_id,amount', ...Array.from({ length: 3_000 }, (_, i) => `n-${i},1`)].join('\n'));
  await page.getByText('1,000 created').waitFor();
  await eventually('the second part is under way', () => parts === 2);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('What is counted above is stored, through line 1,001.').waitFor();
  await page.getByText('Lines 1,002 to 2,001 were under way').waitFor();
  await page.unroute('**/records/bulk');
});

it('sends no request elsewhere, and nothing goes wrong on the way', () => {
  expect(visit.foreign()).toEqual([]);
  expect(visit.problems).toEqual([]);
});

function idIn(url: string): string {
  return /\/entities\/([^/?]+)/.exec(url)?.[1] ?? '';
}
