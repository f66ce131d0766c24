import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Page } from '../../server/test/docs/page.ts';
import { Cleanup } from '../../server/test/process/server.ts';
import { eventually } from '../../server/test/process/waiting.ts';
import { listen } from '../../server/test/support/listen.ts';
import { World } from '../../server/test/support/world.ts';
import { EXIT } from '../src/exit.ts';
import { programOf } from '../src/program.ts';

/** Every command that docs/cli.md and docs/upgrade.md show is run, in its order, by bash. */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** These go on until they are told to end: once this is said. */
const ENDLESS: readonly (readonly [command: RegExp, said: RegExp])[] = [
  [/ runs tail/, /SUCCEEDED/],
  [/^hydracore serve/, /Ctrl-C stops it/],
];
const RECORD = '{"external_id":"inv-1","data":{"due_on":"2027-04-30"}}\n';

const cleanup = new Cleanup();
const page = new Page('docs/cli.md');
const upgrade = new Page('docs/upgrade.md');
let world: World;
let cwd: string;
let url: string;
beforeAll(async () => {
  world = await World.open('2027-03-01T09:00:00Z');
  cleanup.add(() => world.close());
  const server = await listen(world);
  cleanup.add(() => server.close());
  ({ url } = server);
  cwd = await cleanup.folder();
});
afterAll(() => cleanup.run());

/** The commands of a page; a line that ends in a backslash goes on. */
function commandsOf(one: Page): string[] {
  const blocks = one.take('sh').map(({ text }) => text);
  return blocks.flatMap((block) => block.replaceAll('\\\n', ' ').split('\n')).filter((line) => line !== '');
}

async function bash(command: string, env: Record<string, string>) {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('HYDRACORE_'));
  const path = [join(ROOT, 'node_modules', '.bin'), dirname(process.execPath), process.env['PATH']].join(':');
  // npx looks for the repository.
  const place = command.startsWith('npx') || command.startsWith('export') ? ROOT : cwd;
  const endless = ENDLESS.find(([pattern]) => pattern.test(command));
  const child = spawn('bash', ['-c', endless ? `exec ${command}` : command], {
    cwd: place,
    env: { ...Object.fromEntries(inherited), PATH: path, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
  const ended = once(child, 'close') as Promise<[number | null]>;
  if (endless) {
    cleanup.add(async () => (child.kill('SIGTERM'), await ended));
    await eventually(`${command} says ${endless[1]}`, () => endless[1].test(said.out), 60_000);
    child.kill('SIGTERM');
  }
  const [code] = await ended;
  return { code, ...said };
}

/** What the commands are about: rows of their own for each, so that their order says nothing. */
async function makeRows(): Promise<Record<string, string>> {
  await writeFile(join(cwd, 'invoices.ndjson'), RECORD);
  await writeFile(join(cwd, 'invoices.csv'), 'external_id,due_on\ninv-2,2027-05-31\n');
  await writeFile(join(cwd, 'record.json'), RECORD);
  await writeFile(join(cwd, 'definition.json'), JSON.stringify({ slug: 'leads', name: 'Leads', fields: [] }));
  const file = {
    schedule_type: 'RATE',
    schedule_expression: '1h',
    action_type: 'LOG_EVENT',
    action_config: { message: 'x' },
  };
  await writeFile(join(cwd, 'schedule.json'), JSON.stringify(file));
  const line = { ...file, name: 'of a line', deduplication_key: 'line-1' };
  await writeFile(join(cwd, 'schedules.ndjson'), `${JSON.stringify(line)}\n`);
  const fields = [{ name: 'due_on', type: 'DATE', required: true }];
  await world.call('POST', '/v1/entity-definitions', { slug: 'invoices', name: 'Invoices', fields });
  const webhook = { action_type: 'WEBHOOK', action_config: { url: 'http://127.0.0.1:9/' }, max_retries: 0 };
  const { id } = await world.create({ ...webhook, overlap_policy: 'ALLOW_ALL' });
  const trigger = async () => (await world.call('POST', `/v1/schedules/${id}/trigger`)).body.id;
  const run = await trigger();
  await world.settle();
  const accepted = async (file: string) => {
    let token = '';
    world.script = (target) => {
      token = target.completionToken();
      return { kind: 'accepted', completesWithinSeconds: 3_600, request: null, response: null };
    };
    const open = await trigger();
    await world.settle();
    await writeFile(join(cwd, file), token);
    return open;
  };
  const open = {
    ACCEPTED_RUN: await accepted('completion-token'),
    OTHER_ACCEPTED_RUN: await accepted('other-completion-token'),
  };
  world.script = () => ({
    kind: 'rejected',
    error: { code: 'http_status', message: '404' },
    request: null,
    response: null,
  });
  const failed = await trigger();
  await world.settle();
  const pending = await trigger();
  const key = await world.call('POST', '/v1/api-keys', { name: 'old', scopes: ['runs:read'] });
  const nothing = { start_at: '2027-02-28T00:00:30Z', end_at: '2027-02-28T00:00:30Z' };
  const window = { start_at: '2027-02-28T00:00:00Z', end_at: '2027-02-28T01:00:00Z' };
  const backfill = (await world.call('POST', `/v1/schedules/${id}/backfill`, window)).body.id;
  const empty = (await world.call('POST', `/v1/schedules/${id}/backfill`, nothing)).body.id;
  const tenant = (await world.call('POST', '/v1/tenants', { name: 'globex' })).body.id;
  await writeFile(join(cwd, 'egress.json'), '{"deny":["198.51.100.7"]}');
  await writeFile(join(cwd, 'payments-token'), 's3cr3t\n');
  return {
    SCHEDULE: id,
    RUN: run,
    ...open,
    FAILED_RUN: failed,
    PENDING_RUN: pending,
    API_KEY_ID: key.body.id,
    TENANT: tenant,
    BACKFILL: backfill,
    ENDED_BACKFILL: empty,
  };
}

it('each command of docs/cli.md and docs/upgrade.md works', async () => {
  const rows = await makeRows();
  const env = { HYDRACORE_URL: url, HYDRACORE_API_KEY: world.key, HYDRACORE_PORT: '0', ...rows };
  // What the chapter on runs is about is still there when its turn comes.
  const commands = commandsOf(page).sort((a, b) => Number(/delete/.test(a)) - Number(/delete/.test(b)));
  expect(commands.length).toBeGreaterThan(30);
  // By now the folder has a database of this version, at which no server is.
  for (const command of [...commands, ...commandsOf(upgrade)]) {
    const { code, err } = await bash(command, env);
    expect(code, `${command}\n${err}`).toBe(0);
  }
  expect([...page.left(), ...upgrade.left()]).toEqual([]);
}, 240_000);

/** Every command that does something: its words. */
function wordsOf(command: Command): string[] {
  if (command.commands.length === 0) return [command.name()];
  return command.commands.flatMap((below) => wordsOf(below).map((words) => `${command.name()} ${words}`));
}

it('every command has its place on the page, and every exit code', () => {
  const silent = { write: () => true };
  const program = programOf(() => async () => undefined, { out: silent, err: silent });
  const all = wordsOf(program).filter((words) => !words.endsWith(' complete'));
  expect(all).toContain('hydracore schedules bulk pause');
  const commands = commandsOf(page).join('\n');
  for (const words of all) expect(commands).toContain(words);
  for (const code of Object.values(EXIT)) expect(page.text).toMatch(new RegExp(`^\\| ${code} +\\|`, 'm'));
});
