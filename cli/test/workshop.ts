import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { eventually } from '../../server/test/process/waiting.ts';
import { listen } from '../../server/test/support/listen.ts';
import { World } from '../../server/test/support/world.ts';
import { startWithin } from './hydracore.ts';

/** The command line within this process, against the real app on a clock that stands, in a folder of its own. */
export class Workshop {
  readonly world: World;
  readonly url: string;
  readonly cwd: string;
  readonly #server: Awaited<ReturnType<typeof listen>>;

  private constructor(world: World, server: Awaited<ReturnType<typeof listen>>, cwd: string) {
    this.world = world;
    this.url = server.url;
    this.cwd = cwd;
    this.#server = server;
  }

  static async open(): Promise<Workshop> {
    const world = await World.open('2027-03-01T09:00:00Z');
    return new Workshop(world, await listen(world), await mkdtemp(join(tmpdir(), 'hydracore-cli-')));
  }

  async close(): Promise<void> {
    await this.#server.close();
    await this.world.close();
    await rm(this.cwd, { recursive: true, force: true });
  }

  env(key = this.world.key): Record<string, string> {
    return { HYDRACORE_URL: this.url, HYDRACORE_API_KEY: key };
  }

  startAs(args: readonly string[], env: Record<string, string>, input = '', terminal?: number) {
    return startWithin(args, { cwd: this.cwd, env, input, terminal }, () => this.world.clock.now());
  }

  /** At a terminal, where somebody answers what is asked. */
  async answer(args: readonly string[], keys: string, { question = '?', terminal = 200 } = {}) {
    const { said, type, ended } = this.startAs(args, { ...this.env(), NO_COLOR: '1' }, '', terminal);
    await Promise.race([ended, eventually('it asks', () => said.stderr.includes(question))]);
    type(keys);
    return await ended;
  }

  async runAs(env: Record<string, string>, ...args: string[]) {
    return await this.startAs(args, env).ended;
  }

  async run(args: readonly string[], input = '') {
    return await this.startAs(args, this.env(), input).ended;
  }

  /** What it answers for programs; fails with what it says instead. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests read what they expect to be there
  async json(args: readonly string[], input = ''): Promise<any> {
    const { code, stdout, stderr } = await this.run([...args, '--json'], input);
    expect(code, stderr).toBe(0);
    return JSON.parse(stdout);
  }
}
