import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { readFile } from 'node:fs/promises';
import { afterAll, expect, it } from 'vitest';
import { madeFolder } from './made.ts';
import { Cleanup } from './server.ts';
import { eventually } from './waiting.ts';

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

it('a real server tells of runs by what docs/events.md shows, lets go of who has left, and ends its streams in order', async () => {
  const page = await readFile(new URL('../../../docs/events.md', import.meta.url), 'utf8');
  const command = /^```sh\n(curl .*)\n```$/m.exec(page)?.[1] ?? '';
  const key = `hc_live_${'k'.repeat(32)}`;
  const server = cleanup.start({ cwd: await madeFolder(cleanup), env: { HYDRACORE_BOOTSTRAP_API_KEY: key } });
  const { url } = await server.ready();
  const env = { PATH: process.env['PATH'] ?? '', API: url, KEY: key };
  const shown = command.replace('curl ', 'curl -si ');
  const curl = spawn('bash', ['-c', `exec ${shown}`], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  cleanup.add(async () => void curl.kill());
  let said = '';
  curl.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = once(curl, 'close') as Promise<unknown[]>;
  await eventually('the stream stands', () => said.includes(': heartbeat'));
  expect(said).toMatch(/^content-type: text\/event-stream\r$/m);
  expect(said).toMatch(/^x-accel-buffering: no\r$/m);
  expect(said).toMatch(/^cache-control: no-store, no-transform\r$/m);
  expect(said).toMatch(/^x-request-id: \S+\r$/m);
  const { body } = await server.call('POST', '/v1/schedules', {
    name: 'told',
    schedule_type: 'ONE_TIME',
    schedule_expression: new Date(Date.now() + 3_000).toISOString(),
    action_type: 'LOG_EVENT',
    action_config: { message: 'hello' },
  });
  await eventually('its end is told', () => /event: run\nid: \S+\ndata: .*"SUCCEEDED"/.test(said));
  expect(said).toContain(`"schedule_id":"${body.id}","change":"CREATED"`);
  await eventually('that it is done is told', () =>
    /event: schedule\nid: \S+\ndata: .*"COMPLETED","status_reason":"FIRED"/.test(said),
  );

  // One that goes without a word.
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(`GET /v1/events HTTP/1.1\r\nHost: x\r\nX-Api-Key: ${key}\r\n\r\n`);
  await once(socket, 'data');
  socket.destroy();

  const exit = await server.stop('SIGTERM');
  expect(exit).toMatchObject({ code: 0, signal: null });
  expect(exit.after, 'nobody waits for a stream').toBeLessThan(5_000);
  // curl says 18 where an answer breaks off.
  expect(await ended).toEqual([0, null]);
  expect(server.stderr).toBe('');
});
