import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { madeFolder } from './made.ts';
import { Cleanup, type ServerProcess } from './server.ts';
import { eventually } from './waiting.ts';

const KEY = `hc_live_${'c'.repeat(32)}`;
const PATIENCE = 1_500;

const cleanup = new Cleanup();
let server: ServerProcess;
beforeAll(async () => {
  const env = {
    HYDRACORE_BOOTSTRAP_API_KEY: KEY,
    HYDRACORE_DATABASE_POOL: '5',
    HYDRACORE_MAX_CONNECTIONS: '60',
    HYDRACORE_TEST_CLIENT_PATIENCE_MS: String(PATIENCE),
    HYDRACORE_TRUST_PROXY: '127.0.0.0/8',
  };
  server = await cleanup.start({ cwd: await madeFolder(cleanup), env }).ready();
});
afterAll(() => cleanup.run());

/** A connection of its own to the server: what it sends is what it says, and what came back. */
class Caller {
  readonly socket: Socket;
  received = '';
  closed = false;

  constructor() {
    const { hostname, port } = new URL(server.url);
    this.socket = connect(Number(port), hostname);
    this.socket.setEncoding('utf8').on('data', (text: string) => (this.received += text));
    this.socket.on('error', () => undefined).on('close', () => (this.closed = true));
    cleanup.add(async () => void this.socket.destroy());
  }

  /** Waits for the end of the connection, and returns the status and body of what came last. */
  async end(): Promise<{ status: number; body: { code: string } | null }> {
    await eventually('the connection is closed', () => this.closed, 15_000);
    return this.answer();
  }

  answer(): { status: number; body: { code: string } | null } {
    const [head = '', body = ''] = this.received.split('\r\n\r\n');
    return { status: Number(head.split(' ')[1]), body: body.startsWith('{') ? JSON.parse(body) : null };
  }
}

const say = (text: string): Caller => {
  const caller = new Caller();
  caller.socket.write(text);
  return caller;
};

const head = (method: string, path: string, ...headers: string[]) =>
  [`${method} ${path} HTTP/1.1`, 'Host: x', `X-Api-Key: ${KEY}`, ...headers, '', ''].join('\r\n');

describe('a request that is not whole', () => {
  let made = 0;
  it.each([
    ['ends in the middle of a chunk', 'Transfer-Encoding: chunked', '5\r\nab'],
    ['has a broken chunk', 'Transfer-Encoding: chunked', 'zz\r\n'],
    ['has a framing of its own', 'Transfer-Encoding: gzip', 'ab'],
    ['is shorter than it says', 'Content-Length: 10', 'ab'],
  ])('and %s does nothing, also where no body is asked for', async (_what, framing, body) => {
    const { body: row } = await server.call('POST', '/v1/entity-definitions', {
      slug: `d${(made += 1)}`,
      name: 'D',
      fields: [],
    });
    const path = `/v1/entity-definitions/${row.id}`;
    const caller = say(head('DELETE', path, framing) + body);
    caller.socket.end();
    expect(await caller.end()).toMatchObject({ status: 400, body: { code: 'malformed_request' } });
    // Whatever it had begun has its turn before the answer to this one.
    for (let i = 0; i < 20; i += 1) expect((await server.call('GET', path)).status).toBe(200);
  });
});

describe('a caller that is slow', () => {
  it('to send its headers, a byte at a time, is cut off with a 408', async () => {
    const caller = say('GET /v1/schedules HTTP/1.1\r\nHost: x\r\n');
    const drip = setInterval(() => caller.socket.write('x'), 50);
    const answer = await caller.end();
    clearInterval(drip);
    expect(answer).toMatchObject({ status: 408, body: { code: 'request_timeout' } });
  });

  it('says nothing at all', async () => {
    expect(await say('').end()).toMatchObject({ status: 408 });
  });

  it.each([
    ['of a known length', 'Content-Length: 1000'],
    ['in chunks', 'Transfer-Encoding: chunked'],
  ])('to end its body %s is cut off with a 408', async (_what, framing) => {
    const caller = say(head('POST', '/v1/schedules', framing));
    const chunk = framing.startsWith('T') ? '1\r\nx\r\n' : 'x';
    const drip = setInterval(() => caller.socket.write(chunk), 50);
    const answer = await caller.end();
    clearInterval(drip);
    expect(answer).toMatchObject({ status: 408, body: { code: 'request_timeout' } });
    expect(server.stdout).not.toContain('"msg":"a request failed"');
  });

  it('to read its answer holds no database connection, and is cut off', async () => {
    const schedule = {
      name: 'large',
      schedule_type: 'CRON',
      schedule_expression: '0 0 1 1 *',
      action_type: 'LOG_EVENT',
      action_config: { message: 'x' },
      description: 'x'.repeat(10_000),
    };
    await server.call('POST', '/v1/schedules/bulk', { schedules: Array.from({ length: 200 }, () => schedule) });
    // More callers than database connections: each asks for 8 MB of answers, more than the kernel keeps, and takes none of it.
    const callers = Array.from({ length: 6 }, () => {
      const caller = say(head('GET', '/v1/schedules?limit=200').repeat(4));
      caller.socket.pause();
      return caller;
    });
    expect((await server.call('GET', '/v1/schedules?limit=200')).body.schedules).toHaveLength(200);
    for (const { socket } of callers) {
      // Who is paused hears of the end by writing.
      await eventually('the server gives it up', () => {
        if (!socket.destroyed) socket.write('G');
        return socket.destroyed;
      });
    }
  }, 60_000);

  it('to wait for an answer before it asks again is cut off after some', async () => {
    const caller = say(head('GET', '/v1/schedules?limit=1').repeat(17));
    await eventually('the connection is closed', () => caller.closed);
    const well = say(head('GET', '/v1/schedules?limit=1').repeat(15) + head('GET', '/healthz', 'Connection: close'));
    await eventually('the connection is closed', () => well.closed);
    expect(well.received.match(/HTTP\/1\.1 200/g)).toHaveLength(16);
  });
});

describe('a request that is none', () => {
  it.each([
    ['headers of more than 16 KiB', head('GET', '/healthz', `X: ${'x'.repeat(17_000)}`), 431, 'headers_too_large'],
    ['a path of more than 16 KiB', head('GET', `/${'x'.repeat(17_000)}`), 431, 'headers_too_large'],
    [
      'more than a hundred headers',
      head('GET', '/healthz', ...Array.from({ length: 120 }, (_, i) => `X-${i}: x`), 'Connection: close'),
      431,
      'headers_too_large',
    ],
    ['a path of more than 8 KiB', head('GET', `/${'x'.repeat(9_000)}`, 'Connection: close'), 414, 'uri_too_long'],
    ['no HTTP', 'hello\r\n\r\n', 400, 'malformed_request'],
    ['a method that nobody knows', 'FETCH / HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'malformed_request'],
    ['no host', 'GET /healthz HTTP/1.0\r\n\r\n', 400, 'malformed_request'],
    [
      'a host that is none',
      'GET /healthz HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n',
      400,
      'malformed_request',
    ],
    [
      'two lengths',
      `POST /v1/schedules HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}`,
      400,
      'malformed_request',
    ],
    [
      'a body that is no UTF-8',
      `${head('POST', '/v1/schedules', 'Content-Length: 4', 'Connection: close')}"\xff"\n`,
      422,
      undefined,
    ],
    [
      'a body that announces to be too large',
      head('POST', '/v1/schedules', 'Content-Length: 99999999', 'Connection: close'),
      413,
      'payload_too_large',
    ],
  ])('%s', async (_what, text, status, code) => {
    const caller = new Caller();
    caller.socket.write(text, 'latin1');
    const answer = await caller.end();
    expect(answer.status, caller.received).toBe(status);
    expect(answer.body?.code).toBe(code);
    if (status === 422) expect(caller.received).toContain('is not valid UTF-8');
  });

  it('whose chunks come to more than allowed ends with a 413', async () => {
    const caller = say(head('POST', '/v1/schedules', 'Transfer-Encoding: chunked'));
    const chunk = `10000\r\n${'x'.repeat(0x1_00_00)}\r\n`;
    for (let i = 0; i < 8; i += 1) caller.socket.write(chunk);
    expect(await caller.end()).toMatchObject({ status: 413, body: { code: 'payload_too_large' } });
  });

  it('whose body is longer than it said is a request and something that is none', async () => {
    const caller = say(`${head('POST', '/v1/schedules/preview', 'Content-Length: 2')}{}{"more":1}`);
    expect(await caller.end()).toMatchObject({ status: 400, body: { code: 'malformed_request' } });
  });

  it('of which the caller goes away midway is no error of ours', async () => {
    const caller = say(`${head('POST', '/v1/schedules', 'Content-Length: 1000')}{"name":`);
    await once(caller.socket, 'connect');
    caller.socket.destroy();
    await server.call('GET', '/v1/schedules?limit=1');
    expect(server.stdout).not.toContain('"msg":"a request failed"');
  });
});

it('more connections than allowed are closed, and those that are there work on', async () => {
  const kept = say(head('GET', '/healthz'));
  await eventually('it is answered', () => kept.received.includes('200 OK'));
  const others = Array.from({ length: 80 }, () => new Caller());
  await eventually('some are refused', () => others.filter((caller) => caller.closed).length >= 20);
  expect(server.stdout).toContain('connections are refused');
  kept.received = '';
  kept.socket.write(head('GET', '/healthz'));
  await eventually('it is answered again', () => kept.received.includes('200 OK'));
  for (const caller of others) caller.socket.destroy();
});

it('bad credentials hold off the address that a trusted proxy names, and no other', async () => {
  const ask = async (address: string, key: string) =>
    (await fetch(`${server.url}/v1/schedules?limit=1`, { headers: { 'X-Forwarded-For': address, 'X-Api-Key': key } }))
      .status;
  const seen = new Set<number>();
  for (let i = 0; i < 61; i += 1) seen.add(await ask('198.51.100.1', `hc_live_${'w'.repeat(32)}`));
  expect(seen).toEqual(new Set([401, 429]));
  expect(await ask('198.51.100.2', `hc_live_${'w'.repeat(32)}`)).toBe(401);
  expect(await ask('198.51.100.1', KEY)).toBe(200);
});

describe('an answer', () => {
  /** Its status and headers as they are on the wire, names in lower case. */
  async function headOf(method: string, path: string, ...headers: string[]) {
    const caller = say(head(method, path, 'Connection: close', ...headers));
    await caller.end();
    const [line = '', ...lines] = (caller.received.split('\r\n\r\n')[0] ?? '').split('\r\n');
    const pairs = lines.map((one) => [one.slice(0, one.indexOf(':')).toLowerCase(), one.slice(one.indexOf(':') + 2)]);
    return { status: line.split(' ')[1], names: pairs.map(([name]) => name), headers: Object.fromEntries(pairs) };
  }

  it('has each of its headers once, whether it was made whole or had them added', async () => {
    const id = 'x-request-id: of-a-caller';
    const answers = [
      await headOf('GET', '/v1/schedules', id),
      await headOf('HEAD', '/v1/schedules', id),
      await headOf('GET', '/v1/schedules?limit=x', id),
      await headOf('GET', '/v1/nowhere', id),
    ];
    expect(answers.map(({ status }) => status)).toEqual(['200', '200', '422', '404']);
    for (const { names, headers } of answers) {
      expect(new Set(names).size).toBe(names.length);
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'content-security-policy': expect.stringContaining("default-src 'none'"),
        'content-type': 'application/json',
        'permissions-policy': expect.stringContaining('camera=()'),
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'x-request-id': 'of-a-caller',
      });
    }
    const [whole, , added] = answers;
    expect(Object.keys(whole?.headers ?? {}).toSorted()).toEqual(Object.keys(added?.headers ?? {}).toSorted());
  });
});
