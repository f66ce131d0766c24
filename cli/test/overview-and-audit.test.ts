import { afterAll, beforeAll, expect, it } from 'vitest';
import { Workshop } from './workshop.ts';

let shop: Workshop;
beforeAll(async () => {
  shop = await Workshop.open();
});
afterAll(() => shop.close());

it('overview: nothing to look at, then what needs a look first', async () => {
  expect(await shop.run(['overview'])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Nothing needs a look\.\n\nLast 24 hours {2}0 SUCCEEDED, 0 FAILED, /),
    stderr: '',
  });
  shop.world.script = () => ({
    kind: 'rejected',
    error: { code: 'http_status', message: '404' },
    request: null,
    response: null,
  });
  const failing = await shop.world.create({ name: 'failing', max_retries: 0 });
  const paused = await shop.world.create({ name: 'given up', max_retries: 0, pause_on_failure_count: 1 });
  await shop.world.advanceTo('2027-03-01T09:01:00Z');
  const late = await shop.world.create({ name: 'late' });
  const run = (await shop.world.call('POST', `/v1/schedules/${late.id}/trigger`)).body;
  shop.world.clock.set(shop.world.clock.now() + 120_000);
  const { stdout } = await shop.run(['overview']);
  expect(stdout).toMatch(
    new RegExp(
      `^1 schedule FAILED the last time, and still run:\\n.*\\n${failing.id} +failing +1 +2027-03-01 09:01:00Z`,
    ),
  );
  expect(stdout).toMatch(new RegExp(`^1 schedule paused after .*:\\n.*\\n${paused.id} +given up +1 `, 'm'));
  expect(stdout).toMatch(new RegExp(`^1 run should have started .*:\\n.*\\n${run.id} +${late.id} `, 'm'));
  expect(stdout).toMatch(/^Last 24 hours +0 SUCCEEDED, 2 FAILED, /m);
  expect(stdout).toMatch(/^2027-03-01 09:02:00Z +1 min ago +failing +/m);
  expect((await shop.json(['overview'])).attention).toMatchObject({ failing: { total: 1 }, overdue: { total: 1 } });
});

it('audit: who has changed what, and what was refused', async () => {
  const { id } = await shop.world.create({ name: 'audited' });
  await shop.run(['schedules', 'update', id, '--timezone', 'Europe/Berlin']);
  await shop.run(['schedules', 'bulk', 'pause', '--id', id, '--yes']);
  const { key } = (await shop.world.call('POST', '/v1/api-keys', { name: 'reader', scopes: ['runs:read'] })).body;
  await shop.runAs(shop.env(key), 'schedules', 'delete', id, '--yes');
  const listed = await shop.run(['audit', 'list', '--target', id]);
  expect(listed.stdout).toMatch(/^2027-\S+ \S+ +\S.* updateSchedule +DONE +\S+ +.*timezone/m);
  expect(listed.stdout).toMatch(/ createSchedule +DONE /);
  const bulk = await shop.run(['audit', 'list', '--operation', 'actOnSchedules']);
  expect(bulk.stdout).toMatch(/ actOnSchedules +DONE +– +\{"action":"PAUSE",/);
  const denied = await shop.run(['audit', 'list', '--outcome', 'DENIED']);
  expect(denied.stdout).toMatch(/ reader +deleteSchedule +DENIED /);
  const { audit_events, total } = await shop.json(['audit', 'list', '--to', '2027-01-01T00:00:00Z']);
  expect({ audit_events, total }).toEqual({ audit_events: [], total: 0 });
  expect((await shop.json(['audit', 'list', '--all'])).audit_events.length).toBeGreaterThan(3);
  expect(await shop.run(['audit', 'list', '--outcome', 'MAYBE', '--from', 'x'])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/ {2}--outcome: must be one of DONE, DENIED; got "MAYBE"\n {2}--from: must be /),
  });
  expect((await shop.runAs(shop.env(key), 'audit', 'list')).code).toBe(4);
});

it('tables fit into a narrow terminal, and say what had no room', async () => {
  await shop.world.create({ name: 'a name that is rather long', timezone: 'America/New_York' });
  const at = async (terminal: number) =>
    await shop.startAs(['schedules', 'list', '--name', 'rather long'], { ...shop.env(), NO_COLOR: '1' }, '', terminal)
      .ended;
  const narrow = await at(80);
  for (const line of narrow.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  expect(narrow.stdout).toMatch(/^ID +Name +Status +Last run$/m);
  expect(narrow.stderr).toBe('Without room here: When, Action, Next run; a wider terminal shows more, --json all.\n');
  const wide = await at(200);
  expect(wide).toMatchObject({
    stderr: '',
    stdout: (await shop.run(['schedules', 'list', '--name', 'rather long'])).stdout,
  });
});
