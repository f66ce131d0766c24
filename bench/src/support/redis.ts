import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/** A Redis of our own: on a socket, its log written to the disk each second. */
export interface Redis {
  readonly pid: number;
  readonly socket: string;
  stop(): Promise<void>;
}

/** `7.0.15`, or null: there is no `redis-server` here. */
export async function redisVersion(): Promise<string | null> {
  const { stdout } = await promisify(execFile)('redis-server', ['--version']).catch(() => ({ stdout: '' }));
  return /v=(\S+)/.exec(stdout)?.[1] ?? null;
}

/** Starts one with an empty folder. */
export async function startRedis(folder: string): Promise<Redis> {
  await mkdir(folder, { recursive: true });
  const socket = join(folder, 'redis.sock');
  const settings = { port: '0', unixsocket: socket, appendonly: 'yes', appendfsync: 'everysec', save: '', dir: folder };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const child = spawn('redis-server', args, { stdio: 'ignore' });
  for (let waited = 0; !(await isThere(socket)); waited += 20) {
    if (child.exitCode !== null || waited > 10_000) throw new Error('redis-server did not start');
    await sleep(20);
  }
  return {
    pid: child.pid ?? 0,
    socket,
    async stop() {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}

async function isThere(file: string): Promise<boolean> {
  return await access(file).then(
    () => true,
    () => false,
  );
}
