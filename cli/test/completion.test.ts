import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DELIVERED } from '../../server/test/support/world.ts';
import { startWithin } from './hydracore.ts';
import { Workshop } from './workshop.ts';

let shop: Workshop;
beforeAll(async () => {
  shop = await Workshop.open();
});
afterAll(() => shop.close());

/** A run that its receiver has accepted for later. */
async function accepted(): Promise<{ run: string; token: string }> {
  let token = '';
  shop.world.script = (target) => {
    token = target.completionToken();
    return { kind: 'accepted', completesWithinSeconds: 600, request: null, response: { status: 202 } };
  };
  const { id } = await shop.world.create();
  const run = (await shop.world.call('POST', `/v1/schedules/${id}/trigger`)).body.id as string;
  await shop.world.settle();
  expect(token).toMatch(/^hc_run_/);
  return { run, token };
}

const runs = (verb: string, id: string, ...args: string[]) => ['runs', verb, id, ...args];
/** Where the server is, and no API key. */
const keyless = () => ({ HYDRACORE_URL: shop.url });
const readRun = async (id: string) => (await shop.world.call('GET', `/v1/runs/${id}`)).body;

it('a run is completed by its token alone, from the standard input, a file or the keyboard', async () => {
  const { run, token } = await accepted();
  const result = ['--status', 'SUCCEEDED', '--result', '{"sent":12}'];
  expect(await shop.startAs(runs('complete', run, ...result), keyless(), `${token}\n`).ended).toEqual({
    code: 0,
    stdout: `Run ${run} is SUCCEEDED.\n`,
    stderr: '',
  });
  expect((await readRun(run)).attempts).toMatchObject([{ completion: { status: 'SUCCEEDED', result: { sent: 12 } } }]);

  const failing = await accepted();
  await writeFile(join(shop.cwd, 'token'), failing.token);
  const failed = ['--status', 'FAILED', '--error', 'no stock', '--token-file', 'token'];
  expect((await shop.run(runs('complete', failing.run, ...failed))).stdout).toBe(`Run ${failing.run} is FAILED.\n`);
  expect(await readRun(failing.run)).toMatchObject({ error: { message: 'no stock' } });

  const typed = await accepted();
  const question = 'Completion token, one line (not shown): ';
  const args = runs('complete', typed.run, '--status', 'SUCCEEDED', '--json');
  const answered = await shop.answer(args, `${typed.token}\n`, { question });
  expect(JSON.parse(answered.stdout)).toMatchObject({ id: typed.run, status: 'SUCCEEDED' });
  expect(answered.stderr).not.toContain(typed.token);
});

it('a heartbeat gives it its whole time again, and tells when it is asked to stop', async () => {
  const { run, token } = await accepted();
  shop.world.clock.set(shop.world.clock.now() + 300_000);
  const due = '2027-03-01 09:15:00Z';
  expect(await shop.startAs(runs('heartbeat', run), keyless(), token).ended).toEqual({
    code: 0,
    stdout: `Run ${run} goes on: it has to be completed by ${due} (in 10 min).\n`,
    stderr: '',
  });
  const answer = await shop.json(runs('heartbeat', run), token);
  expect(answer).toEqual({ run_id: run, completion_due_at: '2027-03-01T09:15:00.000Z', cancel_requested: false });
});

it('while the delivery is under way both say so, and whether the run is asked to stop', async () => {
  const said: string[] = [];
  const { id } = await shop.world.create();
  const run = (await shop.world.call('POST', `/v1/schedules/${id}/trigger`)).body.id as string;
  // What its receiver does before it answers.
  shop.world.script = async (target) => {
    if (target.run.id !== run) return DELIVERED;
    const say = async (...args: string[]) => {
      const { stdout } = await shop.startAs(args, keyless(), target.completionToken()).ended;
      said.push(stdout.replaceAll(run, '…'));
    };
    await say(...runs('heartbeat', run));
    await shop.world.call('POST', `/v1/runs/${run}/cancel`);
    await say(...runs('heartbeat', run));
    await say(...runs('complete', run, '--status', 'SUCCEEDED'));
    return { kind: 'accepted', completesWithinSeconds: 600, request: null, response: { status: 202 } };
  };
  await shop.world.settle();
  expect(said).toEqual([
    'Run … goes on: its delivery is still under way.\n',
    'Run … goes on: its delivery is still under way.\nIt is asked to stop: report how it ended, by "hydracore runs complete".\n',
    'Run … is RUNNING: the report decides once the answer to its delivery is there.\n',
  ]);
  expect(await readRun(run)).toMatchObject({ status: 'SUCCEEDED' });
});

it.each([
  [[], ['hc_run_x'], 'The completion token is never an argument'],
  [[], ['--token', 'hc_run_x'], 'The completion token is never an argument'],
  [[], ['--token=hc_run_x'], 'The completion token is never an argument'],
  [['hc_run_x'], [], 'The completion token is never an argument'],
  [[], ['--result', '{oops'], '--result is not JSON: '],
  [[], [], 'The completion token on the standard input is empty; it is the x-hydracore-completion-token of the'],
  [[], ['--token-file', 'nowhere'], "--token-file nowhere can't be read: ENOENT"],
  [[], ['--token-file', 'key'], 'What was given is no completion token: it is the x-hydracore-completion-token'],
])('what is no token, or where others see it, is not sent and not echoed: %j %j', async (ids, args, message) => {
  await writeFile(join(shop.cwd, 'key'), 'hc_live_secret');
  const [id = '00000000-0000-7000-8000-000000000000'] = ids;
  const refused = await shop.run(runs('complete', id, '--status', 'SUCCEEDED', ...args));
  expect(refused).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
  expect(refused.stderr).not.toMatch(/hc_run_x|hc_live/);
});

it('what the server refuses is told at its option; a token is not taken for the API key that lies there', async () => {
  const { run, token } = await accepted();
  const complete = async (shown: string, ...args: string[]) =>
    await shop.run(runs('complete', run, '--status', ...args), shown);
  expect(await complete(token, 'DONE')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('  --status: must be one of SUCCEEDED, FAILED; got "DONE"'),
  });
  expect(await complete('hc_run_short', 'FAILED')).toEqual({
    code: 4,
    stdout: '',
    stderr: expect.stringMatching(/^error: This completion token is not valid: [^\n]*\n$/),
  });
  expect((await complete(token, 'FAILED')).code).toBe(0);
  expect(await complete(token, 'FAILED')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('This token is not that of an open attempt of this run'),
  });
  const blind = startWithin(runs('heartbeat', run), { env: keyless(), terminal: 80, blind: true }, () => 0);
  expect(await blind.ended).toMatchObject({
    code: 2,
    stderr: 'The completion token can not be asked for here: pipe it in, or name a file with --token-file.\n',
  });
});
