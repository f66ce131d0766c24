import { Agent, request, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { newApiKey, withCheckDigits } from '../../server/src/store/api-key.ts';
import { ServerProcess, temporaryFolder } from '../../server/test/process/server.ts';

/** How many characters the key that is nearly right shares with the good one. */
const SHARED = 30;
const CHECK_DIGITS = 6;

/** How long the answer to a key takes, by what is wrong with it, on a server of its own: whether the time tells anything. */
export async function authTiming(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { requests: { type: 'string', default: '2000' } } });
  const count = Number(values.requests);
  if (!Number.isInteger(count) || count < 10) throw new Error('--requests takes a whole number of at least 10');
  const folder = await temporaryFolder();
  const server = new ServerProcess({
    cwd: folder,
    env: { HYDRACORE_LOG_LEVEL: 'warn', HYDRACORE_TRUST_PROXY: '127.0.0.1/32' },
  });
  try {
    await server.ready();
    await measure(server, count);
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(server: ServerProcess, count: number): Promise<void> {
  const make = async () => {
    const { body } = await server.call('POST', '/v1/api-keys', { name: 'bench', scopes: ['schedules:read'] });
    return body as { readonly id: string; readonly key: string };
  };
  const [good, revoked] = [await make(), await make()];
  await server.call('DELETE', `/v1/api-keys/${revoked.id}`);
  const keys = {
    'unknown, well-formed': newApiKey(),
    [`the first ${SHARED} characters of a good one`]: nearly(good.key),
    revoked: revoked.key,
    good: good.key,
    'mistyped (refused without the database)': `${good.key.slice(0, -1)}${good.key.endsWith('0') ? '1' : '0'}`,
  };
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const took = new Map(Object.keys(keys).map((name): [string, number[]] => [name, []]));
  // The first hundred warm up. Each kind has its turn each time, so that what else the machine does meets all alike.
  for (let i = -100; i < count; i += 1) {
    // From many addresses: one of them would soon be told to wait (429), which takes another time.
    const from = `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`;
    for (const [name, key] of Object.entries(keys)) {
      const ms = await timed(agent, `${server.url}/v1/action-types`, key, from, key === good.key ? 200 : 401);
      if (i >= 0) took.get(name)?.push(ms);
    }
  }
  agent.destroy();
  console.table(
    Object.fromEntries(
      [...took].map(([name, times]) => {
        times.sort((a, b) => a - b);
        const at = (part: number) => `${((times[Math.floor(times.length * part)] ?? 0) * 1_000).toFixed(0)} µs`;
        return [name, { p25: at(0.25), median: at(0.5), p75: at(0.75) }];
      }),
    ),
  );
}

/** Another key that begins with so many characters of this one, and is as well-formed. */
function nearly(key: string): string {
  const differs = key[SHARED] === '0' ? '1' : '0';
  return withCheckDigits(key.slice(0, SHARED) + differs + key.slice(SHARED + 1, -CHECK_DIGITS));
}

/** How long an answer takes, in ms; it fails where that is not the one that was to be measured. */
async function timed(agent: Agent, url: string, key: string, from: string, status: number): Promise<number> {
  const began = performance.now();
  const sent = request(url, { agent, headers: { 'x-api-key': key, 'x-forwarded-for': from } }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  const took = performance.now() - began;
  if (response.statusCode !== status) throw new Error(`the answer was ${response.statusCode}, not ${status}`);
  return took;
}
