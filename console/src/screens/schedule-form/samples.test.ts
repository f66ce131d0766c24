import { execFileSync } from 'node:child_process';
import { stripTypeScriptTypes } from 'node:module';
import { expect, it } from 'vitest';
import { curlOf, typescriptOf } from './samples.ts';

const body = {
  name: `Bob's "nightly" \\ report\n$HOME \`id\``,
  action_config: {
    url: 'https://example.com',
    headers: { 'x-a': 'b' },
    body: { list: [1, null, { deep: true }], none: {} },
  },
};
const origin = 'https://hydracore.example.com';

/** What a shell makes of a command: its words. */
function words(command: string): string[] {
  const script = `curl() { printf '%s\\0' "$@"; }; ${command}`;
  const env = { PATH: process.env['PATH'] ?? '', HYDRACORE_API_KEY: 'the key' };
  return execFileSync('sh', ['-c', script], { env, encoding: 'utf8' }).split('\0').slice(0, -1);
}

it('is a command that a shell reads as it is meant', () => {
  expect(words(curlOf({ origin, body }))).toEqual([
    '-X',
    'POST',
    `${origin}/v1/schedules`,
    '-H',
    'X-Api-Key: the key',
    '-H',
    'Content-Type: application/json',
    '-d',
    JSON.stringify(body, null, 2),
  ]);
  expect(words(curlOf({ origin, body, update: { id: '0190', version: 3 } }))).toEqual(
    expect.arrayContaining(['PUT', `${origin}/v1/schedules/0190`, 'If-Match: "3"']),
  );
});

it('is a program that sends the same', async () => {
  for (const update of [undefined, { id: '0190', version: 3 }]) {
    const calls: unknown[] = [];
    const client = {
      schedules: {
        create: (...given: unknown[]) => calls.push(given),
        update: (...given: unknown[]) => calls.push(given),
      },
    };
    const text = typescriptOf({ origin, body, update }).replace(/^import .*$/m, '');
    // oxlint-disable-next-line typescript/no-implied-eval -- it is the program that people copy
    const run = new Function('createClient', 'process', `return (async () => { ${stripTypeScriptTypes(text)} })()`) as (
      createClient: (options: unknown) => unknown,
      process: unknown,
    ) => Promise<void>;
    const options: unknown[] = [];
    await run(
      (given) => {
        options.push(given);
        return client;
      },
      { env: { HYDRACORE_API_KEY: 'the key' } },
    );
    expect(options).toEqual([{ baseUrl: origin, apiKey: 'the key' }]);
    expect(calls).toEqual([update ? ['0190', body, { ifMatch: 3 }] : [body]]);
  }
});
