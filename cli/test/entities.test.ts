import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Workshop } from './workshop.ts';

let shop: Workshop;
beforeAll(async () => {
  shop = await Workshop.open();
});
afterAll(() => shop.close());

const definitions = (...args: string[]) => ['entities', 'definitions', ...args];
const INVOICES = ['--slug', 'invoices', '--name', 'Invoices', '--field', 'status:STRING:required', 'amount:number'];

describe('entities definitions', () => {
  it('are made of options or a file, shown by slug and id, listed and changed', async () => {
    const made = await shop.json(definitions('create', ...INVOICES, '--field', 'due_on:DATE'));
    expect(made).toMatchObject({
      slug: 'invoices',
      fields: [
        { name: 'status', type: 'STRING', required: true },
        { name: 'amount', type: 'NUMBER', required: false },
        { name: 'due_on', type: 'DATE', required: false },
      ],
    });
    const file = { slug: 'contracts', name: 'From the file', fields: [] };
    await writeFile(join(shop.cwd, 'contracts.json'), JSON.stringify(file));
    const other = await shop.run(definitions('create', '--file', 'contracts.json', '--name', 'Contracts'));
    expect(other).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/Name +Contracts\n[^]*It has no fields\.\n$/),
    });
    const shown = await shop.run(definitions('get', 'invoices'));
    expect(shown.stdout).toMatch(
      /^Slug +invoices$[^]*^Field +Type +Required\nstatus +STRING +yes\namount +NUMBER +no$/m,
    );
    expect(await shop.json(definitions('get', made.id))).toEqual(made);
    const listed = await shop.run(definitions('list'));
    expect(listed.stdout).toMatch(/^contracts +Contracts +1 [^]*^invoices +Invoices +status, amount, due_on +1 /m);
    expect(await shop.json(definitions('list', '--slug', 'contracts'))).toMatchObject({ total: 1 });
    expect(await shop.run(definitions('list', '--limit', '1'))).toMatchObject({
      stderr: '1 of 2; --all shows the rest.\n',
    });
    const named = await shop.json(definitions('update', 'invoices', '--name', 'Bills', '--if-version', '1'));
    expect(named).toMatchObject({ name: 'Bills', version: 2, fields: made.fields });
    expect(await shop.run(definitions('update', 'invoices', '--name', 'x', '--if-version', '1'))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('at version 2 now'),
    });
  });

  it('get and lose fields one by one; the rest stays', async () => {
    const args = definitions(
      'update',
      'invoices',
      '--add-field',
      'note:STRING',
      'amount:JSON',
      '--drop-field',
      'due_on',
    );
    const { fields } = await shop.json(args);
    expect(fields.map(({ name, type }: { name: string; type: string }) => `${name} ${type}`)).toEqual([
      'status STRING',
      'amount JSON',
      'note STRING',
    ]);
    const whole = await shop.json(definitions('update', 'invoices', '--field', 'status:STRING', 'amount:NUMBER'));
    expect(whole.fields).toHaveLength(2);
  });

  it.each([
    [['create', '--slug', 'x'], 2, 'A definition needs --name, --field; --file takes the fields of the API.'],
    [['create', ...INVOICES, '--field', 'a'], 2, 'It must be like due_on:DATE, or due_on:DATE:required.'],
    [['create', ...INVOICES, '--field', 'a:DATE:always'], 2, 'It must be like due_on:DATE'],
    [['create', '--slug', 'X', '--name', '', '--field', 'a:DAY'], 1, '  --slug: must be at most 63 characters of a–z'],
    [['create', '--slug', 'x', '--name', 'x', '--field', 'a:DAY'], 1, '  --field: must be one of STRING, NUMBER, BOO'],
    [['update', 'invoices'], 2, 'Nothing is to change: name a field of it, such as --name or --add-field.'],
    [
      ['update', 'invoices', '--drop-field', 'no'],
      2,
      '--drop-field "no" is no field of invoices; it has status, amount.',
    ],
    [
      ['update', 'invoices', '--drop-field', 'amount', '--field', 'a:DATE'],
      2,
      "--field is the whole list: it can't be given with --add-field or --drop-field.",
    ],
    [['get', 'bills'], 1, 'error: There is no entity definition with the slug "bills"; there are contracts, invoices.'],
    [['get', 'No slug'], 1, 'error: There is no entity definition with the slug "No slug"; there are'],
    [['get', '00000000-0000-0000-0000-000000000000'], 1, 'error: There is no such entity definition.'],
  ])('are refused what is not right: %j', async (args, code, message) => {
    expect(await shop.run(definitions(...args))).toMatchObject({
      code,
      stdout: '',
      stderr: expect.stringContaining(message),
    });
  });

  it('are deleted once that was asked for, with their records where that is said', async () => {
    await shop.run(definitions('create', '--slug', 'doomed', '--name', 'Doomed\u001B', '--field', 'a:STRING'));
    await shop.run(['entities', 'records', 'put', '--definition', 'doomed', '--set', 'a=1']);
    expect(await shop.run(definitions('delete', 'doomed', '--yes'))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        '1 record has this definition: delete them first, or all at once with --cascade.',
      ),
    });
    const asked = await shop.run(definitions('delete', 'doomed', '--cascade'));
    expect(asked).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('and its 1 record?\nNobody') });
    expect((await shop.answer(definitions('delete', 'doomed', '--cascade'), 'n\n')).code).toBe(1);
    expect(await shop.answer(definitions('delete', 'doomed', '--cascade'), 'y\n')).toMatchObject({
      code: 0,
      stdout: 'Definition doomed is deleted, with its records.\n',
    });
    expect((await shop.run(definitions('get', 'doomed'))).code).toBe(1);
  });
});

describe('entities records', () => {
  const records = (verb: string, ...args: string[]) => ['entities', 'records', verb, '--definition', 'orders', ...args];
  const CUSTOMER = '160c0c4b-9966-4dc1-a916-8407eb10d74e';

  beforeAll(async () => {
    const fields = ['status:STRING:required', 'amount:NUMBER', 'open:BOOLEAN', 'tags:JSON'];
    await shop.run(definitions('create', '--slug', 'orders', '--name', 'Orders', '--field', ...fields));
  });

  it('are written whole by their external id; values are read by the type of the field', async () => {
    const values = ['--set', 'status=007', '--set', 'amount=12.5', '--set', 'open=true', '--set', 'tags=["a=b"]'];
    const made = await shop.json(records('put', '--external-id', 'o-1', '--customer', CUSTOMER, ...values));
    expect(made).toMatchObject({
      external_id: 'o-1',
      customer_id: CUSTOMER,
      data: { status: '007', amount: 12.5, open: true, tags: ['a=b'] },
    });
    const again = await shop.json(
      records('put', '--file', '-', '--set', 'amount='),
      '{"external_id":"o-1","data":{"status":"x","amount":3}}',
    );
    expect(again).toMatchObject({ id: made.id, customer_id: null, data: { status: 'x' } });
    expect(again.data).toEqual({ status: 'x' });
    const another = await shop.json(records('put', '--set', 'status=new'));
    expect(another).toMatchObject({ external_id: null, data: { status: 'new' } });
  });

  it('are shown and changed by their id or external id; what is not named stays', async () => {
    const made = await shop.json(records('put', '--external-id', 'o-2', '--set', 'status=open', '--set', 'amount=7'));
    const changed = await shop.run(records('update', '--external-id', 'o-2', '--set', 'status=paid'));
    expect(changed.stdout).toMatch(/External id +o-2\n[^]*\n\nstatus +paid\namount +7\n$/);
    expect((await shop.json(records('update', made.id, '--set', 'amount=', '--customer', CUSTOMER))).data).toEqual({
      status: 'paid',
    });
    const shown = await shop.json(records('get', made.id));
    expect(shown).toMatchObject({ customer_id: CUSTOMER, data: { status: 'paid' } });
    expect(await shop.json(records('get', '--external-id', 'o-2'))).toEqual(shown);
  });

  it('are listed with a column for each field, filtered, so many or all', async () => {
    for (const amount of [1, 2, 3]) {
      const args = records(
        'put',
        '--external-id',
        `l-${amount}`,
        '--set',
        'status=listed',
        '--set',
        `amount=${amount}`,
      );
      await shop.run(args);
    }
    const filter = ['--filter', '{"status":"listed","amount":{"$gte":2}}'];
    const { stdout } = await shop.run(records('list', ...filter));
    const [head = '', ...rows] = stdout.trim().split('\n');
    expect(head.split(/ {2,}/)).toEqual([
      'ID',
      'External id',
      'status',
      'amount',
      'open',
      'tags',
      'Customer',
      'Changed',
    ]);
    expect(rows.map((row) => row.split(/ {2,}/).slice(1, 4))).toEqual([
      ['l-3', 'listed', '3'],
      ['l-2', 'listed', '2'],
    ]);
    expect(await shop.run(records('list', ...filter, '--limit', '1'))).toMatchObject({
      stderr: '1 of 2; --all shows the rest.\n',
    });
    expect(await shop.json(records('list', '--filter', '{"status":"listed"}', '--all'))).toMatchObject({ total: 3 });
    expect(await shop.json(records('list', '--external-id', 'l-1'))).toMatchObject({ total: 1 });
    expect(await shop.json(records('list', '--customer', CUSTOMER.replace('1', '2')))).toMatchObject({ total: 0 });
  });

  it.each([
    [
      records('put', '--set', 'amount=lots', '--set', 'no=1', '--customer', 'me'),
      1,
      ['  --customer: must be a valid UUID, got "me"'],
    ],
    [
      records('put', '--set', 'status=x', '--set', 'amount=lots', '--set', 'no=1'),
      1,
      [
        '  --set amount: must be a finite number, got "lots"',
        '  --set no: "no" is not a field of this definition; it has status, amount, open, tags',
      ],
    ],
    [records('put', '--external-id', 'o-1'), 2, ['A record needs its values: --set, or "data" in --file.']],
    [records('put', '--set', 'status'), 2, ['It must be like name=value, such as status=open.']],
    [records('update', '--external-id', 'o-1'), 2, ['Nothing is to change: name a field, such as --set.']],
    [records('get'), 2, ["Say which record: its id, or your own by --external-id; they can't be given together."]],
    [records('get', 'x', '--external-id', 'x'), 2, ['Say which record']],
    [records('get', '--external-id', 'o-9'), 1, ['error: There is no record with the external id "o-9" in orders.']],
    [records('list', '--filter', '{"amuont":1}'), 1, ['  --filter amuont: "amuont" is not a field of the definition']],
    [['entities', 'records', 'list', '--definition', 'bills'], 1, ['no entity definition with the slug "bills"']],
    [['entities', 'records', 'list'], 2, ["required option '--definition <slug>' not specified"]],
  ])('are refused what is not right: %j', async (args, code, messages) => {
    const refused = await shop.run(args);
    expect(refused).toMatchObject({ code, stdout: '' });
    for (const message of messages) expect(refused.stderr).toContain(message);
  });

  it('may have fields that are called like what every object has', async () => {
    const odd = ['constructor:STRING', 'toString:NUMBER'];
    await shop.run(definitions('create', '--slug', 'odd', '--name', 'Odd', '--field', ...odd));
    const args = (verb: string, ...more: string[]) => ['entities', 'records', verb, '--definition', 'odd', ...more];
    const put = await shop.run(args('put', '--external-id', 'x', '--set', 'constructor=c'));
    expect(put.stdout).toMatch(/\n\nconstructor +c\n$/);
    expect((await shop.run(args('list'))).stdout).toMatch(/ constructor +toString .*\n\S+ +x +c +– /);
  });

  it('are deleted once that was asked for', async () => {
    await shop.run(records('put', '--external-id', 'o-3', '--set', 'status=x'));
    const args = records('delete', '--external-id', 'o-3');
    expect(await shop.run(args)).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes does it') });
    expect(await shop.answer(args, '\n', { question: 'Delete the record o-3 of orders?' })).toMatchObject({ code: 1 });
    expect(await shop.run([...args, '--yes'])).toEqual({
      code: 0,
      stdout: 'Record o-3 of orders is deleted.\n',
      stderr: '',
    });
    expect((await shop.run(records('get', '--external-id', 'o-3'))).code).toBe(1);
  });
});
