import { afterAll, beforeAll, expect, it } from 'vitest';
import { mailTo } from '../../src/actions/testing-mail.ts';
import { World } from '../support/world.ts';

const EMAIL = {
  action_type: 'email',
  action_config: { to: 'ada@example.com', subject: 'Hello', text: 'Hello {{ record.name }}' },
};

let without: World;
let having: World;
beforeAll(async () => {
  [without, having] = await Promise.all([
    World.open('2027-03-01T09:00:00Z'),
    World.open('2027-03-01T09:00:00Z', {}, { mail: mailTo(9) }),
  ]);
});
afterAll(async () => {
  await without.close();
  await having.close();
});

const BODY = { name: 'x', schedule_type: 'CRON', schedule_expression: '0 9 * * *', ...EMAIL };

it('an EMAIL is refused where the server has no mail server, with what its operator has to set', async () => {
  for (const path of ['/v1/schedules', '/v1/schedules/preview']) {
    const { status, body } = await without.call('POST', path, BODY);
    expect(status).toBe(422);
    expect(body.detail).toEqual([
      {
        loc: ['body', 'action_type'],
        msg: 'EMAIL is not available, as this server has no mail server: its operator has to set HYDRACORE_SMTP_URL and HYDRACORE_SMTP_FROM',
        type: 'not_available',
      },
    ]);
  }
});

it('an EMAIL is taken where there is one, and its runs are counted by it', async () => {
  const schedule = await having.create(EMAIL);
  expect(schedule).toMatchObject({ action_type: 'EMAIL', action_config: EMAIL.action_config });
  const run = await having.call('POST', `/v1/schedules/${schedule.id}/trigger`, { action_config: { subject: 'Now' } });
  expect(run.status).toBe(202);
  const rows = await having.db.query('SELECT destination FROM schedules UNION SELECT destination FROM runs');
  expect(rows).toEqual([{ destination: 'mail server' }]);
});

it('what of its config is not valid is told at its place', async () => {
  const { status, body } = await having.call('POST', '/v1/schedules', {
    ...BODY,
    action_config: {
      to: ['ada@example.com', 'a@example.com, b@example.com'],
      subject: 'a\nb',
      html: '{{ secrets.NONE }}',
    },
  });
  expect(status).toBe(422);
  const at = body.detail.map(({ loc }: { loc: string[] }) => loc.slice(0, 3).join('.'));
  expect(at).toEqual(['body.action_config.to', 'body.action_config.subject', 'body.action_config.html']);
  const unknown = await having.call('POST', '/v1/schedules', {
    ...BODY,
    action_config: { ...EMAIL.action_config, html: '{{ secrets.NONE }}' },
  });
  expect(unknown.body.detail).toMatchObject([{ loc: ['body', 'action_config', 'html'], type: 'secret_unknown' }]);
});

it('is on the list of action types either way, which says why it is no use', async () => {
  for (const [world, unavailable] of [
    [
      without,
      expect.stringMatching(/^EMAIL is not available, as this server has no mail server: .*HYDRACORE_SMTP_URL/),
    ],
    [having, null],
  ] as const) {
    const { body } = await world.call('GET', '/v1/action-types');
    const description = expect.stringContaining('HYDRACORE_SMTP_URL');
    expect(body.action_types).toContainEqual(expect.objectContaining({ type: 'EMAIL', description, unavailable }));
  }
});
