import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { serveMail, smtpError } from '../../src/actions/testing-mail.ts';
import { certificate } from '../../src/actions/testing.ts';
import { madeFolder } from './made.ts';
import { Cleanup } from './server.ts';
import { eventually } from './waiting.ts';

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

it('a real server sends mail, again where it was greylisted, lets go of a mail server that hangs, and shows no password', async () => {
  const identity = certificate('localhost');
  const mails = await serveMail(
    {
      ...identity,
      authOptional: false,
      onAuth: ({ username, password }, _session, done) =>
        password === 'correct@horse' ? done(null, { user: username }) : done(smtpError(535, 'no')),
    },
    (_mail, nth) => {
      if (nth === 1) return smtpError(451, 'greylisted');
      return nth === 2 ? null : new Promise(() => undefined);
    },
  );
  cleanup.add(async () => await mails[Symbol.asyncDispose]());
  const cwd = await madeFolder(cleanup);
  await writeFile(join(cwd, 'ca.pem'), identity.cert);
  const env = {
    HYDRACORE_SMTP_URL: `smtp://hydra:correct%40horse@localhost:${mails.port}`,
    HYDRACORE_SMTP_FROM: 'HydraCore <hydracore@example.com>',
    // The default: its certificate has to be one that this machine trusts.
    NODE_EXTRA_CA_CERTS: join(cwd, 'ca.pem'),
    HYDRACORE_LOG_LEVEL: 'debug',
  };
  const server = await cleanup.start({ cwd, env }).ready();
  const { id } = await server.schedule('', {
    action_type: 'EMAIL',
    action_config: { url: undefined, to: 'ada@example.com', subject: '{{ schedule.name }}', text: 'Run {{ run.id }}' },
    schedule_type: 'ONE_TIME',
    schedule_expression: '2099-01-01T00:00:00Z',
    retry_backoff_seconds: 0,
  });
  const trigger = async () => (await server.call('POST', `/v1/schedules/${id}/trigger`)).body.id as string;
  const first = await trigger();
  const run = await eventually('the mail is delivered', async () => {
    const { body } = await server.call('GET', `/v1/runs/${first}`);
    return body.status === 'SUCCEEDED' ? body : undefined;
  });
  expect(run.attempts).toMatchObject([
    { outcome: 'FAILED', error: { code: 'smtp_status' }, response: { status: 451 } },
    { outcome: 'SUCCEEDED', response: { status: 250, line: '250 OK queued as 2' } },
  ]);
  const ids = mails.got.map(({ headers }) => headers.find((line) => line.startsWith('Message-ID')));
  expect(ids).toEqual(Array.from({ length: 2 }, () => `Message-ID: <${first}@example.com>`));
  expect(mails.got[1]).toMatchObject({ user: 'hydra', secure: true });

  await trigger();
  await eventually('the third message has arrived', () => mails.got.length === 3);
  expect(await server.stop()).toMatchObject({ code: 0 });
  expect(server.stdout).toContain('e-mails go to a mail server');
  expect(server.stdout + server.stderr).not.toMatch(/correct(@|%40)horse|AGh5ZHJh/);
});
