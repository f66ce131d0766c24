import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, styleText } from 'node:util';
import { ConfigError, readConfig, type Config } from '../server/src/config.ts';

/** `npm run demo`: three schedules, and each webhook as it arrives. */

const MAIN = fileURLToPath(new URL('../server/src/main.ts', import.meta.url));
const START_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 12_000;
/** Under npm, Ctrl-C arrives twice; what comes so soon is the same one. */
const SAME_SIGNAL_MS = 500;

/** What a person has to know and can act on: shown as it is, without a trace. */
class DemoError extends Error {}

/** A server to talk to. */
interface Target {
  readonly url: string;
  /** The process that was started for the demo, or null: one was running. */
  readonly child: ChildProcess | null;
}

interface Planned {
  readonly name: string;
  readonly type: string;
  readonly expression: string;
}

const GAP = '   ';
const COLUMNS = ['Arrived', 'Schedule', 'Scheduled for', 'Lateness'] as const;

const say = (line = '') => void process.stdout.write(`${line}\n`);
// styleText leaves colours out by itself where the output is no terminal or NO_COLOR is set.
const paint = (style: Parameters<typeof styleText>[0], text: string) =>
  styleText(style, text, { stream: process.stdout });
const near = (file: string) => {
  const path = relative(process.cwd(), file);
  return path.startsWith('..') ? file : path;
};
const clockTime = (instant: number) => {
  const date = new Date(instant);
  return `${date.toLocaleTimeString('en-GB')}.${String(date.getMilliseconds()).padStart(3, '0')}`;
};

function readSeconds(): number {
  const usage = 'use: npm run demo -- [--seconds N], N a whole number from 1 to 86400';
  try {
    const { values } = parseArgs({ options: { seconds: { type: 'string', default: '30' } } });
    const seconds = Number(values.seconds);
    if (/^\d{1,5}$/.test(values.seconds) && seconds >= 1 && seconds <= 86_400) return seconds;
  } catch {
    // An option that does not exist: the same answer.
  }
  throw new DemoError(usage);
}

/** Where a server with this configuration is reached from this machine. */
function addressOf(config: Config): string {
  const host = config.host === '0.0.0.0' ? '127.0.0.1' : config.host === '::' ? '::1' : config.host;
  return `http://${host.includes(':') ? `[${host}]` : host}:${config.port}`;
}

/** The server that answers there, or one that is started for the demo. */
async function findOrStart(config: Config, stop: AbortSignal): Promise<Target> {
  const url = addressOf(config);
  const answer = config.port === 0 ? null : await readiness(url);
  if (answer === null) return await startServer(stop);
  if (answer.ready) return { url, child: null };
  throw new DemoError(`The server at ${url} is not ready: ${answer.reason}`);
}

/** What is said at a URL: null when nobody answers. */
async function readiness(url: string): Promise<{ ready: boolean; reason: string } | null> {
  let response: Response;
  try {
    response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(10_000) });
  } catch {
    return null;
  }
  const body = (await response.json().catch(() => null)) as { status?: unknown; reason?: unknown } | null;
  if (body?.status !== 'ready' && body?.status !== 'not_ready') {
    throw new DemoError(
      `Something other than HydraCore answers at ${url}. Set HYDRACORE_PORT to a free port and try again.`,
    );
  }
  return { ready: body.status === 'ready', reason: String(body.reason) };
}

async function startServer(stop: AbortSignal): Promise<Target> {
  say('Starting the server (the first time it makes its database) …');
  // A process group of its own: Ctrl-C ends the demo first, which then stops the server.
  const child = spawn(process.execPath, [MAIN], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  process.once('exit', () => void child.kill('SIGTERM'));
  let output = '';
  const url = await new Promise<string | null>((resolve) => {
    const finish = () => resolve(null);
    const timer = setTimeout(finish, START_WITHIN_MS);
    timer.unref();
    child.once('exit', finish).once('error', finish);
    stop.addEventListener('abort', finish, { once: true });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output = (output + text).slice(-20_000);
        const found = /(http:\/\/\S+)\/docs[\s\S]*Ctrl-C/.exec(output)?.[1];
        if (found !== undefined) resolve(found);
      });
    }
  });
  if (url !== null) return { url, child };
  await stopServer(child);
  if (stop.aborted) throw new DemoError('Stopped.');
  throw new DemoError(`The server did not start. It said:\n\n${output.trim()}`);
}

async function stopServer(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await ended;
  clearTimeout(timer);
}

async function readKey(config: Config): Promise<string> {
  if (config.bootstrapApiKey !== null) return config.bootstrapApiKey;
  const file = join(config.dataDir, 'api-key');
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist' : 'can not be read';
    throw new DemoError(
      `The API key is missing: ${near(file)} ${why}. ` +
        'Run the demo where the server runs, with its HYDRACORE_DATA_DIR, or set HYDRACORE_BOOTSTRAP_API_KEY to a key.',
    );
  }
}

/** Calls of the API, whose refusals become sentences. */
class Api {
  readonly #url: string;
  readonly #key: string;

  constructor(url: string, key: string) {
    this.#url = url;
    this.#key = key;
  }

  async create(plan: Planned, hook: string): Promise<string> {
    const response = await this.#call('POST', '/v1/schedules', {
      name: `Demo: ${plan.name}`,
      description: 'Made by npm run demo, which deletes it at its end.',
      schedule_type: plan.type,
      schedule_expression: plan.expression,
      action_type: 'WEBHOOK',
      action_config: { url: hook },
      max_retries: 0,
    });
    const body = (await response.json()) as { id: string; detail?: unknown };
    if (response.status === 201) return body.id;
    if (response.status === 401) {
      throw new DemoError(`The server at ${this.#url} does not know this API key. Is it of another data folder?`);
    }
    const detail = JSON.stringify(body.detail);
    if (response.status === 422 && detail.includes('action_config')) {
      throw new DemoError(
        'The server refuses webhooks to this machine: it allows them only while it listens on loopback itself. ' +
          `Start it with HYDRACORE_EGRESS_ALLOW=127.0.0.0/8, or with HYDRACORE_HOST=127.0.0.1.\nIt said: ${detail}`,
      );
    }
    throw new DemoError(`The server did not make a schedule: ${response.status} ${detail}`);
  }

  async delete(id: string): Promise<void> {
    await this.#call('DELETE', `/v1/schedules/${id}`);
  }

  async #call(method: string, path: string, body?: unknown): Promise<Response> {
    try {
      return await fetch(`${this.#url}${path}`, {
        method,
        headers: { 'x-api-key': this.#key, 'content-type': 'application/json' },
        signal: AbortSignal.timeout(10_000),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      throw new DemoError(`The server at ${this.#url} does not answer any more: ${String(error)}`);
    }
  }
}

/** Listens for webhooks and tells each: which schedule, when it was scheduled for, when it arrived. */
async function receive(onDelivery: (schedule: string, scheduledFor: number, arrivedAt: number) => void) {
  const server = createServer((request, response) => {
    const arrivedAt = Date.now();
    request.resume();
    response.writeHead(204).end();
    const header = (name: string) => String(request.headers[name] ?? '');
    onDelivery(header('x-hydracore-schedule-id'), Date.parse(header('x-hydracore-scheduled-for')), arrivedAt);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/demo`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The value that so many percent of the sorted values don't exceed. */
function percentile(sorted: readonly number[], percent: number): number {
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? 0;
}

function showDelivery(name: string, width: number, scheduledFor: number, arrivedAt: number): void {
  const late = arrivedAt - scheduledFor;
  const shown = `${String(late).padStart(5)} ms`;
  const colour = late < 50 ? 'green' : late < 500 ? 'yellow' : 'red';
  say(
    [
      clockTime(arrivedAt),
      paint('bold', name.padEnd(width)),
      clockTime(scheduledFor).padEnd(13),
      paint(colour, shown),
    ].join(GAP),
  );
}

async function watch(api: Api, seconds: number, stop: AbortSignal): Promise<void> {
  const plans: Planned[] = [
    { name: 'every 2 seconds', type: 'RATE', expression: 'rate(2 seconds)' },
    { name: 'cron */5 * * * * *', type: 'CRON', expression: '*/5 * * * * *' },
    { name: 'once, in 5 seconds', type: 'ONE_TIME', expression: new Date(Date.now() + 5_000).toISOString() },
  ];
  const width = Math.max(...plans.map((plan) => plan.name.length));
  const names = new Map<string, string>();
  const lateness: number[] = [];
  const receiver = await receive((schedule, scheduledFor, arrivedAt) => {
    const name = names.get(schedule);
    if (name === undefined || Number.isNaN(scheduledFor)) return;
    lateness.push(arrivedAt - scheduledFor);
    showDelivery(name, width, scheduledFor, arrivedAt);
  });
  try {
    for (const plan of plans) names.set(await api.create(plan, receiver.url), plan.name);
    say(`Three schedules send webhooks to ${receiver.url}. For ${seconds} s; Ctrl-C ends it earlier.\n`);
    const [arrived, schedule, scheduledFor, late] = COLUMNS;
    say(
      paint('dim', [arrived.padEnd(12), schedule.padEnd(width), scheduledFor.padEnd(13), late.padStart(8)].join(GAP)),
    );
    await new Promise<void>((resolve) => {
      if (stop.aborted) resolve();
      const timer = setTimeout(resolve, seconds * 1_000);
      stop.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
    });
  } finally {
    for (const id of names.keys()) await api.delete(id);
    receiver.close();
  }
  lateness.sort((a, b) => a - b);
  say();
  say(
    lateness.length === 0
      ? 'No delivery arrived.'
      : `${lateness.length} deliveries; lateness: median ${percentile(lateness, 50)} ms, p99 ${percentile(lateness, 99)} ms.`,
  );
  say('The three schedules are deleted again.');
}

async function demo(): Promise<void> {
  const seconds = readSeconds();
  const config = readConfig();
  const stopping = new AbortController();
  let first = 0;
  const onSignal = () => {
    if (stopping.signal.aborted && performance.now() - first > SAME_SIGNAL_MS) process.exit(130);
    if (!stopping.signal.aborted) first = performance.now();
    stopping.abort();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  const target = await findOrStart(config, stopping.signal);
  try {
    say(`HydraCore Schedules at ${target.url}${target.child ? '' : ' (it was running already)'}.`);
    await watch(new Api(target.url, await readKey(config)), seconds, stopping.signal);
  } finally {
    if (target.child) await stopServer(target.child);
  }
}

try {
  await demo();
  process.exit(0);
} catch (error) {
  const known = error instanceof DemoError || error instanceof ConfigError;
  process.stderr.write(`${known ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
}
